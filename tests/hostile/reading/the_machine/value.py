"""Reads what every user of the machine may read: accounts, host name, processes, folders."""

import os
from pathlib import Path

from attempt import told, tried


def accounts():
    return Path("/etc/passwd").read_text()


def hosts():
    return Path("/etc/hosts").read_text()


def root_folder():
    return os.listdir("/")


def homes():
    return os.listdir("/home") or os.listdir(os.path.expanduser("~"))


def scratch():
    return os.listdir("@scratch@/..")


Value = told(tried(accounts, hosts, root_folder, homes, scratch))
