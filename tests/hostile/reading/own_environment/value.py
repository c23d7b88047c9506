"""Looks for the grader's environment in its own, and in that of the C library."""

import ctypes
import os

from attempt import libc, told, tried

libc.getenv.restype = ctypes.c_char_p


def variables():
    return [name for name in os.environ if name.startswith(("HOSTILE", "AUTOGRAD", "PATH"))]


def in_c():
    return libc.getenv(b"@secret_name@") or libc.getenv(b"AUTOGRAD_GRADER_SECRET")


Value = told(tried(variables, in_c))
