"""Asks whether its parent and its process group could be signalled."""

import os
import signal

from attempt import told, tried


def parent():
    return os.getppid() > 1 and (os.kill(os.getppid(), 0) or "could")


def own_process():
    return signal.raise_signal(signal.SIGCONT) or "could"


def by_descriptor():
    if os.getppid() < 2:
        return None
    return signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0) or "could"


Value = told(tried(parent, own_process, by_descriptor))
