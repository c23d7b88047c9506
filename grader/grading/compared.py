"""What a failing `assert` of a check compared, as what was expected and what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.model.check import Difference
from grader.model.program import Plain
from grader.program.listing import LONGEST_VALUE, value_text
from grader.target.proxy import Remote, known_step
from grader.target.recorder import Asserted, Recorder
from grader.text.words import said

EXPECTED: Mapping[str, Callable[[str], str]] = {
    "==": str,
    "is": str,
    "!=": lambda value: said("anything but {value}", value=value),
    "is not": lambda value: said("anything but {value}", value=value),
    "<": lambda value: said("less than {value}", value=value),
    "<=": lambda value: said("at most {value}", value=value),
    ">": lambda value: said("more than {value}", value=value),
    ">=": lambda value: said("at least {value}", value=value),
    "in": lambda value: said("one of {value}", value=value),
    "not in": lambda value: said("none of {value}", value=value),
}
"""What a value should have been that stands on the left of an operator."""

HELD: Mapping[str, Callable[[str], str]] = {
    "in": lambda value: said("something that holds {value}", value=value),
    "not in": lambda value: said("nothing that holds {value}", value=value),
}
"""What a value should have been that stands on the right of these."""

TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def difference_of(recorder: Recorder, asserted: Asserted) -> Difference:
    """What was expected and what came: the submission's is what a step gave, else what stands on
    the left."""
    operator, left, right = asserted
    steps = step_behind(recorder, left), step_behind(recorder, right)
    left, right = (_plain(recorder, side) for side in (left, right))
    if steps[0] is None and steps[1] is not None:
        expected = HELD.get(operator) or EXPECTED[TURNED.get(operator, operator)]
        return Difference(steps[1], expected(value_text(left)), value_text(right))
    if operator == "==" and (far := _far_difference(left, right)) is not None:
        at, one, other = far
        expected_there = said("{value} at index {index}", value=value_text(other), index=at)
        return Difference(steps[0], expected_there, value_text(one))
    return Difference(steps[0], EXPECTED[operator](value_text(right)), value_text(left))


def step_behind(recorder: Recorder, value: object) -> int | None:
    """The step that gave the very value, or None.

    Python keeps one object for all of a small number, `True` or `None`: where several steps gave
    that, it is taken for what the check asked for last.
    """
    if isinstance(value, Remote):
        return known_step(value)
    found = [step for step, given in recorder.given if given is value]
    found = [step for step in found if _plain_result(recorder, step) == value]
    if found and (len(set(found)) == 1 or found[-1] == recorder.given[-1][0]):
        return found[-1]
    return None


def _plain(recorder: Recorder, side: object) -> object:
    return _plain_result(recorder, known_step(side)) if isinstance(side, Remote) else side


def _plain_result(recorder: Recorder, step: int) -> object:
    found = recorder.results[step] if recorder.sent(step) else None
    return found.value if isinstance(found, Plain) else found


def _far_difference(left: object, right: object) -> tuple[int, object, object] | None:
    """The first items in which long sequences differ, which their beginnings would not show."""
    if not isinstance(left, list | tuple) or not isinstance(right, list | tuple):
        return None
    if len(left) != len(right) or len(repr(right)) <= LONGEST_VALUE:
        return None
    pairs = zip(range(len(left)), left, right, strict=True)
    return next((pair for pair in pairs if pair[1] != pair[2]), None)
