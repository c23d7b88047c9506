"""Runs an expression a learner typed, on the reference or on their own file, for a picture.

The expected values are the oracle's where it knows every operation, else the reference's own; the
submission, if there is one, runs in the box like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.box import choose
from grader.exercise.trusted import load_oracle, reference_module
from grader.model.errors import UsageProblem
from grader.model.exercise import Exercise, Submission
from grader.model.program import Many, Plain, Raised, Ref, Result, Step
from grader.model.report import Evidence
from grader.program.evidence import evidence
from grader.target.base import Target, TargetFailure
from grader.target.boxed import BoxedTarget
from grader.target.in_process import InProcessTarget
from grader.target.observe import Reads
from grader.target.sentences import raised_sentence
from grader.text.words import said


def draw(exercise: Exercise, steps: Sequence[Step], submission: Submission | None) -> Evidence:
    """Program and graph of `steps` with the true values, and the submission's beside them.

    UsageProblem when the exercise has no oracle, when the reference cannot compute the expression,
    or when the submission does not load or raises.
    """
    oracle = load_oracle(exercise)
    finish = getattr(oracle, "FINISH", None)
    if oracle is None or finish is None:
        raise UsageProblem(said("this exercise has nothing to draw: its battery brings no oracle"))
    whole = (*steps, Step("method", finish, (Ref(len(steps) - 1),)))
    true = _true_values(exercise, oracle, whole)
    reads = Reads(whole, true, oracle.FIELDS)
    asked = (*whole, reads.step())
    if submission is None:
        results = reference_target(exercise).run(asked)
    else:
        results = _boxed(exercise, submission, asked)
    comparisons = reads.compare(results, results[-1])
    return evidence(asked, results, comparisons, exercise.contract.module, oracle)


def reference_target(exercise: Exercise) -> InProcessTarget:
    """The exercise's own solution, in this process."""
    return InProcessTarget(reference_module(exercise))


def _true_values(
    exercise: Exercise, oracle: object, steps: Sequence[Step]
) -> Mapping[int, Mapping[str, float]]:
    """Field values of every node, by step."""
    nodes = [i for i, step in enumerate(steps[:-1]) if step.action != "get"]
    known: Mapping[int, Mapping[str, float]] = oracle.expected(steps)  # type: ignore[attr-defined]
    if set(nodes) <= set(known):
        return known
    fields = list(oracle.FIELDS)  # type: ignore[attr-defined]
    read = Step("read", " ".join(fields), tuple(Ref(node) for node in nodes))
    results = reference_target(exercise).run((*steps, read))
    _refuse_raised(results, said("the reference"))
    many = results[-1]
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
        return _run(target, steps, submission.main)
    finally:
        target.close()
        box.close()


def _run(target: Target, steps: Sequence[Step], name: str) -> list[Result]:
    try:
        results = target.run(steps)
    except TargetFailure as failure:
        raise UsageProblem(
            said("{name} could not draw this: {reason}", name=name, reason=failure.message)
        ) from None
    _refuse_raised(results, name)
    return results


def _refuse_raised(results: Sequence[Result], name: str) -> None:
    if results and isinstance(results[-1], Raised):
        words = raised_sentence(results[-1])
        raise UsageProblem(said("{name} cannot compute this: {words}", name=name, words=words))
