"""Stops and kills the process that grades it."""

import os
import signal

from attempt import told, tried

GRADER = int("@grader_pid@")


def stop():
    os.kill(GRADER, signal.SIGSTOP)
    return "stopped"


def kill():
    os.kill(GRADER, signal.SIGKILL)
    return "killed"


Value = told(tried(stop, kill))
