"""A download as a shelf of named pieces, the same whether it is a folder or a zip.

The names are listed once; a piece is read only when it is asked for, and nothing is unpacked.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from grader.intake.folder import Folder, Place, read_file, trusted
from grader.intake.refusal import passed_by, refuse
from grader.intake.take import MOST_ENTRIES, take_place
from grader.model.errors import SubmissionRefused, UsageProblem
from grader.model.exercise import Submission
from grader.text.clean import clean_name, clean_text
from grader.text.words import said

_MOST_LISTED = 1000  # files looked at for the age of a folder


class Piece(NamedTuple):
    """Something at the top of a download."""

    name: str
    is_folder: bool


class Shelf(Protocol):
    """What the recognisers and readers see of a download; paths are relative to its top."""

    @property
    def label(self) -> str:
        """The name of the folder or zip."""

    @property
    def unsafe(self) -> tuple[tuple[str, str], ...]:
        """Names that cannot belong to anybody, each with the sentence that refuses it."""

    def pieces(self, folder: str = "") -> list[Piece]:
        """What lies in the folder, sorted, without hidden files and clutter."""

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder of that path, hidden or not."""

    def inside(self, folder: str) -> Shelf:
        """The folder as a shelf of its own."""

    def take(self, path: str, module_file: str) -> Submission:
        """The submission that the file or folder is; raises SubmissionRefused."""

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; raises SubmissionRefused."""

    def modified(self, path: str) -> float | None:
        """When the file, or the newest file in the folder, was last changed, in seconds."""

    def close(self) -> None:
        """Lets go of the download."""


class FolderShelf:
    """A folder on the disk, below one that a teacher named; no step below it may be a link."""

    unsafe: tuple[tuple[str, str], ...] = ()

    def __init__(self, named: Path, below: str = "") -> None:
        self.named = named
        self.below = below

    @property
    def label(self) -> str:
        """The name of the folder or zip."""
        return Path(os.path.abspath(self.named / self.below)).name

    def pieces(self, folder: str = "") -> list[Piece]:
        """What lies in the folder, sorted, without hidden files and clutter."""
        try:
            with self._folder(folder) as opened, opened.scan() as listing:
                found = [
                    Piece(entry.name, entry.is_dir(follow_symlinks=False))
                    for entry in islice(listing, MOST_ENTRIES + 1 if folder else None)
                    if not passed_by(entry.name)
                ]
        except OSError as error:
            words = error.strerror or said("it cannot be read")
            if folder:
                refuse(
                    said("{shown}: {words}.", shown=clean_name(folder), words=words),
                    said("Change its permissions, or give a copy."),
                )
            raise UsageProblem(
                said(
                    "{shown}: {words}.", shown=clean_text(str(self.named / self.below)), words=words
                ),
                next_move=said("Check the path and its permissions."),
            ) from None
        return sorted(found)

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder of that path, hidden or not."""
        try:
            with self._place(path) as place:
                place.look()
        except (OSError, ValueError, SubmissionRefused):
            return False
        return True

    def inside(self, folder: str) -> Shelf:
        """The folder as a shelf of its own."""
        return FolderShelf(self.named, f"{self.below}/{folder}" if self.below else folder)

    def take(self, path: str, module_file: str) -> Submission:
        """The submission that the file or folder is; raises SubmissionRefused."""
        with self._place(path) as place:
            return take_place(place, module_file)

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; raises SubmissionRefused."""
        with self._place(path) as place:
            return read_file(place, limit)

    def modified(self, path: str) -> float | None:
        """When the file, or the newest in the folder, was last changed, in seconds."""
        try:
            with self._place(path) as place:
                status = place.look()
                if not stat.S_ISDIR(status.st_mode):
                    return status.st_mtime
                with place.folder() as folder, folder.scan() as listing:
                    times = [status.st_mtime]
                    for entry in islice(listing, _MOST_LISTED):
                        with suppress(OSError):
                            times.append(entry.stat(follow_symlinks=False).st_mtime)
        except (OSError, SubmissionRefused):
            return None
        return max(times[1:] or times)

    def close(self) -> None:
        """There is nothing to let go of."""

    @contextmanager
    def _folder(self, path: str) -> Iterator[Folder]:
        """The folder of that path, opened step by step. OSError, SubmissionRefused."""
        steps = (*PurePosixPath(self.below).parts, *PurePosixPath(path).parts)
        with ExitStack() as stack, self._without_root():
            folder = stack.enter_context(trusted(self.named))
            for step in steps:
                folder = stack.enter_context(folder.place(step).folder())
            yield folder

    @contextmanager
    def _place(self, path: str) -> Iterator[Place]:
        """What has that path, in the folder around it, which is open."""
        around, _, name = path.rpartition("/")
        with self._folder(around) as folder:
            yield folder.place(name)

    @contextmanager
    def _without_root(self) -> Iterator[None]:
        """A learner may see the sentence, and where the grader keeps things is not for it."""
        try:
            yield
        except SubmissionRefused as error:
            prefix = f"{self.named / self.below}{os.sep}"
            raise SubmissionRefused(
                error.message.replace(prefix, ""), next_move=error.next_move.replace(prefix, "")
            ) from None
