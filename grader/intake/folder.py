"""Reads files and folders that a learner may be changing at the same time.

A path is looked up anew each time it is used, and what was a folder when it was looked at may be
a link when it is opened. So a folder is opened once, without following a link, and whatever lies
in it is reached through its descriptor and by its own name. Only the path of a thing itself may
lead through links: that is whoever named it, not what lies below. Where the system has no such
calls, each path is looked at just before it is opened, which is as much as it offers.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from itertools import islice, takewhile
from pathlib import Path, PurePosixPath
from typing import NamedTuple, NoReturn

from grader.intake.refusal import (
    Entry,
    kind_words,
    nearest,
    refuse,
    refuse_large,
    refuse_unreadable,
)
from grader.model.errors import SubmissionRefused
from grader.text.clean import clean_name
from grader.text.words import said

DEEPEST = 32
"""Folders in folders: one descriptor each is held while what lies below is read."""

_MOST_LISTED = 1000  # files looked at for the age of a folder

JUNCTION = 0xA0000003
"""Windows' name for it: IO_REPARSE_TAG_MOUNT_POINT."""

BY_DESCRIPTOR = (
    {os.open, os.stat} <= os.supports_dir_fd
    and os.scandir in os.supports_fd
    and hasattr(os, "O_NOFOLLOW")
    and hasattr(os, "O_DIRECTORY")
)
"""Whether this system can reach what lies in an open folder by its name there."""

_NO_FOLDER = (errno.ENOTDIR, errno.ELOOP)


class Folder(NamedTuple):
    """An open folder and how it is called; the path is followed only without a descriptor."""

    path: Path
    descriptor: int | None
    shown: Path

    def place(self, name: str) -> Place:
        """What has that name in it."""
        return Place(self.path / name, self.descriptor, self.shown / name)

    def scan(self) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        """Its entries, to be asked while the folder is open. OSError."""
        return os.scandir(self.path if self.descriptor is None else self.descriptor)


class Place(NamedTuple):
    """A name in an open folder, or a whole path that was named by whoever is trusted."""

    path: Path
    around: int | None = None
    shown: Path | None = None

    @property
    def words(self) -> str:
        """How it is called in a sentence."""
        return clean_name(str(self.shown or self.path))

    def look(self) -> os.stat_result:
        """What is there, be it a link. OSError, ValueError."""
        return os.stat(self._name, dir_fd=self.around, follow_symlinks=False)

    def open(self, *wishes: str) -> int:
        """A descriptor, without waiting and without following a link. OSError."""
        flags = os.O_RDONLY
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY", *wishes):
            flags |= getattr(os, name, 0)
        return os.open(self._name, flags, dir_fd=self.around)

    @contextmanager
    def folder(self) -> Iterator[Folder]:
        """The folder that was seen there, open; refuses what is none any more. OSError."""
        if not BY_DESCRIPTOR:
            if not stat.S_ISDIR(self.look().st_mode):
                refuse_exchanged(self)
            yield Folder(self.path, None, self.shown or self.path)
            return
        try:
            descriptor = self.open("O_DIRECTORY")
        except OSError as error:
            if error.errno in _NO_FOLDER:
                refuse_exchanged(self)
            raise
        try:
            yield Folder(self.path, descriptor, self.shown or self.path)
        finally:
            os.close(descriptor)

    @property
    def _name(self) -> Path | str:
        return self.path if self.around is None else self.path.name


@contextmanager
def trusted(path: Path) -> Iterator[Folder]:
    """A folder that a teacher named, open; he may name it by a link. OSError.

    What lies in it is called by its path below: a learner may see the sentence, and where the
    grader keeps things is not for it.
    """
    if not BY_DESCRIPTOR:
        yield Folder(path, None, Path())
        return
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        yield Folder(path, descriptor, Path())
    finally:
        os.close(descriptor)


