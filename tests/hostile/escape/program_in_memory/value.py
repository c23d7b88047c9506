"""Writes a program into a file that exists in memory only, and runs it."""

import os
import sys

from attempt import told, tried


def memory_file():
    return os.memfd_create("program")


def executed():
    held = os.memfd_create("program")
    os.write(held, b"#!/bin/sh\nexit 0\n")
    child = os.posix_spawn(f"/proc/self/fd/{held}", ["program"], {})
    return os.waitpid(child, 0)[1] == 0


def python():
    return os.posix_spawn(sys.executable or "/usr/bin/python3", ["python", "-c", ""], {})


Value = told(tried(memory_file, executed, python))
