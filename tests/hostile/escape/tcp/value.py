"""Connects to listeners of the test over TCP, IPv4 and IPv6, and listens itself."""

import socket

from attempt import told, tried


def version_4():
    with socket.create_connection(("127.0.0.1", int("@tcp4@")), 0.2) as link:
        return link.send(b"tcp4")


def version_6():
    with socket.create_connection(("::1", int("@tcp6@")), 0.2) as link:
        return link.send(b"tcp6")


def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()


Value = told(tried(version_4, version_6, listening))
