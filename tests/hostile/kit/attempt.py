"""Tries something forbidden and tells how it went; travels with a hostile submission.

An attempt that succeeds says GAINED: that word must not appear in any report from the level on
at which the attempt has to be contained.
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def tried(*attempts):
    """One line about each attempt: what it gained, or the name of the error that stopped it."""
    return "; ".join(_tried(attempt) for attempt in attempts)


def _tried(attempt):
    name = attempt.__name__
    try:
        got = attempt()
    except BaseException as error:
        return f"{name} contained by {type(error).__name__}"
    return f"{name} GAINED {str(got)[:80]}" if got else f"{name} contained, nothing there"


def told(line):
    """A class Value that says the line as soon as it is used, so that it lands in the report."""

    class Value:
        def __init__(self, data):
            raise RuntimeError(line)

    return Value


def system_call(number, *values):
    """The result of a raw system call; OSError when the kernel refuses it."""
    longs = [v if isinstance(v, bytes | ctypes.Array) else ctypes.c_long(v) for v in values]
    result = libc.syscall(ctypes.c_long(number), *longs)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
