"""Writes one file of 64 MiB: the limit on files holds at every level."""

import os

from attempt import told, tried


def write():
    with open("@scratch@/large", "wb", buffering=0) as file:
        done = 1
        while done and file.tell() < 64 << 20:
            done = file.write(b"x" * (1 << 20))
        return file.tell() >= 1 << 20


def stretch():
    os.truncate("@scratch@/large", 64 << 20)
    return True


Value = told(tried(write, stretch))
