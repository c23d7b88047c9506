"""Why a layer of isolation is missing, as messages that the rest of the box can tell apart.

The island imports nothing of ours, so its sentences are repeated here for the catalogues; a test
holds the two together.
"""

from __future__ import annotations

from grader.text.message import Message
from grader.text.words import said

NOT_INSTALLED = said("bubblewrap (bwrap) is not installed")
NOT_ROOT = said("not started as root: the submission runs under this user's own uid")

NO_LANDLOCK = said("this kernel has no Landlock (Linux 5.13 and later can have it)")
LANDLOCK_OFF = said("Landlock is switched off at boot (add it to the kernel's lsm= list)")
LANDLOCK_DENIED = said("an outer filter, such as a container's, forbids Landlock")
NO_SECCOMP = said("this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)")
SECCOMP_DENIED = said("an outer filter, such as a container's, forbids seccomp filters")
REASONS = (NO_LANDLOCK, LANDLOCK_OFF, LANDLOCK_DENIED, NO_SECCOMP, SECCOMP_DENIED)
ATTEMPTS = (
    said("read the battery"),
    said("read the reference"),
    said("read a secret"),
    said("become root"),
    said("list the root"),
    said("signal the parent"),
    said("signal the grader"),
    said("open a user namespace"),
)
"""What a canary tries; what is not here has the name of a system call."""

_OF_THE_ISLAND: dict[str, Message] = {one: one for one in (*REASONS, *ATTEMPTS)}


def closed_to_others(path: object) -> Message:
    """That a worker under a uid of its own could not read Python's files."""
    return said("{closed} is closed to other users, and Python's own files need it", closed=path)


def no_filter_for(arch: str) -> Message:
    """That nobody has written a system call filter for this processor."""
    return said("there is no system call filter for the {arch} architecture yet", arch=arch)


def of_the_island(text: str) -> str:
    """What the island said, as our message where it is one of its constant sentences."""
    return _OF_THE_ISLAND.get(text, text)
