"""How a platform reads the names of a download, and what the readings of most have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec import Struct

from grader.course.downloads.entry import Claim
from grader.course.downloads.names import learner_id
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import Uploads, is_readable
from grader.model.errors import SubmissionRefused

LONGEST_NAME = 1000
"""No file system holds a longer one; matching time grows with the square of the length."""

Matched = tuple[Piece, re.Match[str]]


class Reading(Struct, frozen=True, kw_only=True):
    """A download by one platform's naming: every piece is `found`, its `own`, or a `stray`.

    What is `found` belongs to a learner. `own` files were added by the platform, and strays do not
    follow its naming: neither is anybody's. The reading is not `sound` where it contradicts
    something that the platform sees to.
    """

    claims: Sequence[Claim]
    found: Sequence[Piece]
    stray: Sequence[Piece] = ()
    own: Sequence[Piece] = ()
    sound: bool = True

    @property
    def recognised(self) -> bool:
        """Whether it is sound, and most of what may be a submission is named so."""
        rivals = sum(piece.is_folder or is_readable(piece.name) for piece in self.stray)
        return self.sound and len(self.claims) > 0 and len(self.found) >= rivals


class Platform(Protocol):
    """What a file for a platform has: its name, and how it reads the names of a download."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """The platform as people call it."""

    def read(self, shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
        """Whose the pieces are, by name alone; what does not follow the naming is left aside."""


class Part(NamedTuple):
    """One of the files of one attempt; `key` tells the attempt from others of the learner."""

    learner: str
    key: tuple[str, ...]
    upload: str
    path: str
    rank: tuple[int, ...] | None = None
    name: str | None = None
    submitted_at: str | None = None
    late: bool | None = None
    attempt: int | None = None


def matched(
    pattern: re.Pattern[str], pieces: Iterable[Piece], *, folders: bool
) -> tuple[list[Matched], list[Piece]]:
    """The folders, or the files, whose whole names are as the pattern says; and all the others."""
    named: list[Matched] = []
    others: list[Piece] = []
    for piece in pieces:
        may_be = piece.is_folder == folders and len(piece.name) <= LONGEST_NAME
        match = pattern.fullmatch(piece.name) if may_be else None
        if match is None:
            others.append(piece)
        else:
            named.append((piece, match))
    return named, others


def together(parts: Iterable[Part]) -> Iterator[Claim]:
    """A claim for each attempt, made of its files; where two have one name, a claim for each."""
    seen: Counter[tuple[object, ...]] = Counter()
    attempts: dict[tuple[object, ...], dict[str, Part]] = {}
    for part in parts:
        whose = (part.learner, part.name, part.key)
        again = seen[*whose, part.upload]
        seen[*whose, part.upload] += 1
        attempts.setdefault((*whose, again), {})[part.upload] = part
    for files in attempts.values():
        first = next(iter(files.values()))
        yield Claim(
            learner_id=learner_id(first.learner),
            learner_name=learner_id(first.name) if first.name else None,
            source=Uploads(tuple((upload, part.path) for upload, part in files.items())),
            rank=first.rank,
            submitted_at=first.submitted_at,
            late=first.late,
            attempt=first.attempt,
        )


def pieces_in(shelf: Shelf, folder: str) -> list[Piece]:
    """What lies in the folder; nothing where it cannot be read, which is told when it is taken."""
    try:
        return shelf.pieces(folder)
    except SubmissionRefused:
        return []


def common_start(names: Collection[str], end: str) -> str:
    """What all names begin with, up to the last `end` that leaves something of each."""
    if not names:
        return ""
    first, last = min(names), max(names)  # what these two share, all share
    most = min(map(len, names)) - 1
    shared = next((at for at in range(most) if first[at] != last[at]), most)
    return first[: first.rfind(end, 0, shared) + 1]


def iso_time(*numbers: str | int) -> str | None:
    """Year, month, day and perhaps more as ISO 8601; None where there is no such time."""
    try:
        return datetime(*map(int, numbers)).isoformat()  # type: ignore[arg-type]
    except ValueError:
        return None
