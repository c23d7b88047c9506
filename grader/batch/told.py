"""What is told of a batch while it goes on, and to whom."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from grader.model.report import SAME


class Settled(Struct, frozen=True):
    """What became of one learner's submission."""

    learner: str
    state: str
    cached: bool = False
    score: float | None = None
    max_score: float | None = None


class Listener(Protocol):
    """Who is told how a batch goes on."""

    def read(self, entries: int) -> None:
        """So many entries of the class are read."""

    def begin(self, total: int, waiting: int) -> None:
        """All entries are read; `waiting` distinct submissions are to be graded."""

    def settled(self, what: Settled) -> None:
        """A learner is settled."""

    def tick(self, left: int) -> None:
        """Something happened, or a second passed; `left` submissions are still to be graded."""


def standing(what: Settled) -> str:
    """`full`, `partial` or `zero` for a mark, else the state."""
    if what.score is None or what.max_score is None:
        return what.state
    if what.score >= what.max_score - SAME:
        return "full"
    return "partial" if what.score > SAME else "zero"
