"""The error of a box that cannot be had at the level that was asked for."""

from __future__ import annotations

from grader.model.errors import IsolationUnavailable
from grader.text.words import said

NEXT_MOVE = said("`grader doctor` says what is missing and how to get it.")


class LevelUnavailable(IsolationUnavailable):
    """A level that does not hold here, why in a few words, and what is behind that."""

    def __init__(self, level: str, reason: str, behind: str = "") -> None:
        why = f"{reason} ({behind})" if behind else reason
        super().__init__(
            said("isolation level {level} is not to be had here: {why}", level=level, why=why),
            next_move=NEXT_MOVE,
        )
        self.reason = reason
