"""Asks whether its parent could be signalled."""

import os
import signal

from attempt import told, tried


def by_number():
    return os.getppid() > 1 and (os.kill(os.getppid(), 0) or "could")


def by_descriptor():
    if os.getppid() < 2:
        return None
    return signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0) or "could"


Value = told(tried(by_number, by_descriptor))
