"""What a learner's report says of hidden checks: how many ended how, and no more."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec.structs import replace

from grader import export
from grader.model.check import Outcome, Visibility
from grader.model.report import Diagnosis, Report, Timing
from grader.report import wire
from grader.report.audience import for_learner
from tests.export.samples import FORMATS, with_learner
from tests.render.building import check, of_checks, report

ENDS = (Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.FAILED)
SECONDS = (0.125, 0.25, 0.5, 1.0)


def ended(*ends: Outcome, seconds: tuple[float, ...] = SECONDS) -> Report:
    """A report of a task whose checks ended so; all but the first are hidden."""
    checks = [check("mul", n, f"secret {n}", 0.75, end) for n, end in enumerate(ends, start=1)]
    hidden = [replace(one, visibility=Visibility.HIDDEN) for one in checks[1:]]
    task = of_checks("mul", "Multiplication", [checks[0], *hidden])
    wrong = tuple(one.id for one in task.checks if one.outcome is not Outcome.PASSED)
    found = Diagnosis("mul/Mistake", "A mistake", "Why it is one.", wrong)
    names = (one.id for one in task.checks)
    timing = Timing("2025-01-01T09:00:00Z", 2.0, dict(zip(names, seconds, strict=True)))
    return replace(report([replace(task, diagnoses=(found,))]), timing=timing)


@pytest.mark.parametrize("ends", sorted(set(permutations(ENDS[1:]))))
def test_it_is_not_told_which_hidden_check_ended_how(ends: tuple[Outcome, ...]) -> None:
    """A submission can fail one for what it asks."""
    assert for_learner(ended(ENDS[0], *ends)) == for_learner(ended(*ENDS))


def test_points_and_counts_stay() -> None:
    """By what the diagnosis explains, too."""
    made = for_learner(ended(*ENDS))
    (task,) = made.tasks
    assert [one.id for one in task.checks[1:]] == [f"mul/hidden[{n}]" for n in (1, 2, 3)]
    assert sorted(one.outcome for one in task.checks) == sorted(ENDS)
    assert sum(one.score for one in task.checks) == task.score
    wrong = {one.id for one in task.checks if one.outcome is not Outcome.PASSED}
    assert set(task.diagnoses[0].checks) == wrong


def test_no_time_of_a_hidden_check_is_told() -> None:
    """A submission can sleep as long as a number that it was asked; a sum is told, for all."""
    made = for_learner(ended(*ENDS))
    assert made.timing.checks == {"mul/test_1": 0.125}
    assert made.timing.duration_s == 2.0


def test_a_learners_report_stays_as_it_is_when_it_is_reduced_again() -> None:
    """A saved one is shown like a fresh one."""
    made = for_learner(ended(*ENDS))
    assert for_learner(wire.decode(wire.encode(made))) == made


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"gradescope", "coderunner"}))
def test_a_format_that_folds_hidden_checks_tells_none_of_their_times(name: str) -> None:
    """Nor which of them failed: learners read these formats."""
    one = with_learner(ended(*ENDS))
    other = with_learner(ended(*ENDS[:2], *ENDS[:1:-1], seconds=(0.125, 0.5, 0.25, 0.75)))
    assert export.exporter(name)(one) == export.exporter(name)(other)
