"""Reads what /proc tells of the grader and of every other process: environment, command, maps."""

import os
from pathlib import Path

from attempt import told, tried

GRADER = "/proc/@grader_pid@"


def environment():
    return b"SECRET" in Path(GRADER, "environ").read_bytes()


def command():
    return Path(GRADER, "cmdline").read_bytes()


def maps():
    return Path(GRADER, "maps").read_text()


def working_folder():
    return os.listdir(f"{GRADER}/cwd")


def descriptors():
    return os.listdir(f"{GRADER}/fd")


def neighbours():
    others = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) != os.getpid()]
    return [pid for pid in others if Path("/proc", pid, "status").read_text()]


Value = told(tried(environment, command, maps, working_folder, descriptors, neighbours))
