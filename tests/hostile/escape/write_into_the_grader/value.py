"""Opens the grader's memory for writing and asks for one of its descriptors."""

import os

from attempt import system_call, told, tried

GRADER = int("@grader_pid@")
PIDFD_GETFD = 438


def memory():
    with open(f"/proc/{GRADER}/mem", "r+b"):
        return "open for writing"


def descriptor():
    return system_call(PIDFD_GETFD, os.pidfd_open(GRADER), 1, 0)


def parents_descriptor():
    return system_call(PIDFD_GETFD, os.pidfd_open(os.getppid()), 3, 0)


def through_proc():
    return os.open(f"/proc/{GRADER}/fd/1", os.O_WRONLY)


Value = told(tried(memory, descriptor, parents_descriptor, through_proc))
