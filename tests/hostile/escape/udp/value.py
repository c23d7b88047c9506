"""Sends datagrams to listeners of the test, IPv4 and IPv6."""

import socket

from attempt import told, tried


def sent(family, address):
    with socket.socket(family, socket.SOCK_DGRAM) as link:
        return link.sendto(b"udp", address)


def version_4():
    return sent(socket.AF_INET, ("127.0.0.1", int("@udp4@")))


def version_6():
    return sent(socket.AF_INET6, ("::1", int("@udp6@")))


Value = told(tried(version_4, version_6))
