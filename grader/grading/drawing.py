"""Runs an expression a learner typed, on the reference or on their own file, for a picture.

The expected values are the oracle's where it knows every operation, else the reference's own; the
submission, if there is one, runs in the box like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from grader.box import choose
from grader.exercise.trusted import load_oracle, reference_module
from grader.model.errors import UsageProblem
from grader.model.exercise import Exercise, Submission
from grader.model.program import Many, Plain, Raised, Ref, Result, Step
from grader.model.report import Evidence, Graph
from grader.program.evidence import evidence
from grader.program.expression import Written
from grader.program.listing import Listing
from grader.target.base import TargetFailure
from grader.target.boxed import BoxedTarget
from grader.target.in_process import InProcessTarget
from grader.target.observe import Reads
from grader.target.sentences import raised_sentence
from grader.text.words import joined, said


class Drawn(NamedTuple):
    """An expression as it should be, and as a submission has it."""

    true: Evidence
    own: Evidence | None = None
    trouble: str = ""
    """Why the submission has nothing to show."""

    @property
    def graph(self) -> Graph:
        """The submission's, where it has one."""
        graph = (self.own or self.true).graph
        assert graph is not None
        return graph

    @property
    def is_right(self) -> bool:
        """Whether every value that was compared is as it should be."""
        return not self.trouble and self.graph.is_right


def draw(exercise: Exercise, written: Written, submission: Submission | None) -> Drawn:
    """Program and graph of an expression with the true values, and the submission's beside them.

    UsageProblem when the exercise has no oracle, or when its own solution cannot compute the
    expression.
    """
    oracle = load_oracle(exercise)
    finish = getattr(oracle, "FINISH", None)
    if oracle is None or finish is None:
        raise UsageProblem(said("this exercise has nothing to draw: its battery brings no oracle"))
    steps = written.steps
    if (steps[-1].action, steps[-1].name) == ("method", finish):
        steps = steps[:-1]
    whole = (*steps, Step("method", finish, (Ref(len(steps) - 1),)))
    reads = Reads(whole, _true_values(exercise, oracle, whole, written.names), oracle.FIELDS)
    asked = (*whole, reads.step())

    def shown(results: Sequence[Result]) -> Evidence:
        compared = reads.compare(results, results[-1])
        contract = exercise.contract
        return evidence(asked, results, compared, contract, oracle, named=written.names)

    true = shown(_asked_of_reference(exercise, oracle, asked, written.names))
    if submission is None:
        return Drawn(true)
    try:
        results = _boxed(exercise, submission, asked)
    except TargetFailure as failure:
        return Drawn(true, trouble=failure.message)
    if isinstance(results[-1], Raised):
        return Drawn(true, trouble=raised_sentence(results[-1]))
    return Drawn(true, shown(results))


def reference_target(exercise: Exercise) -> InProcessTarget:
    """The exercise's own solution, in this process."""
    return InProcessTarget(reference_module(exercise))


def _true_values(
    exercise: Exercise, oracle: object, steps: Sequence[Step], names: Mapping[int, str]
) -> Mapping[int, Mapping[str, float]]:
    """Field values of every node, by step."""
    nodes = [i for i, step in enumerate(steps[:-1]) if step.action != "get"]
    known: Mapping[int, Mapping[str, float]] = {}
    with suppress(LookupError, ArithmeticError):
        known = oracle.expected(steps)  # type: ignore[attr-defined]
    if set(nodes) <= set(known):
        return known
    fields = list(oracle.FIELDS)  # type: ignore[attr-defined]
    read = Step("read", " ".join(fields), tuple(Ref(node) for node in nodes))
    many = _asked_of_reference(exercise, oracle, (*steps, read), names)[-1]
    assert isinstance(many, Many)
    values = iter(many.values)
    return {node: {field: _number(next(values)) for field in fields} for node in nodes}


def _number(value: object) -> float:
    plain = value.value if isinstance(value, Plain) else value
    if not isinstance(plain, int | float):
        raise UsageProblem(said("the reference gives something that is not a number"))
    return float(plain)


def _boxed(exercise: Exercise, submission: Submission, steps: Sequence[Step]) -> list[Result]:
    box = choose("auto", exercise)
    target = BoxedTarget(box, submission, exercise.contract, exercise.limits)
    try:
        return target.run(steps)
    finally:
        target.close()
        box.close()


def _asked_of_reference(
    exercise: Exercise, oracle: object, steps: Sequence[Step], names: Mapping[int, str]
) -> list[Result]:
    """What the exercise's own solution gives. UsageProblem when it raises."""
    target = reference_target(exercise)
    results = target.run(steps)
    raised = results[-1]
    if not isinstance(raised, Raised):
        return results
    at = len(results) - 1
    code = Listing(steps, results, names).expression(at)
    if raised.type_name not in ("TypeError", "AttributeError"):
        words = raised_sentence(raised)
        raise UsageProblem(
            said("`{code}` cannot be computed here: {words}", code=code, words=words)
        )
    turned = _turned(steps[at])
    if turned and not isinstance(target.run((*steps[:at], turned))[-1], Raised):
        code_turned = Listing((*steps[:at], turned), results, names).expression(at)
        next_move = said("Write `{code}`, with the number on the right.", code=code_turned)
    else:
        known = [f"`{one}`" for one in getattr(oracle, "OPERATIONS", {}).values()]
        operations = joined(", ", known)
        next_move = said("It has {operations}.", operations=operations) if known else operations
    raise UsageProblem(said("this exercise has no `{code}`", code=code), next_move=next_move)


def _turned(step: Step) -> Step | None:
    """A sum or product of a plain number and a value, the other way round; None for any other."""
    if step.action != "op" or step.name not in ("add", "mul") or isinstance(step.operands[0], Ref):
        return None
    return Step(step.action, step.name, step.operands[::-1])
