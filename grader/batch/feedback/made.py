"""Writes the files of a feedback folder, and only those that say something new.

A file is known by what it was made from, and by a checksum of what was written. So a second run
writes nothing where nothing changed, and writes anew what another hand has edited.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from grader.batch.reports import checksum, is_as_written, write_whole
from grader.gradebook import handed_in
from grader.gradebook.store import Gradebook, storage
from grader.model.encoding import encoded

PER_TRANSACTION = 100


class Made:
    """The files in `folder`, by their paths inside it; `changed` counts those written anew."""

    def __init__(self, book: Gradebook, folder: Path) -> None:
        self.book = book
        self.folder = folder
        self.changed = 0
        self._before = handed_in.made(book)
        self._now: set[str] = set()
        self._unsaved: dict[str, str] = {}

    def __enter__(self) -> Made:
        return self

    def __exit__(self, *_: object) -> None:
        self._save()

    def stands(self, path: str, version: str) -> bool:
        """Whether the file is there and was made from this; it belongs to the folder from now."""
        self._now.add(path)
        written = self._before.get(path, "")
        return written.startswith(f"{version} ") and is_as_written(self.folder / path, written)

    def version(self, path: str) -> str:
        """What the file was made from, and the checksum of what is in it."""
        return self._unsaved.get(path) or self._before.get(path, "")

    def read(self, path: str) -> bytes:
        """What is in a file of this run. Fault when it cannot be read."""
        with storage(self.folder / path):
            return (self.folder / path).read_bytes()

    def write(self, path: str, version: str, data: bytes) -> None:
        """Writes a file whole. Fault when the disk does not let it."""
        self._now.add(path)
        with storage(self.folder / path):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / path, data)
        self.changed += 1
        self._unsaved[path] = f"{version} {checksum(data)}"
        if len(self._unsaved) >= PER_TRANSACTION:
            self._save()

    def forget_others(self) -> None:
        """Takes away what an earlier run made and this one did not."""
        others = self._before.keys() - self._now
        for path in others:
            with contextlib.suppress(OSError):
                (self.folder / path).unlink()
        handed_in.forget_made(self.book, others)

    def _save(self) -> None:
        with self.book.transaction():
            handed_in.keep_made(self.book, self._unsaved)
        self._before |= self._unsaved
        self._unsaved = {}


def version_of(*parts: object) -> str:
    """What tells two contents apart by what they are made from."""
    return checksum(encoded(parts))
