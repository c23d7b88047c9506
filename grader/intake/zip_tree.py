"""A zip as a tree: its names are one sorted table, and nothing is ever unpacked to disk.

What a header claims is checked before anything is read, and counted again while reading,
because a header may lie.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from grader.intake.archive import is_folder_entry, refuse_unsafe
from grader.intake.refusal import Entry, passed_by, refuse, refuse_large
from grader.text.clean import clean_name
from grader.text.words import said

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_AFTER_SLASH = chr(ord("/") + 1)


class ZipTree:
    """Members of a zip by their path; `again` is what to do about one that is damaged."""

    deepest = None

    def __init__(
        self, archive: ZipFile, members: Iterable[tuple[str, ZipInfo]], shown: str, again: str
    ) -> None:
        ordered = sorted(members, key=lambda member: member[0])
        self._archive = archive
        self._paths = [path for path, _ in ordered]
        self._infos = [info for _, info in ordered]
        self._shown = shown
        self._again = again

    def opened(self) -> AbstractContextManager[ZipTree]:
        """The same tree: it is open until it is closed."""
        return nullcontext(self)

    def entries(self, folder: str = "", most: int | None = None) -> list[Entry]:
        """What lies in the folder, sorted: all of it, as the table is in memory already."""
        below = self._below(folder)
        around = f"{folder}/" if folder else ""
        found: set[Entry] = set()
        at = below.start
        while at < below.stop:
            name, slash, _ = self._paths[at][len(around) :].partition("/")
            found.add(Entry(name, bool(slash) or is_folder_entry(self._infos[at])))
            at = self._below(around + name).stop if slash else at + 1
        return sorted(found)

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder of that path."""
        return bool(self._at(path)) or bool(self._below(path))

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder and not a file."""
        return bool(self._below(path)) or any(map(is_folder_entry, self._at(path)))

    def refuse_harmful(self, path: str, inside: str, shown: str) -> None:
        """Refuses what its headers show to be harmful, and a file that is there twice."""
        infos = self._at(path)
        for info in infos:
            refuse_unsafe(info, f"{clean_name(inside)} in {shown}")
        if sum(not is_folder_entry(info) for info in infos) > 1:
            refuse(
                said("{shown} holds {name} twice.", shown=shown, name=clean_name(inside)),
                said("Pack it again."),
            )

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; raises SubmissionRefused."""
        self.refuse_harmful(path, path, self._shown)
        files = [info for info in self._at(path) if not is_folder_entry(info)]
        if not files:
            refuse(
                said("{shown}: there is no such file or folder.", shown=clean_name(path)),
                said("Check the path."),
            )
        try:
            with self._archive.open(files[0]) as member:
                # Bounded here again: what the header says of the size may be a lie.
                data = member.read(limit + 1)
        except Exception as error:
            # zipfile raises a dozen kinds of exception on a forged member; all mean the same here.
            words = clean_name(str(error)) or type(error).__name__
            refuse(
                said("{path} is damaged in the zip: {words}.", path=clean_name(path), words=words),
                self._again,
            )
        refuse_large(clean_name(path), len(data), limit)
        return data

    def modified(self, path: str) -> float | None:
        """When the file, or the newest in the folder, was last changed, in seconds."""
        inner = (
            self._infos[at]
            for at in self._below(path)
            if not any(map(passed_by, self._paths[at][len(path) :].split("/")))
        )
        dates = [info.date_time for info in (*self._at(path), *inner) if not is_folder_entry(info)]
        try:
            times = [time.mktime((*date, 0, 0, -1)) for date in dates if date != _NO_DATE]
        except (OverflowError, ValueError):
            return None
        return max(times, default=None)

    def inside(self, folder: str) -> ZipTree:
        """The folder as a tree of its own."""
        start = len(folder) + 1
        members = [(self._paths[at][start:], self._infos[at]) for at in self._below(folder)]
        return ZipTree(self._archive, members, clean_name(folder), self._again)

    def close(self) -> None:
        """Lets go of the zip."""
        self._archive.close()

    def _at(self, path: str) -> list[ZipInfo]:
        start = end = bisect_left(self._paths, path)
        while end < len(self._paths) and self._paths[end] == path:
            end += 1
        return self._infos[start:end]

    def _below(self, folder: str) -> range:
        if not folder:
            return range(len(self._paths))
        start = bisect_left(self._paths, f"{folder}/")
        return range(start, bisect_left(self._paths, folder + _AFTER_SLASH, start))
