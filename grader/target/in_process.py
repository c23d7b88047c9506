"""A target in this very process, for trusted code only: the reference, known mistakes, and what one
debugs of one's own.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from grader.inside import evaluate, identity, values
from grader.model.program import (
    PLAIN_TYPES,
    Handle,
    Many,
    Operand,
    Output,
    Program,
    Ref,
    Result,
    Step,
    wire_operand,
)
from grader.target.results import WireResult, decode_result

RawProgram = list[tuple[str, str, list[Any], dict[str, Any]]]


def raw_program(steps: Sequence[Step]) -> RawProgram:
    """The steps as a worker would have decoded them, without the detour over JSON."""
    return [_raw_step(step) for step in steps]


class InProcessTarget:
    """Carries out steps in this very process. For trusted code only."""

    def __init__(self, module: types.ModuleType, paths: Iterable[str] = ()) -> None:
        others, requires = vars(module).get(evaluate.GRADED, ({}, {}))
        begin = _begin_of(module)
        self.evaluator = evaluate.Evaluator(module, paths, begin, values, others, requires)

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
    wire: WireResult = msgspec.convert(raw, WireResult)
    return decode_result(wire, step)


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


def _begin_of(module: types.ModuleType) -> Callable[[int | None], None]:
    identities = vars(module).get(identity.ATTRIBUTE)
    begin: Callable[[int | None], None] = getattr(identities, "begin", lambda salt: None)
    return begin
