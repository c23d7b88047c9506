"""Kills its parent, which starts the workers of all who follow."""

import os
import signal

from attempt import told, tried


def parent():
    if os.getppid() < 2:
        return None
    os.kill(os.getppid(), signal.SIGKILL)
    return "killed"


Value = told(tried(parent))
