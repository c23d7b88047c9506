"""Replaces itself by another program, which would outlive every limit that Python keeps."""

import os

from attempt import tried


def replaced():
    os.execv("/bin/echo", ["echo", "GAINED"])


class Value:
    def __init__(self, data):
        raise RuntimeError(tried(replaced))
