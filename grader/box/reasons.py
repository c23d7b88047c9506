"""What the island says. It imports nothing of ours, so its sentences are repeated here for the
catalogues; a test holds the two together."""

from __future__ import annotations

from grader.text.words import said

REASONS = (
    said("this kernel has no Landlock (Linux 5.13 and later can have it)"),
    said("Landlock is switched off at boot (add it to the kernel's lsm= list)"),
    said("an outer filter, such as a container's, forbids Landlock"),
    said("this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)"),
    said("an outer filter, such as a container's, forbids seccomp filters"),
)
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
