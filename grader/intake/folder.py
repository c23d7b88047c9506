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
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple, NoReturn

from grader.intake.refusal import (
    ENVIRONMENT_MARKS,
    Bounds,
    kind_words,
    nearest,
    passed_by,
    refuse,
    refuse_large,
    refuse_surplus,
)
from grader.text.clean import clean_name
from grader.text.words import said

DEEPEST = 32
"""Folders in folders: one descriptor each is held while what lies below is read."""

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
    """An open folder; the path is how it is called, and is followed only without a descriptor."""

    path: Path
    descriptor: int | None

    def place(self, name: str) -> Place:
        """What has that name in it."""
        return Place(self.path / name, self.descriptor)

    def scan(self) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        """Its entries, to be asked while the folder is open. OSError."""
        return os.scandir(self.path if self.descriptor is None else self.descriptor)


class Place(NamedTuple):
    """A name in an open folder, or a whole path that was named by whoever is trusted."""

    path: Path
    around: int | None = None

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
                refuse_exchanged(self.path)
            yield Folder(self.path, None)
            return
        try:
            descriptor = self.open("O_DIRECTORY")
        except OSError as error:
            if error.errno in _NO_FOLDER:
                refuse_exchanged(self.path)
            raise
        try:
            yield Folder(self.path, descriptor)
        finally:
            os.close(descriptor)

    @property
    def _name(self) -> Path | str:
        return self.path if self.around is None else self.path.name


@contextmanager
def trusted(path: Path) -> Iterator[Folder]:
    """A folder that a teacher named, open; he may name it by a link. OSError."""
    if not BY_DESCRIPTOR:
        yield Folder(path, None)
        return
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        yield Folder(path, descriptor)
    finally:
        os.close(descriptor)


def read_file(place: Place, limit: int) -> bytes:
    """At most `limit` bytes of a regular file, without waiting and without following a link."""
    shown = clean_name(str(place.path))
    try:
        with open(place.path, "rb", opener=lambda *_: place.open()) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                what = said("{path} is {mode}, not a file.", path=shown, mode=kind_words(mode))
                refuse(what, said("Give a .py file or a folder."))
            data = file.read(limit + 1)
    except OSError as error:
        refuse_unreadable(place, error)
    refuse_large(shown, len(data), limit)
    return data


def read_folder(top: Place, module_file: str, bounds: Bounds) -> dict[str, bytes]:
    """Every Python file below, by its path inside; hidden folders, environments are left out."""
    return _Walk(top, module_file, bounds).files()


class _Walk:
    """One walk through a folder: the folders that are open, and what was counted so far."""

    def __init__(self, top: Place, module_file: str, bounds: Bounds) -> None:
        self.top = top
        self.shown = clean_name(str(top.path))
        self.module_file = module_file
        self.bounds = bounds
        self.found: dict[str, bytes] = {}
        self.entries = 0
        self.size = 0

    def files(self) -> dict[str, bytes]:
        """Walks, and gives what was found."""
        self._below(self.top, 0)
        return self.found

    def _below(self, place: Place, depth: int) -> None:
        if depth > DEEPEST:
            self._refuse_surroundings(
                said(
                    "{shown} holds folders more than {deepest} deep.",
                    shown=self.shown,
                    deepest=DEEPEST,
                )
            )
        with ExitStack() as stack:
            try:
                folder = stack.enter_context(place.folder())
                entries = self._listing(folder, depth)
            except OSError as error:
                refuse_unreadable(place, error)
            for inner in self._read(folder, entries):
                self._below(inner, depth + 1)

    def _listing(self, folder: Folder, depth: int) -> list[os.DirEntry[str]]:
        with folder.scan() as listing:
            every = islice(listing, self.bounds.entries + 1)
            found = sorted(every, key=lambda entry: entry.name)
        if depth and ENVIRONMENT_MARKS.intersection(entry.name for entry in found):
            return []
        return [entry for entry in found if not passed_by(entry.name)]

    def _read(self, folder: Folder, entries: list[os.DirEntry[str]]) -> list[Place]:
        """Reads the Python files among the entries; the folders among them, the last one first."""
        self.entries += len(entries)
        if self.entries > self.bounds.entries:
            self._refuse_surroundings(
                said(
                    "{shown} holds more than {most_entries} files and folders.",
                    shown=self.shown,
                    most_entries=self.bounds.entries,
                )
            )
        folders: list[Place] = []
        for entry in entries:
            place = folder.place(entry.name)
            inside = place.path.relative_to(self.top.path).as_posix()
            if is_link(entry):
                what = said(
                    "{inside} in {shown} is a link.", inside=clean_name(inside), shown=self.shown
                )
                refuse(what, said("Put the file itself in its place."))
            if entry.is_dir(follow_symlinks=False):
                folders.insert(0, place)
            elif entry.name.endswith(".py"):
                self.found[inside] = read_file(place, self.bounds.source)
                self.size += len(self.found[inside])
                refuse_surplus(self.found, self.size, self.shown, self.bounds)
        return folders

    def _refuse_surroundings(self, what: str) -> NoReturn:
        refuse(
            what,
            said(
                "Give the folder that holds your {module_file}, nothing around it.",
                module_file=self.module_file,
            ),
        )


def is_link(entry: os.DirEntry[str]) -> bool:
    """Whether it only leads to somewhere else; Windows has junctions besides links."""
    if sys.platform != "win32" or entry.is_symlink():
        return entry.is_symlink()
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == JUNCTION


def refuse_exchanged(path: Path) -> NoReturn:
    """Refuses a folder that something else has taken the place of."""
    refuse(
        said("{shown} was exchanged while it was being read.", shown=clean_name(str(path))),
        said("Give a copy that nobody writes to."),
    )


def refuse_unreadable(place: Place, error: Exception) -> NoReturn:
    """Refuses what the system does not let us open or look at, and says why."""
    path, shown = place.path, clean_name(str(place.path))
    number = getattr(error, "errno", None)
    if number == errno.ELOOP:
        refuse(said("{shown} is a link.", shown=shown), said("Give the file itself."))
    if number in (errno.EACCES, errno.EPERM):
        refuse(
            said("{shown} may not be read.", shown=shown),
            said("Change its permissions, or give a copy."),
        )
    if number not in (errno.ENOENT, errno.ENOTDIR):
        words = getattr(error, "strerror", None) or str(error)
        refuse(
            said("{shown} cannot be read: {words}.", shown=shown, words=clean_name(words)),
            said("Give another path or a copy."),
        )
    near = None if place.around is not None else _beside(path)
    next_move = (
        said("Did you mean {path}?", path=clean_name(str(path.with_name(near))))
        if near
        else said("Check the path.")
    )
    refuse(said("{shown}: there is no such file or folder.", shown=shown), next_move)


def _beside(path: Path) -> str | None:
    """The name most like the path's among those in the folder around it."""
    try:
        return nearest(path.name, [entry.name for entry in islice(path.parent.iterdir(), 1000)])
    except (OSError, ValueError):
        return None
