"""Makes itself root in a world of its own."""

from attempt import libc, told, tried

USER, MOUNT, NET, PIDS = 0x10000000, 0x20000, 0x40000000, 0x20000000


def unshared(flags):
    if libc.unshare(flags) < 0:
        raise PermissionError
    return "unshared"


def user():
    return unshared(USER)


def mount():
    return unshared(MOUNT)


def network():
    return unshared(NET)


def processes():
    return unshared(PIDS)


Value = told(tried(user, mount, network, processes))
