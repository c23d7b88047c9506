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

from msgspec.structs import replace

from grader.diagnosis import raised_inside, raised_outside, wrong_kinds
from grader.diagnosis.facts import UNEXPLAINED
from grader.diagnosis.gave_nothing import gave_nothing
from grader.diagnosis.no_number import no_number
from grader.diagnosis.observations import FAILING, Findings
from grader.diagnosis.outline import Outline
from grader.diagnosis.scene import Cause, CauseKey, CauseShape, Scene, quoted_class
from grader.model.check import CheckRecord, CheckSpec, Visibility
from grader.model.exercise import Exercise, Submission
from grader.model.program import Raised, Step
from grader.model.report import Diagnosis
from grader.text.clean import clean_text
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
        self._outlines: dict[str, Outline | None] = {}

    def outline(self, path: str) -> Outline | None:
        """One file's; None where there is none. Most submissions that fail raise nothing, and
        reading it takes time."""
        if path not in self._outlines:
            text = next((file.text for file in self.submission.files if file.path == path), None)
            self._outlines[path] = None if text is None else Outline(text)
        return self._outlines[path]

    def cause(self, record: CheckRecord) -> Cause | None:
        """What the exception that ends a record tells, or a value that is no number; None where
        that is not certain."""
        ends = (at for at, result in enumerate(record.results) if isinstance(result, Raised))
        at = next(ends, None)
        if at is None:
            return no_number(record)
        raised = record.results[at]
        assert isinstance(raised, Raised)
        path = raised.path or self._home(record.steps[at], raised)
        outline = self.outline(path)
        if outline is None:
            return None
        scene = Scene(record, at, raised, outline, self.contract)
        part = scene.part
        outside = (shape(scene) for shape in OUTSIDE)
        cause = next(filter(None, outside), None)
        if cause is None and part is not None and scene.words:
            cause = next(filter(None, (shape(scene, part) for shape in INSIDE)), None)
        if cause is None:
            return None
        fact, move = (self._placed(path, words) for words in (cause.fact, cause.move))
        return cause._replace(fact=fact, move=move)

    def _home(self, step: Step, raised: Raised) -> str:
        """The file that an exception is about which no line of the learner's raised."""
        is_made = step.action == "new"
        address = step.name if is_made else quoted_class(self.contract, raised.message)
        module, _ = self.contract.place(address)
        return self.submission.main if module == self.contract.module else f"{module}.py"

    def _placed(self, path: str, message: str) -> str:
        """The message with its lines as a learner counts them: of a cell, or of another file."""
        is_plain = path == self.submission.main and not self.submission.main_file.cells
        if not isinstance(message, Message) or is_plain:
            return message
        values = {name: self._value(path, name, one) for name, one in message.values.items()}
        return make_message(message.one.format(**values), message.one, message.many, values)

    def _value(self, path: str, name: str, value: object) -> object:
        if isinstance(value, Message):
            return self._placed(path, value)
        if name not in LINES or not isinstance(value, int):
            return value
        place = self.submission.place(path, value)
        if place is not None and place.cell is not None:
            return said("{line} of cell {cell}", line=place.line, cell=place.cell)
        if path != self.submission.main:
            return said("{line} of {path}", line=value, path=clean_text(path))
        return value


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
