"""What the programs of an operation gave, and what they should give. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from grader.diagnosis.formula import LARGEST
from grader.diagnosis.operations import Fields, Probe
from grader.model.program import Handle, Many, Plain, Ref, Result, Step


class Node(NamedTuple):
    """A node's value and gradient."""

    data: float
    grad: float


class Sample(Struct, frozen=True):
    """What a probe gave: its inputs' gradients before and after, its results and its output."""

    probe: Probe
    old: tuple[float, ...]
    got: tuple[float, ...]
    results: tuple[Node, ...]
    output: Node


def observed(probe: Probe, results: Sequence[Result]) -> Sample | None:
    """What a submission gave; None where it raised, or where something beside the operation is not
    as it should be: a result that is no node of its own, an input that changed."""
    if len(results) < len(probe.program.steps):
        return None
    for step in probe.results:
        made = results[step]
        if not isinstance(made, Handle) or made.step != step:
            return None
    before = _nodes(probe.program.steps[probe.before], results[probe.before])
    after = _nodes(probe.program.steps[probe.after], results[probe.after])
    if before is None or after is None:
        return None
    for node, value in zip(probe.inputs, probe.values, strict=True):
        if node is not None and not before[node].data == after[node].data == value:
            return None
    return _sample(probe, before, after)


def _nodes(step: Step, read: Result) -> Mapping[int, Node] | None:
    """The nodes of a read; None where it raised, or where a value is no number or too large for
    any formula."""
    if not isinstance(read, Many):
        return None
    plain = [one.value if isinstance(one, Plain) else one for one in read.values]
    numbers = [float(one) for one in plain if isinstance(one, int | float) and abs(one) <= LARGEST]
    if len(numbers) < len(read.values):
        return None
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    refs = (one for one in step.operands if isinstance(one, Ref))
    return {ref.step: Node(*pair) for ref, pair in zip(refs, pairs, strict=True)}


def expected(probe: Probe, oracle: Any, fields: Fields) -> Sample | None:
    """What the probe gives where everything is right; None where there is no such value, or where
    one is too large for any formula."""
    steps = probe.program.steps

    def nodes(until: int) -> Mapping[int, Node]:
        true = oracle.expected(steps[:until])
        return {at: Node(one[fields.data], one[fields.grad]) for at, one in true.items()}

    try:
        before, after = nodes(probe.before), nodes(probe.after)
    except ArithmeticError:
        return None
    largest = max(abs(number) for node in after.values() for number in node)
    return _sample(probe, before, after) if largest <= LARGEST else None


def _sample(probe: Probe, before: Mapping[int, Node], after: Mapping[int, Node]) -> Sample:
    return Sample(
        probe=probe,
        old=tuple(before[at].grad if at is not None else 0.0 for at in probe.inputs),
        got=tuple(after[at].grad if at is not None else 0.0 for at in probe.inputs),
        results=tuple(after[at] for at in probe.results),
        output=after[probe.output],
    )
