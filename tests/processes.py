"""The processes that a process has started, by what Linux tells of all of them."""

from __future__ import annotations

from pathlib import Path


def parents() -> dict[int, int]:
    """The parent of every living process there is."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_bytes()  # its name may be any bytes
            except OSError:
                continue
            state, parent = stat.rpartition(b")")[2].split()[:2]
            if state != b"Z":
                found[int(entry.name)] = int(parent)
    return found


def descendants(pid: int) -> set[int]:
    """Every living process below `pid`."""
    known, below = parents(), {pid}
    while more := {child for child, parent in known.items() if parent in below} - below:
        below |= more
    return below - {pid}
