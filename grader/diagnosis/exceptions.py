"""What is said of a task where everything that fails is an exception or no number. Pure.

Where no known mistake explains a task, the exceptions that its failing checks end in are read, and
first wrong values that are no numbers: each is a cause, a shape and the place that it is about, or
it is none. Where one check's is none, nothing is said of the task. A cause is told once, in the
first task that meets it; later checks that end in the same one are told to be the same.

What happened is told by Python's own message, which may be matched; the sentences are never read
again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from grader.diagnosis import raised_inside, raised_outside, wrong_kinds
from grader.diagnosis.facts import UNEXPLAINED
from grader.diagnosis.gave_nothing import gave_nothing
from grader.diagnosis.no_number import no_number
from grader.diagnosis.observations import FAILING, Findings
from grader.diagnosis.outline import Outline
from grader.diagnosis.scene import Cause, CauseKey, CauseShape, Scene
from grader.model.check import CheckRecord, CheckSpec, Visibility
from grader.model.exercise import Exercise, Submission
from grader.model.program import Raised
from grader.model.report import Diagnosis
from grader.text.message import Message, make_message
from grader.text.words import said

Seen = tuple[CheckSpec, Cause | None]

OUTSIDE = (gave_nothing, *raised_outside.SHAPES, raised_inside.not_set)
INSIDE = (*raised_inside.SHAPES, *wrong_kinds.SHAPES)

LINES = frozenset({"line", "caller"})
"""The values of a cause's sentences that are numbers of lines."""


def with_exceptions(
    exercise: Exercise,
    submission: Submission,
    records: Sequence[CheckRecord],
    varying: Mapping[str, frozenset[int]],
    found: Findings,
) -> Findings:
    """The findings, and for tasks without any what their exceptions say by themselves."""
    reader = Reader(exercise, submission)
    diagnoses, same_as = dict(found.diagnoses), dict(found.same_as)
    homes: dict[CauseKey, tuple[str, Cause]] = {}
    checks: dict[CauseKey, list[str]] = {}
    for task in (task.id for task in exercise.tasks):
        mine = [r for r in records if r.spec.task == task]
        failing = [r for r in mine if r.outcome in FAILING and r.spec.id not in same_as]
        if task in diagnoses or any(r.outcome in UNEXPLAINED for r in mine):
            continue
        left: list[Seen] = []
        for record in failing:
            cause = None if record.spec.id in varying else reader.cause(record)
            if cause is None or cause.key not in homes:
                left.append((record.spec, cause))
                continue
            same_as[record.spec.id] = homes[cause.key][0]
            checks[cause.key].append(record.spec.id)
        for cause, explained in _told(left):
            homes[cause.key] = task, cause
            checks[cause.key] = explained
    for key, (task, cause) in homes.items():
        told = Diagnosis(
            f"{task}/{cause.shape}", cause.title, cause.explanation, tuple(checks[key])
        )
        diagnoses[task] = (*diagnoses.get(task, ()), told)
    return replace(found, diagnoses=diagnoses, same_as=same_as)


class Reader:
    """One submission's exceptions as causes."""

    def __init__(self, exercise: Exercise, submission: Submission) -> None:
        self.contract = exercise.contract
        self.submission = submission

    @cached_property
    def outline(self) -> Outline:
        """The main file's: most submissions that fail raise nothing, and reading it takes time."""
        return Outline(self.submission.main_file.text)

    def cause(self, record: CheckRecord) -> Cause | None:
        """What the exception that ends a record tells, or a value that is no number; None where
        that is not certain."""
        ends = (at for at, result in enumerate(record.results) if isinstance(result, Raised))
        at = next(ends, None)
        if at is None:
            return no_number(record)
        raised = record.results[at]
        assert isinstance(raised, Raised)
        if raised.path not in ("", self.submission.main):
            return None
        scene = Scene(record, at, raised, self.outline, self.contract)
        part = scene.part
        outside = (shape(scene) for shape in OUTSIDE)
        cause = next(filter(None, outside), None)
        if cause is None and part is not None and scene.words:
            cause = next(filter(None, (shape(scene, part) for shape in INSIDE)), None)
        if cause is None:
            return None
        return cause._replace(fact=self._in_cells(cause.fact), move=self._in_cells(cause.move))

    def _in_cells(self, message: str) -> str:
        """The message with its lines as a learner counts them, who has the cells of a notebook."""
        if not isinstance(message, Message) or not self.submission.main_file.cells:
            return message
        values = {name: self._in_cell(name, value) for name, value in message.values.items()}
        return make_message(message.one.format(**values), message.one, message.many, values)

    def _in_cell(self, name: str, value: object) -> object:
        if isinstance(value, Message):
            return self._in_cells(value)
        if name not in LINES or not isinstance(value, int):
            return value
        place = self.submission.place(self.submission.main, value)
        if place is None or place.cell is None:
            return value
        return said("{line} of cell {cell}", line=place.line, cell=place.cell)


def _told(seen: Sequence[Seen]) -> list[tuple[Cause, list[str]]]:
    """The causes of a task with the checks that they explain, what explains most first; nothing
    where a check has none. Of a shape with two places only the first is told."""
    groups: dict[CauseKey, list[tuple[CheckSpec, Cause]]] = {}
    for spec, cause in seen:
        if cause is None:
            return []
        groups.setdefault(cause.key, []).append((spec, cause))
    told: list[tuple[Cause, list[str]]] = []

    def rank(one: tuple[CauseKey, list[tuple[CheckSpec, Cause]]]) -> tuple[bool, int]:
        # what holds no number comes before the lines that compute with it
        (shape, _), group = one
        return shape is not CauseShape.HOLDS_NO_NUMBER, -len(group)

    for (shape, _), group in sorted(groups.items(), key=rank):
        if any(cause.shape is shape for cause, _ in told):
            continue
        # a learner is told of a line by a check that he may see, where there is one
        shown = [cause for spec, cause in group if spec.visibility is Visibility.VISIBLE]
        told.append((next(iter(shown), group[0][1]), [spec.id for spec, _ in group]))
    return told
