"""Who wrote the values of a traced program, and which write is not what it should be. Pure.

A gradient is a sum of what each operation sends, so the last line that wrote a wrong one is often a
right one. What a write added is compared with what an operation should have added: its slope times
the gradient that had reached its result by then. Where every write did that, a contribution is
missing or came at the wrong time, and no line is to be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.diagnosis.smallest import Finding
from grader.inside.trace import MAX_WRITES
from grader.model.program import Comparison, Handle, Ref, Step, Write
from grader.model.report import GraphEdge
from grader.model.tolerance import close

Writes = tuple[Write, ...]


class Traced:
    """The writes of the values that a finding's program reads at its end."""

    def __init__(self, finding: Finding, claimed: Sequence[Writes | None], oracle: Any) -> None:
        self.finding = finding
        self.steps = finding.steps
        self._label = getattr(oracle, "edge_label", None)
        self._compared = {comparison.step for comparison in finding.comparisons}
        read = self.steps[-1]
        places = [
            (o.step, f) for o in read.operands if isinstance(o, Ref) for f in read.name.split()
        ]
        self._writes = dict(zip(places, claimed, strict=False))

    def of(self, value: Comparison) -> Writes:
        """The writes of a value, the last one last; none where they are not known in full."""
        writes = self._writes.get((value.step, value.field)) or ()
        return writes if writes and _is_last(writes[-1], value) else ()

    def wrong(self, value: Comparison) -> Write | None:
        """The last write of a wrong value that is itself wrong, as far as that can be told."""
        writes = self.of(value)
        if not writes or value.direction == "forward":
            return None if self._is_another(value.step) else next(reversed(writes), None)
        users = list(self._users(value.step))
        if any(self._is_another(at) for at, _ in users):
            return None
        methods = {name for at, _ in users for name in methods_of(self.steps[at])}
        if any(slope is None for _, slope in users):
            mine = [write for write in writes if method_in(write.function) in methods]
            return (mine or list(writes))[-1]
        found = None
        before = 0.0
        for place, write in enumerate(writes):
            is_cut_off = place == 0 and len(writes) == MAX_WRITES
            if not is_cut_off and not self._is_right(write, before, value, users):
                found = write
            before = write.value or 0.0
        is_elsewhere = found is not None and self._is_elsewhere(method_in(found.function), methods)
        return None if is_elsewhere else found

    def _is_right(
        self,
        write: Write,
        before: float,
        value: Comparison,
        users: Sequence[tuple[int, float | None]],
    ) -> bool:
        if write.value is None:
            return False
        if write.is_building:
            return close(write.value, 0.0)
        if not users and close(write.value, value.expected):
            return True
        return any(
            slope is not None
            and close(write.value - before, slope * self._arrived(at, value.field, write.at))
            for at, slope in users
            if self._may_be_of(method_in(write.function), at)
        )

    def _users(self, node: int) -> Iterator[tuple[int, float | None]]:
        """The operations that work with a node, once for each operand that it is, with the slope
        there."""
        for at in sorted(self._compared):
            for place, operand in enumerate(self.steps[at].operands):
                if isinstance(operand, Ref) and operand.step == node:
                    label = self._label(self.steps, at, place) if self._label else ""
                    yield at, GraphEdge("", "", label).slope

    def _arrived(self, node: int, field: str, by: int) -> float:
        """What had been written of a node's value by then."""
        writes = [w for w in self._writes.get((node, field)) or () if w.at < by]
        return (writes[-1].value or 0.0) if writes else 0.0

    def _may_be_of(self, method: str, at: int) -> bool:
        """Whether a write in this method may be the operation's: each has a method of its own, or
        one function does it for all."""
        return method in methods_of(self.steps[at]) or not self.operation(method)

    def operation(self, method: str) -> frozenset[str]:
        """All methods of the program's operation that this method carries out; none for one that
        carries out no operation of it."""
        names = (methods_of(self.steps[at]) for at in self._compared)
        return next((frozenset(one) for one in names if method in one), frozenset())

    def _is_elsewhere(self, method: str, methods: set[str]) -> bool:
        """Whether a method is that of an operation that the program does not ask for: another one
        is made of it, and the line is right where it stands."""
        return method.startswith("__") and method != "__init__" and method not in methods

    def _is_another(self, node: int) -> bool:
        """Whether a step gave an object that there was before."""
        result = self.finding.results[node]
        return isinstance(result, Handle) and result.step != node


def method_in(function: str) -> str:
    """`__mul__` of `Value.__mul__.<locals>._backward`."""
    return function.partition(".<locals>.")[0].rpartition(".")[2]


def methods_of(step: Step) -> tuple[str, ...]:
    """The methods that carry out an operation."""
    if step.action == "op":
        return f"__{step.name}__", f"__r{step.name}__", f"__i{step.name}__"
    return (step.name,) if step.action == "method" else ()


def _is_last(write: Write, value: Comparison) -> bool:
    """Whether what was written is what was read: else it was changed in a way that is not seen."""
    if isinstance(value.got, int | float):
        return write.value is not None and close(write.value, value.got)
    return write.value is None
