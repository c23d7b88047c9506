"""What a worker may answer, and what of it can be true. Shared by both targets. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple, TypeVar

import msgspec
from msgspec import Meta, Struct, structs
from msgspec.json import Decoder

from grader.inside import evaluate, trace, values
from grader.model.exercise import Submission
from grader.model.program import (
    Handle,
    Many,
    Plain,
    Raised,
    Result,
    Skipped,
    Step,
    Write,
)
from grader.target.base import TargetViolation
from grader.target.wire_values import Name, SafeInt, WireItems, WirePlain, value_of
from grader.text.clean import clean_text
from grader.text.words import said


class WireHandle(Struct, array_like=True, tag="h", forbid_unknown_fields=True):
    """An object that stayed."""

    step: Annotated[int, Meta(ge=0, le=values.MAX_SAFE_INT)]
    type_name: Name


class WireRaised(Struct, array_like=True, tag="e", forbid_unknown_fields=True):
    """An exception."""

    type_name: Name
    message: Annotated[str, Meta(max_length=evaluate.MAX_MESSAGE)]
    line: Annotated[int, Meta(ge=1, le=evaluate.MAX_LINE)] | None
    function: Name
    path: Name
    column: Annotated[int, Meta(ge=1, le=evaluate.MAX_COLUMN)] | None
    builtin: Name


class WireMany(Struct, array_like=True, tag="m", forbid_unknown_fields=True):
    """Many values read at once."""

    values: Annotated[list[SafeInt | float | WirePlain | WireHandle], Meta(max_length=50_000)]


class WireSkipped(Struct, array_like=True, tag="s", forbid_unknown_fields=True):
    """Not run."""


class WireWrite(Struct, array_like=True, forbid_unknown_fields=True):
    """A line that wrote a value."""

    at: Annotated[int, Meta(ge=1, le=values.MAX_SAFE_INT)]
    path: Name
    line: Annotated[int, Meta(ge=1, le=evaluate.MAX_LINE)] | None
    function: Name
    is_building: bool
    value: float | None


WireWrites = Annotated[list[WireWrite], Meta(max_length=trace.MAX_WRITES)]


class WireTraced(Struct, array_like=True, forbid_unknown_fields=True):
    """The results of a program, still raw, and the writes of each value that its last step reads;
    None where nothing is known."""

    raw_results: msgspec.Raw
    writes: Annotated[list[WireWrites | None], Meta(max_length=50_000)]


WireResult = WirePlain | WireItems | WireHandle | WireMany | WireRaised | WireSkipped


def decode_value(wire: WirePlain | WireItems | WireHandle, step: int) -> Plain | Handle:
    """Plain data or an object; ValueError for a claim that cannot be true of step `step`."""
    if not isinstance(wire, WireHandle):
        return Plain(value_of(wire))
    if wire.step > step:
        raise ValueError("handle from the future")
    return Handle(wire.step, wire.type_name)


def _read_value(value: float | WirePlain | WireHandle, step: int) -> float | Plain | Handle:
    if isinstance(value, int | float):
        return value
    return decode_value(value, step)


def decode_raised(wire: WireRaised) -> Raised:
    """What was raised, as far as the box says."""
    return Raised(*structs.astuple(wire))


def decode_result(wire: WireResult, step: int) -> Result:
    """A typed result; ValueError for a claim that cannot be true of step `step`."""
    if isinstance(wire, WireHandle):
        return decode_value(wire, step)
    if isinstance(wire, WireMany):
        return Many(tuple([_read_value(value, step) for value in wire.values]))
    if isinstance(wire, WireRaised):
        return decode_raised(wire)
    return Skipped() if isinstance(wire, WireSkipped) else decode_value(wire, step)


T = TypeVar("T")

_results = Decoder(Annotated[list[WireResult], Meta(max_length=100_000)])

_parts = Decoder(list[msgspec.Raw])

_traced = Decoder(WireTraced)


def decode(decoder: Decoder[T], raw: bytes) -> T:
    """A record from arbitrary bytes; TargetViolation for anything else."""
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise TargetViolation(
            said("sent a malformed reply ({name})", name=type(error).__name__)
        ) from None


def decode_results(raw: bytes) -> list[WireResult]:
    """The typed results of an answer's raw ones; TargetViolation for anything else."""
    return decode(_results, raw)


def split_results(raw: bytes, count: int) -> list[bytes]:
    """The raw results of so many programs; TargetViolation for anything else."""
    parts = decode(_parts, raw)
    if len(parts) != count:
        raise TargetViolation(said("answered another number of programs than asked"))
    return [bytes(part) for part in parts]


class TracedAnswer(NamedTuple):
    """The answer to a program as it came, and for each value that its last step reads the lines
    that wrote it, the last one last; None where nothing is known."""

    answer: bytes
    writes: tuple[tuple[Write, ...] | None, ...]


def decode_traced(raw: bytes) -> TracedAnswer:
    """The parts of an answer to a traced program; TargetViolation for anything else."""
    wire = decode(_traced, raw)
    writes = (
        None if one is None else tuple(Write(*structs.astuple(write)) for write in one)
        for one in wire.writes
    )
    return TracedAnswer(bytes(wire.raw_results), tuple(writes))


def decoded(answer: bytes, steps: Sequence[Step], first: int = 0) -> list[Result]:
    """The results in an answer to steps numbered from `first`; TargetViolation."""
    wires = decode_results(answer)
    try:
        results = [decode_result(wire, first + i) for i, wire in enumerate(wires)]
    except (ValueError, KeyError) as error:
        shown = clean_text(str(error), limit=80)
        raise TargetViolation(said("sent an impossible result ({shown})", shown=shown)) from None
    stopped = bool(results) and isinstance(results[-1], Raised)
    if len(results) > len(steps) or (len(results) < len(steps) and not stopped):
        raise TargetViolation(said("sent another number of results than asked"))
    # a program ends where it raises, and only what it asks after that can lack an operand
    if any(isinstance(result, Raised) for result in results[:-1]) or (
        first == 0 and any(isinstance(result, Skipped) for result in results)
    ):
        raise TargetViolation(said("sent a result of another kind than asked"))
    for step, result in zip(steps, results, strict=False):
        if not _fits(step, result):
            raise TargetViolation(said("sent a result of another kind than asked"))
    return results


def in_cells(results: list[Result], submission: Submission) -> list[Result]:
    """The results, the line of an exception placed in its cell where it is of a notebook."""
    if not results or not isinstance(raised := results[-1], Raised):
        return results
    place = submission.place(raised.path or submission.main, raised.line)
    if place is None or place.cell is None:
        return results
    return [*results[:-1], structs.replace(raised, cell=(place.cell, place.line))]


def _fits(step: Step, result: Result) -> bool:
    """A read step gives exactly as many values as were asked, and no other step gives many."""
    if isinstance(result, Raised | Skipped):
        return True
    if step.action != "read":
        return not isinstance(result, Many)
    wanted = len(step.operands) * len(step.name.split())
    return isinstance(result, Many) and len(result.values) == wanted
