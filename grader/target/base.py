"""One interface, `Target.run(steps) -> results`: all that battery, replay and drawing ever use.

Two implementations: the boxed one in `grader.remote.boxed`, and the in-process one here, for
trusted code only (the reference, known mistakes, `--in-process` debugging of one's own file).
Both carry out steps with the same `grader.inside.evaluate`, so they agree by construction.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Protocol

import msgspec
from msgspec import Meta, Struct

from grader.inside import evaluate, identity
from grader.model.program import (
    PLAIN_TYPES,
    Handle,
    Many,
    Operand,
    Output,
    Plain,
    Program,
    Raised,
    Ref,
    Result,
    Scalar,
    Skipped,
    Step,
    wire_operand,
)


class TargetFailure(Exception):
    """The target could not answer; `message` is written for the learner."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TargetTimeout(TargetFailure):
    """Out of time. `kind` is cpu, wall, import or total; only a wall expiry may be our load."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class TargetDied(TargetFailure):
    """The worker ended in the middle of an answer."""


class TargetViolation(TargetFailure):
    """The worker sent what no honest worker sends."""


class LoadFailed(TargetFailure):
    """The submission could not be imported: `message` is one clear sentence."""


class Target(Protocol):
    """Something that carries out steps."""

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """Carries out `steps`, numbered from `first`; 0 starts a new program and forgets the old.

        Results end at the first exception. The salt decides in which order the program's sets are
        walked; without one it is made from the steps. Raises TargetFailure.
        """
        ...

    def output(self) -> Output | None:
        """What was printed since the program began."""
        ...


# --- tagged operands and results, shared with the wire ---------------------------------------

Text = Annotated[str, Meta(max_length=evaluate.MAX_TEXT)]
Name = Annotated[str, Meta(max_length=evaluate.MAX_NAME)]
SafeInt = Annotated[int, Meta(ge=-evaluate.MAX_SAFE_INT, le=evaluate.MAX_SAFE_INT)]


class WirePlain(Struct, array_like=True, tag="v", forbid_unknown_fields=True):
    """Plain data: n none, b bool, i int, f float, s text."""

    kind: Literal["n", "b", "i", "f", "s"]
    text: Text


class WireHandle(Struct, array_like=True, tag="h", forbid_unknown_fields=True):
    """An object that stayed."""

    step: Annotated[int, Meta(ge=0, le=evaluate.MAX_SAFE_INT)]
    type_name: Name


class WireRaised(Struct, array_like=True, tag="e", forbid_unknown_fields=True):
    """An exception."""

    type_name: Name
    message: Annotated[str, Meta(max_length=evaluate.MAX_MESSAGE)]
    line: Annotated[int, Meta(ge=1, le=evaluate.MAX_LINE)] | None
    function: Name
    path: Name
    column: Annotated[int, Meta(ge=1, le=evaluate.MAX_COLUMN)] | None


class WireMany(Struct, array_like=True, tag="m", forbid_unknown_fields=True):
    """Many values read at once."""

    values: Annotated[list[SafeInt | float | WirePlain | WireHandle], Meta(max_length=50_000)]


class WireSkipped(Struct, array_like=True, tag="s", forbid_unknown_fields=True):
    """Not run."""


WireResult = WirePlain | WireHandle | WireMany | WireRaised | WireSkipped


def _number(kind: str, text: str) -> Scalar:
    if kind == "i":
        if len(text) > evaluate.MAX_DIGITS + 1:
            raise ValueError("integer too long")
        return int(text)
    return float(text)


def decode_value(wire: WirePlain | WireHandle, step: int) -> Plain | Handle:
    """Plain data or an object; ValueError for a claim that cannot be true of step `step`."""
    if isinstance(wire, WirePlain):
        if wire.kind in "if":
            return Plain(_number(wire.kind, wire.text))
        return Plain({"n": None, "b": wire.text == "1", "s": wire.text}[wire.kind])
    if wire.step > step:
        raise ValueError("handle from the future")
    return Handle(wire.step, wire.type_name)


def _read_value(value: float | WirePlain | WireHandle, step: int) -> float | Plain | Handle:
    if isinstance(value, int | float):
        return value
    return decode_value(value, step)


def decode_raised(wire: WireRaised) -> Raised:
    """What was raised, as far as the box says."""
    return Raised(*msgspec.structs.astuple(wire))


def decode_result(wire: WireResult, step: int) -> Result:
    """A typed result; ValueError for a claim that cannot be true of step `step`."""
    if isinstance(wire, WirePlain | WireHandle):
        return decode_value(wire, step)
    if isinstance(wire, WireMany):
        return Many(tuple([_read_value(value, step) for value in wire.values]))
    if isinstance(wire, WireRaised):
        return decode_raised(wire)
    return Skipped()


class Asked(NamedTuple):
    """A program that was asked, and the answer as it came, or what came in its place."""

    program: Program
    answer: bytes = b""
    failure: TargetFailure | None = None


RawProgram = list[tuple[str, str, list[Any], dict[str, Any]]]


def raw_program(steps: Sequence[Step]) -> RawProgram:
    """The steps as a worker would have decoded them, without the detour over JSON."""
    return [_raw_step(step) for step in steps]


class InProcessTarget:
    """Carries out steps in this very process. For trusted code only."""

    def __init__(self, module: types.ModuleType, paths: Iterable[str] = ()) -> None:
        self.evaluator = evaluate.Evaluator(module, paths, _begin_of(module))

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """See `Target.run`; a submission's endless loop is an endless loop here."""
        if salt is None:
            salt = Program.of(steps).salt()
        return self.run_raw(raw_program(steps), salt, first)

    def run_raw(self, raw: RawProgram, salt: int, first: int = 0) -> list[Result]:
        """As `run`, for steps that are in raw form already."""
        results = self.raw_results(raw, salt, first)
        return [_from_raw(result, first + i) for i, result in enumerate(results)]

    def raw_results(self, raw: RawProgram, salt: int, first: int = 0) -> list[Any]:
        """The results in the form in which a worker would send them."""
        found: list[Any] = self.evaluator.run(first, raw, salt)
        return found

    def output(self) -> Output | None:
        """Nothing: what trusted code prints goes to the terminal."""
        return None


def _from_raw(raw: list[Any], step: int) -> Result:
    if raw[0] == "h":
        return Handle(raw[1], raw[2])
    if raw[0] == "m" and all(type(value) is float for value in raw[1]):
        return Many(tuple(raw[1]))
    return decode_result(_wire(raw), step)


def _raw_step(step: Step) -> tuple[str, str, list[Any], dict[str, Any]]:
    operands = [_raw_operand(operand) for operand in step.operands]
    keywords = {key: _raw_operand(operand) for key, operand in step.keywords.items()}
    return step.action, step.name, operands, keywords


def _raw_operand(operand: Operand) -> Any:
    if type(operand) is Ref:
        return [operand.step]
    if type(operand) in PLAIN_TYPES or type(operand) is float:
        return operand
    return msgspec.to_builtins(wire_operand(operand))


def _wire(raw: Any) -> Any:
    if type(raw) is int or type(raw) is float:
        return raw
    tag, *rest = raw
    if tag == "m":
        return WireMany([_wire(value) for value in rest[0]])
    kinds = {"v": WirePlain, "h": WireHandle, "e": WireRaised, "s": WireSkipped}
    return kinds[tag](*rest)


def _begin_of(module: types.ModuleType) -> Callable[[int | None], None]:
    identities = vars(module).get(identity.ATTRIBUTE)
    begin: Callable[[int | None], None] = getattr(identities, "begin", lambda salt: None)
    return begin
