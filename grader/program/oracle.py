"""What an exercise's `oracle.py` supplies: what the engine cannot know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from grader.model.program import (
    Step,
)


class Oracle(Protocol):
    """What an exercise's `oracle.py` may bring; each part is optional."""

    FIELDS: Mapping[str, str]

    def expected(self, program: Sequence[Step]) -> Mapping[int, Mapping[str, float]]:
        """The true value of every field of every node, by step."""

    def edge_label(self, program: Sequence[Step], step: int, position: int) -> str:
        """The words on the edge from a step's operand to the step."""

    def walk(self, program: Sequence[Step], names: Mapping[int, str]) -> Sequence[str]:
        """The backward pass of the program in words, one step a line."""
