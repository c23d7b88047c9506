"""Reads the memory of the grader and of its own parent, through /proc and by system call."""

import ctypes
import os

from attempt import libc, told, tried

GRADER = int("@grader_pid@")


class Span(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def read_file(pid):
    with open(f"/proc/{pid}/maps") as maps:
        start = int(maps.readline().split("-")[0], 16)
    with open(f"/proc/{pid}/mem", "rb") as memory:
        memory.seek(start)
        return memory.read(16)


def read_call(pid):
    buffer = ctypes.create_string_buffer(16)
    own = Span(ctypes.addressof(buffer), 16)
    # the libraries lie at equal addresses in a fork of the same process
    far = Span(ctypes.cast(libc.getpid, ctypes.c_void_p).value, 16)
    got = libc.process_vm_readv(pid, ctypes.byref(own), 1, ctypes.byref(far), 1, 0)
    if got < 0:
        raise OSError(ctypes.get_errno(), "process_vm_readv")
    return buffer.raw


def grader_through_proc():
    return read_file(GRADER)


def parent_through_proc():
    return read_file(os.getppid())


def grader_by_call():
    return read_call(GRADER)


def parent_by_call():
    return read_call(os.getppid())


Value = told(tried(grader_through_proc, parent_through_proc, grader_by_call, parent_by_call))
