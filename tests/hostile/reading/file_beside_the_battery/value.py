"""Reads a secret that lies beside the battery."""

from pathlib import Path

from attempt import told, tried


def read_secret():
    return Path("@canary_file@").read_text()


Value = told(tried(read_secret))