class FolderTree:
    """A folder on the disk as a tree: no step below its top may be a link.

    The folders from the top to the one that was asked for last stay open, until it is closed.
    """

    deepest = DEEPEST

    def __init__(self, top: Callable[[], AbstractContextManager[Folder]]) -> None:
        self._top = top
        self._way: list[tuple[str, Folder, ExitStack]] = []

    def opened(self) -> AbstractContextManager[FolderTree]:
        """The same tree, opened anew for some calls."""
        return closing(FolderTree(self._top))

    def entries(self, folder: str = "", most: int | None = None) -> list[Entry]:
        """What lies in the folder, sorted, `most` of it or all; OSError, SubmissionRefused."""
        with self._folder(folder).scan() as listing:
            return sorted(
                Entry(entry.name, entry.is_dir(follow_symlinks=False), is_link(entry))
                for entry in islice(listing, most)
            )

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder of that path."""
        try:
            self._place(path).look()
        except (OSError, ValueError, SubmissionRefused):
            return False
        return True

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder and not a file; refuses what is neither. OSError."""
        return is_folder(self._place(path))

    def refuse_harmful(self, path: str, inside: str, shown: str) -> None:
        """Refuses nothing: what is no file is told when it is opened."""

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; OSError, SubmissionRefused."""
        return read_file(self._place(path), limit)

    def modified(self, path: str) -> float | None:
        """When the file, or the newest in the folder, was last changed, in seconds."""
        try:
            status = self._place(path).look()
            if not stat.S_ISDIR(status.st_mode):
                return status.st_mtime
            with self._folder(path).scan() as listing:
                times = [status.st_mtime]
                for entry in islice(listing, _MOST_LISTED):
                    with suppress(OSError):
                        times.append(entry.stat(follow_symlinks=False).st_mtime)
        except (OSError, SubmissionRefused):
            return None
        return max(times[1:] or times)

    def inside(self, folder: str) -> FolderTree:
        """The folder as a tree of its own, in which paths start anew."""

        @contextmanager
        def top() -> Iterator[Folder]:
            with self.opened() as tree:
                yield tree._folder(folder)._replace(shown=Path())

        return FolderTree(top)

    def close(self) -> None:
        """Lets go of what is open."""
        self._back_to(0)

    def _folder(self, path: str) -> Folder:
        """The folder of that path, opened step by step. OSError, SubmissionRefused."""
        steps = ("", *PurePosixPath(path).parts)
        known = zip(self._way, steps, strict=False)
        self._back_to(sum(1 for _ in takewhile(lambda pair: pair[0][0] == pair[1], known)))
        for step in steps[len(self._way) :]:
            next_one = self._way[-1][1].place(step).folder() if self._way else self._top()
            stack = ExitStack()
            self._way.append((step, stack.enter_context(next_one), stack))
        return self._way[-1][1]

    def _back_to(self, length: int) -> None:
        while len(self._way) > length:
            self._way.pop()[2].close()

    def _place(self, path: str) -> Place:
        """What has that path, in the folder around it, which is open."""
        around, _, name = path.rpartition("/")
        return self._folder(around).place(name)


def is_folder(place: Place) -> bool:
    """Whether it is a folder and not a file; refuses what is neither."""
    try:
        mode = place.look().st_mode
    except (OSError, ValueError) as error:
        refuse_missing(place, error)
    if stat.S_ISLNK(mode):
        refuse(said("{shown} is a link.", shown=place.words), said("Give the file itself."))
    if not stat.S_ISDIR(mode):
        _refuse_other(place, mode)
    return stat.S_ISDIR(mode)


def read_file(place: Place, limit: int) -> bytes:
    """At most `limit` bytes of a regular file, without waiting and without following a link."""
    try:
        with open(place.path, "rb", opener=lambda *_: place.open()) as file:
            _refuse_other(place, os.fstat(file.fileno()).st_mode)
            data = file.read(limit + 1)
    except OSError as error:
        refuse_missing(place, error)
    refuse_large(place.words, len(data), limit)
    return data


def is_link(entry: os.DirEntry[str]) -> bool:
    """Whether it only leads to somewhere else; Windows has junctions besides links."""
    if sys.platform != "win32" or entry.is_symlink():
        return entry.is_symlink()
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == JUNCTION


def refuse_exchanged(place: Place) -> NoReturn:
    """Refuses a folder that something else has taken the place of."""
    refuse(
        said("{shown} was exchanged while it was being read.", shown=place.words),
        said("Give a copy that nobody writes to."),
    )


def refuse_missing(place: Place, error: Exception) -> NoReturn:
    """Refuses what cannot be opened; for a path that somebody typed, with the one most like it."""
    refuse_unreadable(place.words, error, _beside(place.path) if place.shown is None else None)


def _refuse_other(place: Place, mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = said("{shown} is {mode}, not a file.", shown=place.words, mode=kind_words(mode))
        refuse(what, said("Give a .py file or a folder."))


def _beside(path: Path) -> str | None:
    """The path most like this one among those in the folder around it."""
    try:
        near = nearest(path.name, [entry.name for entry in islice(path.parent.iterdir(), 1000)])
    except (OSError, ValueError):
        return None
    return clean_name(str(path.with_name(near))) if near else None
