"""Asks for a ring through which files and sockets can be used without system calls."""

import ctypes

from attempt import system_call, told, tried


def ring():
    return system_call(425, 8, ctypes.create_string_buffer(120)) >= 0 and "a ring"


Value = told(tried(ring))
