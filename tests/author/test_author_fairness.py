"""A right style never sees a word of blame, in whatever way it is written."""

import io
import re

import pytest
from rich.console import Console

from grader.author.solutions import sources_at, submission_of
from grader.exercise.content import right_styles
from grader.grading.pipeline import Options, grade_each
from grader.model.check import Audience
from grader.render.terminal.scorecard import scorecard
from tests.author.kit import bundled

BLAME = re.compile(r"\b(wrong|mistakes?|fail\w*|errors?|should|expected)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def reports():
    """Every right style's report, graded as a learner's submission is."""
    exercise = bundled()
    taken = [
        submission_of(exercise, path.name, sources_at(exercise, path))
        for path in (exercise.reference_file, *right_styles(exercise))
    ]
    found = {}
    grade_each(
        exercise,
        taken,
        lambda submission, report: found.__setitem__(submission.name, report),
        Options(isolation="none"),
    )
    assert len(found) == len(taken) > 20
    return found


def test_every_right_style_gets_full_marks(reports):
    """Ten of ten, and nothing beside it."""
    assert {name: r.score for name, r in reports.items() if r.score != r.max_score} == {}


def test_no_right_style_is_diagnosed_or_noted(reports):
    """No diagnosis, no note, no message, no evidence."""
    for name, report in reports.items():
        assert report.message == "", name
        assert report.notes == (), name
        for task in report.tasks:
            assert task.diagnoses == (), name
            assert task.evidence is None, name
            for check in task.checks:
                assert (check.message, check.notes, check.same_as) == ("", (), None), name


@pytest.mark.parametrize("audience", list(Audience))
def test_no_right_style_reads_a_word_of_blame(reports, audience):
    """The whole scorecard, whoever reads it."""
    exercise = bundled()
    for name, report in reports.items():
        screen = Console(width=100, record=True, file=io.StringIO())
        screen.print(
            scorecard(
                report,
                audience=audience,
                hints={task.id: task.hints[0] for task in exercise.tasks},
                explanations={task.id: task.explanation for task in exercise.tasks},
            )
        )
        said = screen.export_text()
        assert not BLAME.search(said), f"{name}: {BLAME.search(said)}"
