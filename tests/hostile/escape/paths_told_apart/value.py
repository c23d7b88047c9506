"""Asks whether paths exist, which `kernel` cannot deny: a size and a time are told, no content."""

import os

from attempt import told, tried


def exists():
    return os.path.exists("@canary_file@")


def size():
    return os.stat("@reference@").st_size


Value = told(tried(exists, size))
