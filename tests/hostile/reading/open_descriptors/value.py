"""Looks for descriptors beside its own four, and reads from them."""

import os
import stat

from attempt import told, tried


def more_than_four():
    found = []
    for number in range(4, 256):
        try:
            found.append((number, stat.S_IFMT(os.fstat(number).st_mode)))
        except OSError:
            continue
    return found


def input_waits():
    return os.read(0, 100)


Value = told(tried(more_than_four, input_waits))
