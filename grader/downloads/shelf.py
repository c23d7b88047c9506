"""A download as a shelf of named pieces, the same whether it is a folder or a zip.

The names are listed once; a piece is read only when it is asked for, and nothing is unpacked.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from grader import intake
from grader.errors import SubmissionRefused, UsageProblem
from grader.intake_refusal import passed_by, refuse, safe
from grader.model import Submission
from grader.wording import clean_text
from grader.words import said

_CLUTTER = frozenset({"thumbs.db", "desktop.ini"})
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


def is_clutter(name: str) -> bool:
    """Whether a piece of that name is never a submission."""
    return passed_by(name) or name.lower() in _CLUTTER


class FolderShelf:
    """A folder on the disk."""

    unsafe: tuple[tuple[str, str], ...] = ()

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def label(self) -> str:
        """The name of the folder or zip."""
        return Path(os.path.abspath(self.root)).name

    def pieces(self, folder: str = "") -> list[Piece]:
        """What lies in the folder, sorted, without hidden files and clutter."""
        try:
            with os.scandir(self.root / folder) as listing:
                found = [
                    Piece(entry.name, entry.is_dir(follow_symlinks=False))
                    for entry in islice(listing, intake.MOST_ENTRIES + 1 if folder else None)
                    if not is_clutter(entry.name)
                ]
        except OSError as error:
            words = error.strerror or said("it cannot be read")
            if folder:
                refuse(
                    said("{shown}: {words}.", shown=safe(folder), words=words),
                    said("Change its permissions, or give a copy."),
                )
            raise UsageProblem(
                f"{clean_text(str(self.root))}: {words}.",
                next_move=said("Check the path and its permissions."),
            ) from None
        return sorted(found)

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder of that path, hidden or not."""
        return os.path.lexists(self.root / path)

    def inside(self, folder: str) -> Shelf:
        """The folder as a shelf of its own."""
        return FolderShelf(self.root / folder)

    def take(self, path: str, module_file: str) -> Submission:
        """The submission that the file or folder is; raises SubmissionRefused."""
        try:
            return intake.take(self.root / path, module_file)
        except SubmissionRefused as error:
            raise self._without_root(error) from None

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; raises SubmissionRefused."""
        try:
            return intake.read_file(self.root / path, limit)
        except SubmissionRefused as error:
            raise self._without_root(error) from None

    def modified(self, path: str) -> float | None:
        """When the file, or the newest in the folder, was last changed, in seconds."""
        whole = self.root / path
        try:
            status = whole.lstat()
            if not stat.S_ISDIR(status.st_mode):
                return status.st_mtime
            with os.scandir(whole) as listing:
                times = [status.st_mtime]
                for entry in islice(listing, _MOST_LISTED):
                    with suppress(OSError):
                        times.append(entry.stat(follow_symlinks=False).st_mtime)
        except OSError:
            return None
        return max(times[1:] or times)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _without_root(self, error: SubmissionRefused) -> SubmissionRefused:
        # A learner may see the sentence, and where the grader keeps things is not for it.
        prefix = f"{self.root}{os.sep}"
        return SubmissionRefused(
            error.message.replace(prefix, ""), next_move=error.next_move.replace(prefix, "")
        )
