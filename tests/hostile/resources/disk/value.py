"""Writes what it can, wherever it can."""

import os
import tempfile

from attempt import told, tried


def fill(folder):
    for number in range(10):
        with open(f"{folder}/filled-{number}", "wb") as file:
            file.write(b"x" * (6 << 20))
    return folder


def scratch():
    return fill("@scratch@")


def temporary():
    with tempfile.TemporaryFile() as file:
        return file.write(b"x" * 1000)


def shared_memory():
    with open("/dev/shm/hostile-@grader_pid@", "wb") as file:
        file.write(b"x")
    os.unlink("/dev/shm/hostile-@grader_pid@")
    return True


def folder():
    os.mkdir("@scratch@/folder")
    return True


def link():
    os.symlink("/etc/passwd", "@scratch@/link")
    return True


Value = told(tried(scratch, temporary, shared_memory, folder, link))
