"""Whether what a handout's file holds can be worked with: it may have been changed by anybody."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from grader.exercise.find import HANDED_OUT
from grader.model.exercise import Contract, Limits, Task
from grader.model.program import Array, Ref, operand_of, step_of_wire
from grader.model.public import Exchange, Public, PublicCheck, Reading

LEAST = {"new": 0, "get": 0, "method": 1, "call": 1, "op": 1, "set": 2, "value": 1}
"""The operands that a step of each action has at least."""

LARGEST_LIMIT = 1e6
"""Seconds, MiB or KiB; and points or weight of a task or a check."""

DEEPEST = 30


def is_sound(contract: Contract, limits: Limits, tasks: tuple[Task, ...], public: Public) -> bool:
    """Whether all parts are there for each other, and of a possible size."""
    specs = [check.spec for check in public.checks]
    named = {task.id for task in tasks}
    needed = {need for task in tasks for need in task.needs}
    needed |= {need.partition("/")[0] for spec in specs for need in spec.needs}
    sizes = [*msgspec.structs.astuple(limits), *(task.points for task in tasks)]
    sizes += [*public.points.values(), *(spec.weight for spec in specs)]
    return (
        all(math.isfinite(size) and 0 < size <= LARGEST_LIMIT for size in sizes)
        and bool(contract.modules and contract.objects and specs)
        and all(name.isidentifier() for name in contract.modules)
        and all(part.isidentifier() for name in contract.objects for part in name.split("."))
        and HANDED_OUT not in contract.files
        and set(public.starter) == set(contract.files)
        and named >= needed | {spec.task for spec in specs}
        and set(public.points) == {spec.task for spec in specs}
        and len({spec.id for spec in specs}) == len(specs)
        and all(map(_can_be_asked, public.checks))
    )


def _can_be_asked(check: PublicCheck) -> bool:
    """Whether all that it asks and expects can be read."""
    first = 0
    try:
        for exchange in check.exchanges:
            _check_exchange(exchange, first)
            first += len(exchange.steps) + (exchange.reading is not None)
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError, RecursionError):
        return False
    return first > 0


def _check_exchange(exchange: Exchange, first: int) -> None:
    """ValueError and others where a part of it has no meaning."""
    for at, wire in enumerate(exchange.steps, start=first):
        step = step_of_wire(wire)
        if len(step.operands) < LEAST[step.action] or not 0 <= len(step.name) < DEEPEST * 10:
            raise ValueError("no step")
        for one in (*step.operands, *step.keywords.values()):
            if any(ref.step not in range(at) for ref in _refs(one, 0)):
                raise ValueError("no earlier step")
    end = first + len(exchange.steps)
    if not {*exchange.gives, *exchange.objects, *exchange.loose} <= set(range(first, end)):
        raise ValueError("no step of this message")
    for value in exchange.gives.values():
        list(_refs(operand_of(value), 0))
    if exchange.reading is not None:
        _check_reading(exchange.reading, end)


def _check_reading(reading: Reading, end: int) -> None:
    fields = [field for field, _ in reading.fields]
    if not fields or not all(field.isidentifier() for field in fields):
        raise ValueError("no fields")
    if not reading.expected or not set(reading.expected) <= set(range(end)):
        raise ValueError("no step before it")
    if any(not set(fields) <= set(values) for values in reading.expected.values()):
        raise ValueError("a field without a value")


def _refs(operand: object, depth: int) -> Iterator[Ref]:
    """The steps that an operand speaks of; ValueError where it is nested too deeply."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(operand, Ref):
        yield operand
    elif isinstance(operand, Array):
        yield from _refs(operand.items, depth + 1)
    elif isinstance(operand, dict):
        for pair in operand.items():
            yield from _refs(pair, depth + 1)
    elif isinstance(operand, list | tuple | set | frozenset):
        for item in operand:
            yield from _refs(item, depth + 1)
