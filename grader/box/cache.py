"""A folder of our own where what took long to find out is kept between runs.

Nothing in it is ever trusted further than its owner: the folder and the file must belong to the
user the grader runs as and be closed to writing by others, and the home folder must be that
user's (under sudo it may be another's). Where that does not hold there is simply no cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
from pathlib import Path

from grader.model.files import atomic_write

MAX_BYTES = 4 << 20


def folder() -> Path | None:
    """The private folder, made where it is missing; None where none can be had."""
    if sys.platform == "win32":
        return None  # no owners and modes to go by
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    place = Path(base) / "autograd-grader"
    try:
        # the owner of what exists already decides whether this is our place to make folders in
        above = next(parent for parent in place.parents if parent.exists())
        if above.stat().st_uid != os.geteuid():
            return None
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place if _ours(os.lstat(place)) else None
    except (OSError, RuntimeError, StopIteration):
        return None


def read(kind: str, key: str) -> bytes | None:
    """What was kept for the key, or None."""
    place = folder()
    if place is None:
        return None
    try:
        with open(_file(place, kind, key), "rb", opener=_no_links) as file:
            return file.read(MAX_BYTES) if _ours(os.fstat(file.fileno())) else None
    except OSError:
        return None


def write(kind: str, key: str, data: bytes, *, most: int | None = None) -> None:
    """Keeps the data for the key in one step; does nothing where nothing can be kept.

    With `most`, of so many files of the kind those that were written first go.
    """
    place = folder()
    if place is None:
        return
    with contextlib.suppress(OSError):
        atomic_write(_file(place, kind, key), data, private=True)
        if most is not None:
            files = sorted(place.glob(f"{kind}-*.json"), key=lambda file: file.stat().st_mtime_ns)
            for file in files[:-most]:
                file.unlink()


def _file(place: Path, kind: str, key: str) -> Path:
    return place / f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def _ours(found: os.stat_result) -> bool:
    if sys.platform == "win32":
        return False
    others_write = stat.S_IWGRP | stat.S_IWOTH
    return found.st_uid == os.geteuid() and not found.st_mode & others_write


def _no_links(path: str, flags: int) -> int:
    if sys.platform != "win32":
        flags |= os.O_NOFOLLOW | os.O_NONBLOCK
    return os.open(path, flags)
