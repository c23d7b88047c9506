"""Which step of a failing program is at fault, as far as running parts of it tells.

Theory of operation. The beginnings of the program are run, each one step longer: the first in which
the first wrong value is wrong ends with the step that made it wrong. That is an answer, unless the
step is the backward pass. There an operation sent something wrong, or did not tell what it was made
from, or the pass took the operations in a wrong order; which of these, a program shows only where
the given pass was left alone, or where each operation is right without the others. Else no step is
blamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from grader.diagnosis.smallest import Candidate, Finding, drawn_up
from grader.model.program import Comparison, Program, Raised, Step
from grader.program.evidence import first_wrong
from grader.program.listing import references
from grader.target.boxed import BoxedTarget
from grader.target.observe import Reads
from grader.target.results import decoded


class Pass(NamedTuple):
    """What is known of the submission's backward pass: its name, and whether it is the starter's,
    all that it rests on included."""

    name: str | None
    is_given: bool


class Blame:
    """Finds the step at fault in what one program showed; the target's worker is asked."""

    def __init__(self, target: BoxedTarget, oracle: Any, class_name: str, back: Pass) -> None:
        self.target = target
        self.oracle = oracle
        self.class_name = class_name
        self.back = back

    def step(self, finding: Finding) -> int | None:
        """The step at fault, None where that cannot be told; TargetFailure."""
        wrong = first_wrong(finding.comparisons)
        if wrong is None:
            return None
        steps = finding.steps[:-1]
        beginnings = list(self._beginnings(steps, wrong))
        right = self._are_right(beginnings)
        if all(right):
            return None
        at = wrong.step + right.index(False)
        is_pass = steps[at].action == "method" and steps[at].name == self.back.name
        if not is_pass or wrong.direction == "forward":
            return at
        return self._in_pass(steps, finding.comparisons, wrong, at)

    def _beginnings(self, steps: Sequence[Step], wrong: Comparison) -> Iterator[Candidate]:
        """The program up to each step since the node was made, and what its field should be."""
        for end in range(wrong.step + 1, len(steps) + 1):
            true = self.oracle.expected(steps[:end])[wrong.step][wrong.field]
            fields = {wrong.field: wrong.direction}
            reads = Reads(steps[:end], {wrong.step: {wrong.field: true}}, fields)
            yield Candidate(Program.of((*steps[:end], reads.step())), reads)

    def _are_right(self, programs: Sequence[Candidate]) -> list[bool]:
        answers = self.target.ask_all([one.program for one in programs])
        return [
            not isinstance(results[-1], Raised) and one.reads.all_right(results[-1])
            for one, answer in zip(programs, answers, strict=True)
            for results in [decoded(answer, one.program.steps)]
        ]

    def _in_pass(
        self, steps: Sequence[Step], comparisons: Sequence[Comparison], wrong: Comparison, at: int
    ) -> int | None:
        """The step at fault where the pass in step `at` made a gradient wrong."""
        output = next(ref.step for ref in references(steps[at]))
        needed = _made_from(steps, output)
        right = {c.step for c in comparisons if c.ok and c.field == wrong.field}
        users = [user for user in _users(steps, needed, wrong.step) if user in right]
        if not self.back.is_given:
            if self._are_parts_right(steps):
                return at
            # a pass that is wrong in itself is wrong for both inputs
            inputs = {ref.step for ref in references(steps[output])}
            is_one_sided = users == [output] and needed == sorted({*inputs, output})
            return output if is_one_sided and inputs & right else None
        if not users:
            return None
        if len({steps[user].name for user in users}) > 1:
            users = [user for user in users if not self._are_parts_right(steps, user)]
            return users[0] if len(users) == 1 else None
        if wrong.got == 0 and users != [output] and self._was_not_asked(steps, users[0]):
            # what uses its result did not tell that it does
            users = _users(steps, needed, users[0]) if len(users) == 1 else []
            return users[0] if len(users) == 1 else None
        return users[0]

    def _was_not_asked(self, steps: Sequence[Step], user: int) -> bool:
        """Whether an operation that sent nothing is right alone, while something is wrong where two
        work together."""
        return self._are_parts_right(steps, user) and not self._are_parts_right(steps)

    def _are_parts_right(self, steps: Sequence[Step], alone: int | None = None) -> bool:
        """Whether all that the operations do without the rest of the program is right, or what the
        one in step `alone` does by itself; TargetFailure."""
        parts = getattr(self.oracle, "parts", None)
        if parts is None:
            return False
        drawn = drawn_up(self.oracle, partial(parts, steps), self.class_name)
        return all(self._are_right([one for of, one in drawn if alone in (None, of)]))


def _made_from(steps: Sequence[Step], output: int) -> list[int]:
    """The steps that a result was made from, and its own, in order."""
    found = {output}
    for index in range(output, -1, -1):
        if index in found:
            found.update(ref.step for ref in references(steps[index]))
    return sorted(found)


def _users(steps: Sequence[Step], among: Sequence[int], node: int) -> list[int]:
    return [index for index in among if any(ref.step == node for ref in references(steps[index]))]
