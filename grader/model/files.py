"""Files that are replaced in one step: whoever reads them sees the old one or the whole new one."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


class Replacement:
    """A file's next content, in the making beside it. OSError where none can be made there.

    A link at `path` is replaced, not followed. `private`: closed to everybody but the owner;
    otherwise as open as the process's mask lets a new file be.
    """

    def __init__(self, path: Path, *, private: bool = False) -> None:
        self.path = path
        # beside it, for only within one file system is a name exchanged in one step
        self._temporary = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(self._temporary, flags, 0o600 if private else 0o666)
        self._is_open = self._is_there = True

    def commit(self, data: bytes) -> None:
        """Puts all of `data` in the file's place. OSError; then what was there stays."""
        self._is_open = False
        with os.fdopen(self._descriptor, "wb") as file:
            file.write(data)
        os.replace(self._temporary, self.path)
        self._is_there = False

    def discard(self) -> None:
        """Takes away what was not put in place."""
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)
        if self._is_there:
            self._is_there = False
            with contextlib.suppress(OSError):
                self._temporary.unlink()


def atomic_write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Puts all of `data` in the file's place, or leaves what was there. OSError."""
    replacement = Replacement(path, private=private)
    try:
        replacement.commit(data)
    finally:
        replacement.discard()
