"""A zip as a shelf: members are listed by name and read one submission at a time."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile, ZipInfo

from grader.downloads.shelf import Piece, Shelf
from grader.intake.archive import has_unsafe_name, member_path, read_member
from grader.intake.refusal import passed_by, refuse, refuse_large
from grader.intake.take import limit_of, take_members, take_source
from grader.model.errors import SubmissionRefused, UsageProblem
from grader.model.exercise import Submission
from grader.text.clean import clean_name, clean_text
from grader.text.words import said

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_AFTER_SLASH = chr(ord("/") + 1)


class ZipShelf:
    """The members below some folder of a zip, by the path they have below it."""

    def __init__(
        self,
        archive: ZipFile,
        label: str,
        members: Iterable[tuple[str, ZipInfo]],
        hidden: Iterable[str] = (),
        unsafe: tuple[tuple[str, str], ...] = (),
    ) -> None:
        ordered = sorted(members, key=lambda member: member[0])
        self._archive = archive
        self._paths = [path for path, _ in ordered]
        self._infos = [info for _, info in ordered]
        self._hidden = frozenset(hidden)
        self.label = label
        self.unsafe = unsafe

    def pieces(self, folder: str = "") -> list[Piece]:
        """What lies in the folder, sorted, without hidden files and clutter."""
        start = len(folder) + 1 if folder else 0
        found: dict[str, bool] = {}
        for at in self._below(folder):
            name, slash, _ = self._paths[at][start:].partition("/")
            found[name] = found.get(name, False) or bool(slash) or self._infos[at].is_dir()
        return sorted(Piece(name, is_folder) for name, is_folder in found.items())

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder of that path, hidden or not."""
        return path in self._hidden or bool(self._at(path)) or bool(self._below(path))

    def inside(self, folder: str) -> Shelf:
        """The folder as a shelf of its own."""
        start = len(folder) + 1
        members = ((self._paths[at][start:], self._infos[at]) for at in self._below(folder))
        hidden = (path[start:] for path in self._hidden if path.startswith(f"{folder}/"))
        return ZipShelf(self._archive, folder, members, hidden, self.unsafe)

    def take(self, path: str, module_file: str) -> Submission:
        """The submission that the file or folder is; raises SubmissionRefused."""
        name = path.rpartition("/")[2]
        below = self._below(path)
        if not below and not any(self._infos[at].is_dir() for at in self._at(path)):
            limit = limit_of(name, clean_name(path), module_file)
            return take_source(name, self.read(path, limit), module_file)
        members: dict[str, ZipInfo] = {}
        for at in below:
            if not self._infos[at].is_dir():
                inner = self._paths[at][len(path) + 1 :]
                if inner in members:
                    _refuse_twice(path, inner)
                members[inner] = self._infos[at]
        try:
            return take_members(name, self._archive, members, module_file)
        except SubmissionRefused:
            raise
        except Exception as error:
            _refuse_damaged(path, error)

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; raises SubmissionRefused."""
        places = self._at(path)
        if not places:
            refuse(
                said("{shown}: there is no such file or folder.", shown=clean_name(path)),
                said("Check the path."),
            )
        if len(places) > 1:
            _refuse_twice(self.label, path)
        info = self._infos[places[0]]
        try:
            data = read_member(self._archive, info, clean_name(self.label), limit)
        except SubmissionRefused:
            raise
        except Exception as error:
            _refuse_damaged(path, error)
        refuse_large(clean_name(path), len(data), limit)
        return data

    def modified(self, path: str) -> float | None:
        """When the file, or the newest in the folder, was last changed, in seconds."""
        infos = [self._infos[at] for at in (*self._at(path), *self._below(path))]
        dates = [info.date_time for info in infos if not info.is_dir()]
        try:
            times = [time.mktime((*date, 0, 0, -1)) for date in dates if date != _NO_DATE]
        except (OverflowError, ValueError):
            return None
        return max(times, default=None)

    def close(self) -> None:
        """Lets go of the zip."""
        self._archive.close()

    def _at(self, path: str) -> range:
        start = bisect_left(self._paths, path)
        end = start
        while end < len(self._paths) and self._paths[end] == path:
            end += 1
        return range(start, end)

    def _below(self, folder: str) -> range:
        if not folder:
            return range(len(self._paths))
        start = bisect_left(self._paths, f"{folder}/")
        return range(start, bisect_left(self._paths, folder + _AFTER_SLASH, start))


def open_zip(path: Path) -> ZipShelf:
    """The zip at `path`, its names listed; raises UsageProblem when it is not sound."""
    try:
        archive = ZipFile(path)
    except Exception as error:
        # zipfile raises a dozen kinds of exception on a damaged archive; all mean the same here.
        words = clean_text(str(error)) or type(error).__name__
        raise UsageProblem(
            said(
                "{path} is not a sound zip file: {words}.", path=clean_text(str(path)), words=words
            ),
            next_move=said("Download it again, or unpack it and give the folder."),
        ) from None
    members, hidden, unsafe = [], set(), []
    for info in archive.infolist():
        if has_unsafe_name(info):
            whole = info.orig_filename
            unsafe.append(
                (
                    whole,
                    said(
                        "{whole} in {path} has an unsafe name.",
                        whole=clean_name(whole),
                        path=clean_name(path.name),
                    ),
                )
            )
            continue
        parts = member_path(info).split("/")
        clutter = next((at for at, part in enumerate(parts) if passed_by(part)), None)
        if clutter is None:
            members.append(("/".join(parts), info))
        else:
            hidden.add("/".join(parts[: clutter + 1]))
    return ZipShelf(archive, path.stem, members, hidden, tuple(unsafe))


def _refuse_damaged(path: str, error: Exception) -> NoReturn:
    words = clean_name(str(error)) or type(error).__name__
    refuse(
        said("{path} is damaged in the zip: {words}.", path=clean_name(path), words=words),
        said("Download it again."),
    )


def _refuse_twice(shown: str, name: str) -> NoReturn:
    refuse(
        said("{shown} holds {name} twice.", shown=clean_name(shown), name=clean_name(name)),
        said("Pack it again."),
    )
