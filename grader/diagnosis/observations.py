"""What is observed of a submission, and what a diagnosis is made of. Pure.

An observation is a number, another plain value, that a step gave an object, or an exception. An
exception is observed by its type, its message without what differs between right styles, and the
place where it was raised; the rest of a search rests on that (`grader.diagnosis.search`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from msgspec import Struct

from grader.model.check import Outcome
from grader.model.program import Data, Handle, Many, Number, Plain, Raised, Result
from grader.model.report import Diagnosis
from grader.model.tolerance import close

GENERAL = "general"
"""The task of a mistake that belongs to no task: a constructor's, or a rewritten given part's."""

FAILING = frozenset({Outcome.FAILED, Outcome.ERROR})
RAISED = "raised"
ELSEWHERE = "elsewhere"
"""The place of an exception from a function that the reference's class does not have."""


class KnownMistake(Struct, frozen=True):
    """A mistake that people make: its id `task/Name`, its name in words, the tutor's words.

    It has methods of its own for those of its owner, a class, or functions for those of a module.
    """

    id: str
    task: str
    title: str
    explanation: str
    methods: tuple[str, ...]
    owner: str = ""

    @property
    def replaces(self) -> tuple[str, ...]:
        """The addresses of what it replaces, `Value.__add__`."""
        before = f"{self.owner}." if self.owner else ""
        return tuple([before + one for one in self.methods])


Hypothesis = tuple[KnownMistake, ...]
Observation = Number | tuple[Data, ...]
"""A number, or what else was seen: a kind and what there is to say of it."""

Observations = Sequence[Observation]

ORDERS_AGAIN = (0, 1, 2)
"""Orders of sets in which failing programs are run again, their own first."""


class Findings(Struct, frozen=True):
    """Diagnoses by task, for each later check that an earlier mistake predicts, its task, and all
    mistakes that are named."""

    diagnoses: Mapping[str, tuple[Diagnosis, ...]] = {}
    same_as: Mapping[str, str] = {}
    hypothesis: Hypothesis = ()


def observed(results: Sequence[Result], methods: frozenset[str] = frozenset()) -> Observations:
    """Every observation of a program's results, in order. `methods` are those of the reference's
    class, `Value.backward`, by which the place of an exception is told."""
    return [atom for result in results for atom in _atoms(result, methods)]


def _atoms(result: Result, methods: frozenset[str]) -> Iterator[Observation]:
    """What can be observed of a result; nothing of a step that was not run."""
    if isinstance(result, Plain):
        yield from _atoms_of_value(result.value)
    elif isinstance(result, Raised):
        yield RAISED, result.type_name, alike_message(result.message), place(result, methods)
    elif isinstance(result, Many):
        for one in result.values:
            if isinstance(one, int | float):
                yield one
            else:
                yield from _atoms(one, methods)
    elif isinstance(result, Handle):
        yield ("object",)


def _atoms_of_value(value: Data) -> Iterator[Observation]:
    """Every number of plain data by itself, and beside them what holds them."""
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, list | tuple | set | frozenset | dict):
        yield "value", type(value).__name__, len(value)
        items = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        for item in chain.from_iterable(items.items()) if isinstance(items, dict) else items:
            yield from _atoms_of_value(item)
    else:
        yield "value", value


def agrees(seen: Observations, run: Observations, ignored: frozenset[int] = frozenset()) -> bool:
    """Whether a run gives every observation; those at the places `ignored` are no evidence."""
    if run == seen:  # most do, to the last digit
        return True
    if len(run) != len(seen) and not ignored:
        return False
    return all(
        at in ignored or (at < len(run) and alike(run[at], one)) for at, one in enumerate(seen)
    )


def alike(one: Observation, other: Observation) -> bool:
    """Whether two observations are the same: numbers by tolerance, the rest exactly."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        return one == other
    return close(one, other)


def differing(first: Observations, second: Observations) -> frozenset[int]:
    """The places of `first` that `second` does not have, or has otherwise."""
    shared = min(len(first), len(second))
    return frozenset(p for p in range(len(first)) if p >= shared or not alike(first[p], second[p]))


def is_exception(seen: Observations) -> bool:
    """Whether what was seen ends in an exception."""
    return bool(seen) and is_raised(seen[-1])


def is_raised(observation: Observation) -> bool:
    """Whether the observation is an exception."""
    return isinstance(observation, tuple) and observation[0] == RAISED


def raised_at(seen: Observations) -> tuple[Data, Data] | None:
    """Type and place of the exception that what was seen ends in; None where it does not."""
    last = seen[-1] if seen else None
    return (last[1], last[3]) if isinstance(last, tuple) and is_raised(last) else None


# --- exceptions ------------------------------------------------------------------------------

_SAME = (
    (re.compile(r"0x[0-9a-fA-F]+"), "#"),
    (re.compile(r"(?<![\w.])[-+]?\d[\w.]*"), "#"),
    (re.compile(r"""(['"])(?:int|float)\1"""), "'number'"),
    # an operator that changes its left side in place is its plain one
    (re.compile(r"(unsupported operand type\(s\) for [^\s=:]+)(?: or pow\(\)|=)?:"), r"\1:"),
)
_COMPARISON = re.compile(r"'[<>]=?' not supported between instances of (\S+) and (\S+)")
_COMPREHENSION = re.compile(r"\.<locals>\.<(?:listcomp|setcomp|dictcomp|genexpr)>$")


def alike_message(message: str) -> str:
    """The message without what differs between two ways to write one mistake: numbers, `int` or
    `float`, `+=` or `+`, which comparison it is."""
    for pattern, replacement in _SAME:
        message = pattern.sub(replacement, message)
    return _COMPARISON.sub(_compared, message)


def _compared(match: re.Match[str]) -> str:
    one, other = sorted(match.groups())
    return f"no comparison of {one} and {other}"


def place(raised: Raised, methods: frozenset[str]) -> str:
    """Where the innermost frame of the learner's own file is: a method of the reference's class,
    and whether in a function that is made there. Empty where no such frame is."""
    if raised.line is None:
        return ""
    method, _, inside = _COMPREHENSION.sub("", raised.function).partition(".<locals>.")
    if method not in methods:
        return ELSEWHERE
    return f"inside {method}" if inside else method
