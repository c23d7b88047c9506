"""Files that are replaced in one step: whoever reads them sees the old one or the whole new one."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import sys
from pathlib import Path

_unfinished: set[Path] = set()
"""Temporary files of this process; a signal may end it before anybody else knows of them."""

_process = os.getpid()


class Replacement:
    """A file's next content, in the making beside it. OSError where none can be made there.

    A link at `path` is replaced, not followed. `private`: closed to everybody but the owner;
    otherwise as open as the process's mask lets a new file be.
    """

    def __init__(self, path: Path, *, private: bool = False) -> None:
        self.path = path
        # beside it, for only within one file system is a name exchanged in one step
        self._temporary = path.with_name(f".{path.name[:60]}.{os.urandom(4).hex()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        _unfinished.add(self._temporary)
        try:
            self._descriptor = os.open(self._temporary, flags, 0o600 if private else 0o666)
        except BaseException:
            _unfinished.discard(self._temporary)
            raise
        self._is_open = self._is_there = True
        _try_lock(self._descriptor)

    def commit(self, data: bytes) -> None:
        """Puts all of `data` in the file's place. OSError; then what was there stays."""
        self._is_open = False
        with os.fdopen(self._descriptor, "wb") as file:
            file.write(data)
        os.replace(self._temporary, self.path)
        self._is_there = False
        _unfinished.discard(self._temporary)

    def discard(self) -> None:
        """Takes away what was not put in place."""
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)
        if self._is_there:
            self._is_there = False
            with contextlib.suppress(OSError):
                self._temporary.unlink()
            _unfinished.discard(self._temporary)


def atomic_write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Puts all of `data` in the file's place, or leaves what was there. OSError."""
    replacement = Replacement(path, private=private)
    try:
        replacement.commit(data)
    finally:
        replacement.discard()


def sweep(folder: Path, name: str = "") -> None:
    """Removes what a killed process left of the file of that name, or of any in a folder of ours.

    What another process is writing now is locked, and stays.
    """
    left = re.compile(rf"\.{re.escape(name[:60]) or '.+'}\.[0-9a-f]{{8}}")
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if left.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _sweep_one(entry.path)


class TemporaryFolder:
    """A folder of this process in the place for temporary files, closed to others.

    OSError where there can be none. What a killed process left of one is removed with the next.
    """

    def __init__(self, kind: str) -> None:
        import tempfile

        prefix = f"autograd-grader-{kind}-"
        _sweep_folders(Path(tempfile.gettempdir()), prefix)
        self._made = tempfile.TemporaryDirectory(prefix=prefix)
        self.path = Path(self._made.name)
        self._descriptor = -1
        if sys.platform != "win32":
            self._descriptor = os.open(self.path, os.O_RDONLY)
            _try_lock(self._descriptor)

    def close(self) -> None:
        """Removes it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        with contextlib.suppress(OSError):
            self._made.cleanup()


def _sweep_folders(place: Path, prefix: str) -> None:
    if sys.platform == "win32":
        return
    import shutil

    with contextlib.suppress(OSError):
        for entry in list(os.scandir(place)):
            if not entry.name.startswith(prefix):
                continue
            with contextlib.suppress(OSError):
                flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
                descriptor = os.open(entry.path, flags)
                try:
                    if os.fstat(descriptor).st_uid == os.geteuid() and _try_lock(descriptor):
                        shutil.rmtree(entry.path, ignore_errors=True)
                finally:
                    os.close(descriptor)


def _sweep_one(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        if _try_lock(descriptor):
            os.unlink(path)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    """Whether nobody else holds the file; where files cannot be locked, nobody is known to."""
    if sys.platform == "win32":
        return True  # an open file cannot be removed there
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _discard_unfinished() -> None:
    if os.getpid() == _process:
        for path in list(_unfinished):
            with contextlib.suppress(OSError):
                path.unlink()


atexit.register(_discard_unfinished)
