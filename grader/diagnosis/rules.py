"""The rules by which an operation computes, from what it gave at a few points. Pure.

An operation has parts: what the result holds, what each input receives, how that joins a gradient
which is there already; and the same again for a plain number and for one node as both inputs. Each
part is one formula that holds at every point and in every context, or there are no rules at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import NamedTuple

from msgspec import Struct

from grader.diagnosis.formula import Formula, Formulas, Values, holds
from grader.diagnosis.operations import Fields, Kind, Operation
from grader.diagnosis.samples import Node, Sample
from grader.model.tolerance import close

OLD, NEW = "old", "new"
HOLDS = -1


class RulePart(NamedTuple):
    """What a formula is about: the kind of program, and the input; HOLDS for what the result
    holds. Of the kind AGAIN it is how the input's gradients join."""

    kind: Kind
    input: int


class Rule(Struct, frozen=True):
    """A part's formula, and what it was found from."""

    formula: Formula
    rows: tuple[Values, ...]
    wanted: tuple[float, ...]


class NoRule(Exception):
    """A part of the operation follows no formula."""


class Rules:
    """The rules of one operation, found from samples. NoRule where there are none."""

    def __init__(
        self,
        operation: Operation,
        samples: Sequence[Sample],
        fields: Fields,
        formulas: Formulas,
        true: Rules | None = None,
    ) -> None:
        self.operation = operation
        self.names = operation.inputs
        self.data, self.grad = f"out.{fields.data}", f"out.{fields.grad}"
        self._formulas = formulas
        self._samples = samples
        self._true = true
        self.parts: dict[RulePart, Rule] = {}
        self.following: set[RulePart] = set()
        """Parts of special kinds that are as the parts for any nodes have it."""
        self._find()

    def _find(self) -> None:
        nodes = self._of(Kind.NODES)
        self._found(RulePart(Kind.NODES, HOLDS), nodes, self._held(nodes))
        for at in range(len(self.names)):
            received = [sample.got[at] for sample in nodes]
            self._found(RulePart(Kind.NODES, at), nodes, received)
        for at in range(len(self.names)):
            self._joins(at, [s for s in self._of(Kind.AGAIN) if s.probe.shared == at])
        plain, same = self._of(Kind.PLAIN), self._of(Kind.SAME)
        if plain:
            self._special(RulePart(Kind.PLAIN, HOLDS), plain, self._held(plain))
            self._special(RulePart(Kind.PLAIN, 0), plain, [sample.got[0] for sample in plain])
            self._special(RulePart(Kind.SAME, HOLDS), same, self._held(same))
            self._special(RulePart(Kind.SAME, 0), same, [sample.got[0] for sample in same])
        if not all(map(self._is_twice, self._of(Kind.TWICE))):
            raise NoRule

    def _of(self, kind: Kind) -> list[Sample]:
        return [sample for sample in self._samples if sample.probe.kind is kind]

    def _held(self, samples: Iterable[Sample]) -> list[float]:
        return [sample.results[0].data for sample in samples]

    def row(self, sample: Sample, at: int = 0) -> Values:
        """What the formulas of one of the sample's results are about."""
        count = len(self.names)
        values = sample.probe.values[at * count : (at + 1) * count]
        return self.row_of(values, sample.results[at])

    def row_of(self, values: Sequence[float], result: Node) -> Values:
        """The values of the names that a formula may have."""
        names = dict(zip(self.names, values, strict=True))
        return {**names, self.data: result.data, self.grad: result.grad}

    # --- the parts -------------------------------------------------------------------------

    def _found(self, part: RulePart, samples: Sequence[Sample], wanted: Sequence[float]) -> None:
        rows = [self.row(sample) for sample in samples]
        names = self.names[:1] if part.kind is Kind.SAME else self.names
        if part.input != HOLDS:
            names = (*names, self.data, self.grad)
        self._keep(part, [{name: row[name] for name in names} for row in rows], wanted)

    def _keep(self, part: RulePart, rows: Sequence[Values], wanted: Sequence[float]) -> None:
        formula = self._true.parts[part].formula if self._true else None
        if formula is None or not holds(formula, rows, wanted):
            formula = self._formulas.smallest(rows, wanted)
        if formula is None:
            raise NoRule
        self.parts[part] = Rule(formula, tuple(rows), tuple(wanted))

    def _joins(self, at: int, samples: Sequence[Sample]) -> None:
        rows, wanted = [], []
        for sample in samples:
            row = self.row(sample)
            new = self.received(row)
            if any(not close(sample.got[i], new[i]) for i in range(len(new)) if i != at):
                raise NoRule
            rows.append({OLD: sample.old[at], NEW: new[at], **row})
            wanted.append(sample.got[at])
        self._keep(RulePart(Kind.AGAIN, at), rows, wanted)

    def wrong(self, true: Rules) -> list[RulePart]:
        """The parts that are otherwise than they should be, and not for what another part is."""
        return [
            part
            for part, rule in self.parts.items()
            if part not in self.following
            and not holds(true.parts[part].formula, rule.rows, rule.wanted)
        ]

    def _special(self, part: RulePart, samples: Sequence[Sample], wanted: Sequence[float]) -> None:
        """A part of a special kind, and whether it is as the parts for any nodes have it."""
        follows = all(
            self._is_as_for_nodes(part, sample, number)
            for sample, number in zip(samples, wanted, strict=True)
        )
        if follows:
            self.following.add(part)
        if not follows or self._true is None:
            self._found(part, samples, wanted)

    def _is_as_for_nodes(self, part: RulePart, sample: Sample, number: float) -> bool:
        row = self.row(sample)
        if part.input == HOLDS:
            return close(number, self.parts[RulePart(Kind.NODES, HOLDS)].formula.at(row))
        if part.kind is Kind.PLAIN:
            return close(number, self.received(row)[part.input])
        uses = [(at, row) for at in range(len(self.names))]
        return any(close(number, self._sum(order)) for order in permutations(uses))

    def received(self, row: Values) -> list[float]:
        """What each input receives where nothing is there yet."""
        return [
            self.parts[RulePart(Kind.NODES, at)].formula.at(row) for at in range(len(self.names))
        ]

    def _sum(self, uses: Iterable[tuple[int, Values]]) -> float:
        """What a node holds after these uses as this input or that, one after the other."""
        held = 0.0
        for place, (at, row) in enumerate(uses):
            new = self.received(row)[at]
            join = self.parts[RulePart(Kind.AGAIN, at)].formula
            held = join.at({OLD: held, NEW: new, **row}) if place else new
        return held

    def _is_twice(self, sample: Sample) -> bool:
        """Whether two uses in one graph give what one after the other does."""
        at = sample.probe.shared or 0
        uses = [(at, self.row(sample, 0)), (at, self.row(sample, 1))]
        return any(close(sample.got[at], self._sum(order)) for order in permutations(uses))
