"""Runs another program, in every way that the standard library has."""

import os
import subprocess

from attempt import told, tried


def run():
    return subprocess.run(["/bin/echo", "hello"], capture_output=True, check=True).stdout


def spawn():
    child = os.posix_spawn("/bin/true", ["true"], {})
    return os.waitpid(child, 0)


def shell():
    return os.system("exit 3") == 3 << 8


def vfork():
    return os.spawnv(os.P_WAIT, "/bin/true", ["true"]) == 0


Value = told(tried(run, spawn, shell, vfork))
