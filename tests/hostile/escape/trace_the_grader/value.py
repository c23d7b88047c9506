"""Attaches to the grader and to its own parent as a debugger does."""

import ctypes
import os

from attempt import libc, told, tried

SEIZE = 0x4206
libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
libc.ptrace.restype = ctypes.c_long


def seized(pid):
    if libc.ptrace(SEIZE, pid, None, None) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")
    return "seized"


def grader():
    return seized(int("@grader_pid@"))


def parent():
    return os.getppid() > 1 and seized(os.getppid())


def be_traced():
    if libc.ptrace(0, 0, None, None) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")
    return "traceable"


Value = told(tried(grader, parent, be_traced))
