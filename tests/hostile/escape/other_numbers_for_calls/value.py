"""Calls the kernel by numbers of another architecture, which a filter might not know."""

import os

from attempt import system_call, told, tried

X32 = 0x40000000


def open_by_x32():
    return system_call(X32 + 2, b"/etc/passwd\0", os.O_RDONLY) and "open"


Value = told(tried(open_by_x32))
