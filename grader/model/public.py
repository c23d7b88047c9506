"""The part of an exercise's checks that learners are given: the visible ones as programs, with the
answers that are right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from grader.model.check import CheckSpec


class Reading(Struct, frozen=True):
    """Attributes that are read of many objects at once: `expected[step][field]`, and the fields in
    order, each with its direction, `forward` or `backward`."""

    expected: Mapping[int, Mapping[str, float]]
    fields: tuple[tuple[str, str], ...]


class Exchange(Struct, frozen=True, omit_defaults=True):
    """One message of a check, and what the answer to it has to be.

    steps    as they cross to a worker; a reading's own step is not among them
    gives    plain data that steps have to give, by step, in the form of an operand
    loose    those of them of which list or tuple does not matter, or how a truth is told
    objects  steps that have to give an object
    reading  what is read after the steps
    raises   the exception that the message has to end in
    """

    steps: tuple[Any, ...]
    gives: Mapping[int, Any] = {}
    loose: tuple[int, ...] = ()
    objects: tuple[int, ...] = ()
    reading: Reading | None = None
    raises: str = ""


class PublicCheck(Struct, frozen=True):
    """A visible check without the battery: what it asks, message by message."""

    spec: CheckSpec
    exchanges: tuple[Exchange, ...]


class Public(Struct, frozen=True):
    """What of an exercise its learners have beside the tasks.

    seed     the one that the checks drew from
    points   what the visible checks of each task are worth
    starter  the text of each file to write in
    checks   the visible checks, in the battery's order
    """

    seed: int
    points: Mapping[str, float]
    starter: Mapping[str, str]
    checks: tuple[PublicCheck, ...]

    def names(self) -> frozenset[str]:
        """The ids of the checks, and of the tasks that have any."""
        specs = [check.spec for check in self.checks]
        return frozenset(name for spec in specs for name in (spec.id, spec.task))
