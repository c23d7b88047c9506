"""Takes back what was given away: identities, capabilities, the right to be traced."""

import os

from attempt import libc, told, tried


def root():
    before = os.getuid()
    os.setresuid(0, 0, 0)
    return before != 0 and os.getuid() == 0 and "root"


def groups():
    os.setgroups([0, 1, 2])
    return "groups"


def capability():
    return libc.prctl(24, 0, 0, 0, 0) == 0 and "the right to drop rights"


def new_privileges():
    return libc.prctl(38, 0, 0, 0, 0) == 0 and "new privileges"


Value = told(tried(root, groups, capability, new_privileges))
