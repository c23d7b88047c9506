"""Opens a socket of every family and kind that the kernel may know."""

import socket

from attempt import told, tried


def raw():
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def ping():
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)


def packet():
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


def netlink():
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)


def machine():
    return socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)


def crypto():
    return socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)


def any_family():
    opened = []
    for family in range(64):
        try:
            opened.append(socket.socket(family, socket.SOCK_DGRAM).family)
        except OSError:
            continue
    return opened


Value = told(tried(raw, ping, packet, netlink, machine, crypto, any_family))
