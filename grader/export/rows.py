"""The checks of a report as a platform lists them.

Where a platform has no word for hidden checks, those of a task are one row: how many there are,
how many did not pass, and the points they earned together. Such a row has no time: a submission
can take as long as a number that a hidden check asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

from grader.export.common import OUTPUT, number, one_line, visible
from grader.export.facts import main_file, not_loaded
from grader.export.words import OUTCOMES, explained, listing
from grader.model.check import Outcome, Visibility, task_outcome
from grader.model.report import CheckResult, Report, TaskResult

NOT_RUN = frozenset({Outcome.BLOCKED, Outcome.ABORTED})


class Row(NamedTuple):
    """A check as a platform lists it, or all hidden checks of a task as one.

    `skipped` is true for what was not judged while another row shows why.
    """

    number: str
    id: str
    task: str
    task_id: str
    title: str
    outcome: Outcome
    score: float
    maximum: float
    visibility: Visibility
    message: str = ""
    code: str = ""
    output: str = ""
    seconds: float = 0.0
    skipped: bool = False
    line: int | None = None
    file: str = ""
    """The submission's line that wrote the wrong value or that raised, and its file."""
    expected: str = ""
    got: str = ""
    """The first value of the check's program that is not what it should be; often not known."""

    @property
    def passed(self) -> bool:
        """Whether it passed."""
        return self.outcome is Outcome.PASSED

    @property
    def place(self) -> str:
        """The submission's line as `value.py:12`; empty where it is not known."""
        return "" if self.line is None else f"{self.file}:{self.line}"

    def evidence(self) -> str:
        """What the check runs and what was printed, a paragraph each."""
        code = f"What this check runs:\n{self.code}" if self.code else ""
        output = f"Printed:\n{self.output}" if self.output else ""
        return "\n\n".join(part for part in (code, output) if part)

    def details(self) -> str:
        """All there is to say of a check that did not pass."""
        return "\n\n".join(part for part in (self.message, self.evidence()) if part)


def check_rows(report: Report, *, hidden: bool = False) -> list[Row]:
    """The checks in the report's order; with `hidden` each hidden one for itself.

    Where nothing could be judged because the submission cannot be imported, that comes first.
    """
    made = [_import_row(report)] if not_loaded(report) else []
    for place, task in enumerate(report.tasks, start=1):
        made += _explained(task, _of_task(report, task, place, hidden))
    broken = any(not row.passed and row.outcome not in NOT_RUN for row in made)
    return [row._replace(skipped=broken and row.outcome in NOT_RUN) for row in made]


def adding_up(made: Sequence[Row], total: float) -> list[int | float]:
    """The scores, with what rounding to four decimals lost given to the last that earned any."""
    exact = [Fraction(str(row.score)) for row in made]
    if exact:
        earned = [place for place, score in enumerate(exact) if score] or [-1]
        exact[earned[-1]] += Fraction(str(total)) - sum(exact)
    return [number(float(score)) for score in exact]


def in_whole(parts: Sequence[float], total: int) -> list[int]:
    """Integers in proportion to `parts` that add up to `total`; zeros where all parts are zero."""
    exact = [max(Fraction(0), Fraction(str(part))) for part in parts]
    whole = sum(exact) or Fraction(1)
    ends = [round(total * end / whole) for end in accumulate(exact)]
    return [end - start for start, end in pairwise([0, *ends])]


def _of_task(report: Report, task: TaskResult, place: int, hidden: bool) -> list[Row]:
    seen: list[CheckResult] = []
    folded: list[CheckResult] = []
    for check in task.checks:
        (seen if hidden or check.visibility is Visibility.VISIBLE else folded).append(check)
    made = [_row(report, task, check, f"{place}.{n}") for n, check in enumerate(seen, start=1)]
    if folded:
        made.append(_fold(report, task, folded, f"{place}.{len(seen) + 1}"))
    return made


def _explained(task: TaskResult, made: list[Row]) -> list[Row]:
    """The rows, the first that the task's known mistake explains saying so."""
    told, wrong = explained(task), [row for row in made if not row.passed]
    if told and wrong:
        known = task.diagnoses[0].checks if task.diagnoses else (wrong[0].id,)
        first = next((row for row in wrong if row.id in known), wrong[-1])
        made[made.index(first)] = first._replace(message=f"{first.message}\n\n{told}")
    return made


def _row(report: Report, task: TaskResult, check: CheckResult, place: str) -> Row:
    passed = check.outcome is Outcome.PASSED
    expected, got = _wrong_value(check)
    return Row(
        number=place,
        id=one_line(check.id),
        task=one_line(task.title) or one_line(task.id),
        task_id=one_line(task.id),
        title=one_line(check.title) or one_line(check.id) or place,
        outcome=check.outcome,
        score=number(check.score),
        maximum=number(check.max_score),
        visibility=check.visibility,
        message="" if passed else _message(report, check),
        code=listing(check.program or ()),
        output=visible(check.output.text, OUTPUT) if check.output else "",
        seconds=report.timing.checks.get(check.id, 0.0),
        # a platform would look for it in a file: of a notebook there is none with such lines
        line=None if check.cell else check.line,
        file=one_line(check.path) or main_file(report),
        expected=expected,
        got=got,
    )


def _wrong_value(check: CheckResult) -> tuple[str, str]:
    """What the first wrong line of its program should have given, and what it gave."""
    for line in check.program or ():
        got = f"raised {line.error}" if line.error else line.result
        if line.expected is not None and got is not None and got != line.expected:
            return one_line(line.expected), one_line(got)
    return "", ""


def _fold(report: Report, task: TaskResult, checks: Sequence[CheckResult], place: str) -> Row:
    wrong = sum(check.outcome is not Outcome.PASSED for check in checks)
    noun = "hidden check" if len(checks) == 1 else "hidden checks"
    return Row(
        number=place,
        id=f"{one_line(task.id)}/(hidden)",
        task=one_line(task.title) or one_line(task.id),
        task_id=one_line(task.id),
        title=f"{len(checks)} {noun}",
        outcome=task_outcome(check.outcome for check in checks),
        score=number(round(sum(check.score for check in checks), 4)),
        maximum=number(round(sum(check.max_score for check in checks), 4)),
        visibility=Visibility.HIDDEN,
        message=f"{wrong} of {len(checks)} {noun} did not pass." if wrong else "",
    )


def _import_row(report: Report) -> Row:
    title = f"{main_file(report)} can be imported"
    place = ("0", "(import)", "The submission", "submission", title)
    return Row(*place, Outcome.ERROR, 0, 0, Visibility.VISIBLE, visible(report.message))


def _message(report: Report, check: CheckResult) -> str:
    """What happened, in words; never empty."""
    words = [visible(check.message) or OUTCOMES.get(check.outcome, check.outcome.value)]
    for task in report.tasks:
        if check.same_as and any(found.id == check.same_as for found in task.diagnoses):
            words.append(f"It is the same mistake as in {one_line(task.title)}.")
    words += [visible(note) for note in check.notes[:2]]
    return visible("\n".join(words))
