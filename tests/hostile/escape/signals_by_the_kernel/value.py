"""Lets the kernel send the signals: on input and output, on a timer, on a lease."""

import fcntl
import os
import signal

from attempt import told, tried

GRADER = int("@grader_pid@")
F_SETOWN, F_SETSIG = 8, 10


def owner_of_output():
    fcntl.fcntl(1, F_SETOWN, GRADER)
    return fcntl.fcntl(1, fcntl.F_GETOWN) == GRADER


def owner_of_channel():
    fcntl.fcntl(3, F_SETOWN, GRADER)
    fcntl.fcntl(3, F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(3, fcntl.F_SETFL, os.O_ASYNC)
    return "asked for SIGKILL on traffic"


Value = told(tried(owner_of_output))
