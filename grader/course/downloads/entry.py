"""What a download holds: a claim is known from names alone, an entry has been read."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from grader.course.downloads.shelf import Shelf
from grader.model.exercise import Submission


class Source(Protocol):
    """Where one submission lies in a download, and how it is read."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders it is made of, for messages and for their age."""

    def take(self, shelf: Shelf, module_file: str) -> Submission:
        """Reads the submission; raises SubmissionRefused."""


class Undecided(StrEnum):
    """Why nobody but a person can tell which of several submissions of one id counts."""

    TIE = "tie"
    """They are of one learner, and none is the newest."""
    NAMES = "names"
    """They are of people with different names."""


class Claim(Struct, frozen=True, kw_only=True, gc=False):
    """One submission as the names in the download tell of it, not yet read.

    `members` are the (id, name) of a group's learners, empty for a learner alone. `aliases` are
    pairs of another identifier, an address say, and the id it belongs to. `rank` is the place among
    the attempts of its learner where the platform counts them: the greatest is the newest, and
    equal ones cannot be told apart. An `undecided` one is refused.
    """

    learner_id: str
    source: Source
    learner_name: str | None = None
    late: bool | None = None
    submitted_at: str | None = None
    attempt: int | None = None
    rank: tuple[int, ...] | None = None
    notes: tuple[str, ...] = ()
    members: tuple[tuple[str, str | None], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    refusal: str | None = None
    undecided: Undecided | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One submission of a download: taken in, or refused with a sentence.

    `paths` are the names it is made of. `late` is the download's own mark, None where it has none.
    `members`, `aliases` and `undecided` are those of the claim. Exactly one of `submission` and
    `refusal` is there.
    """

    learner_id: str
    learner_name: str | None
    submission: Submission | None
    refusal: str | None
    paths: tuple[str, ...] = ()
    late: bool | None = None
    submitted_at: str | None = None
    attempt: int | None = None
    notes: tuple[str, ...] = ()
    members: tuple[tuple[str, str | None], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    undecided: Undecided | None = None
