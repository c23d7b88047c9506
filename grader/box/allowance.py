"""What this process may still open and start, asked before a box is: its failures name no cause."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from grader.model.errors import Fault
from grader.text.words import said

FILES = 72
"""A worker's own limit is 64, which nobody can be given who has less."""

FILES_A_JOB = 4
PROCESSES = 4


def refuse_scarcity(jobs: int = 0) -> None:
    """Raises the limit of open files as far as is needed and allowed.

    `jobs` is how many processes grade for this one; without any it grades itself.
    Fault, with the number that is needed, where that is not enough or there may be too few
    processes.
    """
    if sys.platform == "win32":
        return
    needed = FILES + FILES_A_JOB * jobs
    files = _open_files(needed)
    if files < needed:
        raise Fault(
            said(
                "{have} files may be open here, and grading needs {needed}",
                have=files,
                needed=needed,
            ),
            next_move=said("Raise the limit: ulimit -n {needed}", needed=needed),
        )
    needed = (PROCESSES + 1) * jobs if jobs else PROCESSES
    processes = _more_processes()
    if processes is not None and processes < needed:
        raise Fault(
            said(
                "{have} more processes may be started here, and grading needs {needed}",
                have=processes,
                needed=needed,
            ),
            next_move=said(
                "Raise the limit (ulimit -u, or that of the container), or end other processes."
            ),
        )


def _open_files(needed: int) -> int:
    if sys.platform == "win32":
        return needed
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return needed
    if hard == resource.RLIM_INFINITY or hard >= needed:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
            return needed
    return soft


def _more_processes() -> int | None:
    """How many this user and this container may still have; None without a limit."""
    left = []
    if sys.platform == "linux":
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
        # the limit binds no process of root's, and counting is for small ones
        if os.getuid() != 0 and 0 <= soft < 4096:
            left.append(soft - _threads_of(os.getuid()))
    for folder in ("/sys/fs/cgroup", "/sys/fs/cgroup/pids"):
        with contextlib.suppress(OSError, ValueError):
            most, now = (Path(folder, f"pids.{name}") for name in ("max", "current"))
            left.append(int(most.read_text("utf-8")) - int(now.read_text("utf-8")))
    return max(0, min(left)) if left else None


def _threads_of(user: int) -> int:
    """How much of the limit is used: it counts threads, of all processes of the user."""
    found = 0
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            text = Path(entry.path, "status").read_text("utf-8", "replace")
            if int(text.partition("\nUid:")[2].split()[0]) == user:
                found += int(text.partition("\nThreads:")[2].split()[0])
    return found
