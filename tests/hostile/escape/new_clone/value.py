"""Starts a process by the newest call, whose flags a filter cannot see."""

import ctypes
import os
import signal
import struct

from attempt import system_call, told, tried


def clone3():
    arguments = struct.pack("<11Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
    child = system_call(435, ctypes.create_string_buffer(arguments, 88), 88)
    if child == 0:
        os._exit(0)
    return os.waitpid(child, 0) and "a process"


Value = told(tried(clone3))
