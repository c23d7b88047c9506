"""Connects to listeners of the test through the file system and by abstract name."""

import socket

from attempt import told, tried


def connected(address):
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(address)
        return link.send(b"unix")


def by_path():
    return connected("@unix@")


def by_name():
    return connected("\0@abstract@")


Value = told(tried(by_path, by_name))
