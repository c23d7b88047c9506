"""What is said above a program is true of that program."""

import pytest
from msgspec.structs import replace

from grader.model.check import Audience, Outcome
from grader.model.report import Evidence, Graph, GraphEdge, ProgramLine, Report, TaskResult
from grader.render.html.evidence import pictures
from grader.render.story import Story, same_objects, story_of, title_of
from grader.render.terminal.scorecard import scorecard_text
from tests.render import reports
from tests.render.building import CHECKS, node, report, task

SMALLEST = (
    ProgramLine(0, "a = Value(2.0)"),
    ProgramLine(1, "b = a * a"),
    ProgramLine(2, "a.grad", "2.0", 2.0, "4.0"),
)
RAISES = (ProgramLine(0, "a = Value(2.0)"), ProgramLine(1, "b = a * a", error="TypeError: no"))


def why(shown: tuple[ProgramLine, ...] | None, **check: object) -> str:
    """What is said above the program, where no mistake is named."""
    whole: Report = reports.undiagnosed()
    (mul,) = [task for task in whole.tasks if task.id == "mul"]
    checks = [replace(one, **check) if one.outcome is Outcome.FAILED else one for one in mul.checks]
    evidence = None if shown is None else Evidence(shown)
    changed = replace(mul, checks=tuple(checks), evidence=evidence)
    tasks = tuple(changed if task is mul else task for task in whole.tasks)
    told = story_of(replace(whole, tasks=tasks), Audience.GRADER).mistake
    assert told is not None
    return told.why


def test_the_sentence_is_that_of_the_program_shown():
    """The check's own is about nodes of the same names in another program."""
    assert why(SMALLEST, message="a.grad should be 9.0, got 1.0") == "a.grad should be 4.0, got 2.0"
    assert why(None, message="a.grad should be 9.0, got 1.0") == "a.grad should be 9.0, got 1.0"


def test_of_an_exception_the_check_tells_the_line_where_it_is_the_same():
    error = {"outcome": Outcome.ERROR, "message": "TypeError in line 7: no"}
    assert why(RAISES, program=RAISES, **error) == "TypeError in line 7: no"
    assert why(RAISES, program=SMALLEST, **error) == "`b = a * a` raised TypeError: no"
    assert why(SMALLEST, program=RAISES, **error) == "a.grad should be 4.0, got 2.0"


def test_what_stopped_a_check_is_said_whatever_program_is_shown():
    assert why(SMALLEST, outcome=Outcome.TIMEOUT, message="stopped") == "stopped"


def test_the_title_of_a_check_that_failed_is_no_fact():
    """Otherwise it reads as what the code does."""
    told = story_of(reports.undiagnosed(), Audience.GRADER).mistake
    assert told is not None
    assert told.name == "should hold: A factor used twice collects both contributions"
    (add, *_) = reports.undiagnosed().tasks
    assert not any(title_of(check).startswith("should") for check in add.checks)


RETURNED = Graph(
    (
        node("a", "Value(2.0)", {"data": (2.0, 2.0), "grad": (1.0, 3.0)}),
        node("b", "a.relu()", {"data": (2.0, 2.0)}),
    ),
    (GraphEdge("a", "b", "× 1"),),
)
SAME = "`b` is the same object as `a`: see there for what is left empty."


def test_a_row_is_left_empty_with_a_word():
    assert same_objects(RETURNED) == [SAME]
    assert same_objects(reports.EVIDENCE.graph) == []
    assert "<code>b</code> is the same object as <code>a</code>" in pictures(RETURNED)
    whole = reports.undiagnosed()
    tasks = tuple(
        replace(task, evidence=Evidence(SMALLEST, RETURNED)) if task.id == "mul" else task
        for task in whole.tasks
    )
    assert SAME in scorecard_text(replace(whole, tasks=tasks), audience=Audience.GRADER, width=88)


def told_of(*tasks: TaskResult) -> Story:
    """What a learner is told of a report of these tasks."""
    return story_of(report(tasks), Audience.LEARNER)


def raising(task_id: str, *lines: int | None) -> TaskResult:
    """The task, whose checks raise at these lines of the submission."""
    one = task(task_id, [Outcome.ERROR] * len(CHECKS[task_id][1]))
    checks = zip(one.checks, lines, strict=True)
    return replace(one, checks=tuple(replace(check, line=line) for check, line in checks))


def test_the_same_line_that_raises_is_one_problem():
    told = told_of(raising("add", 11, 11), raising("mul", 11, 11, 11, 12), raising("relu", 11, 11))
    assert told.mistake is not None
    assert told.mistake.explains == (
        "Explains 2 of 2 failed checks in add, 3 of 4 in mul and 2 of 2 in relu."
    )
    assert [(line.task.id, line.words[0]) for line in told.folded] == [
        ("mul", "same mistake as in add"),
        ("relu", "same mistake as in add"),
    ]
    assert told.folded[0].words[1].startswith("1 more check did not pass")


def test_what_raises_at_lines_that_are_not_known_is_not_called_the_same():
    told = told_of(raising("add", None, None), raising("relu", None, None))
    assert [line.task.id for line in told.folded] == ["add", "relu"]
    assert "same mistake" not in str(told.folded)


def test_checks_that_wait_have_a_line_also_in_a_task_that_is_not_written():
    relu = task("relu", [Outcome.UNWRITTEN, Outcome.BLOCKED])
    waits = replace(relu.checks[1], message="waits for add")
    told = told_of(task("add"), replace(relu, checks=(relu.checks[0], waits)))
    assert [line.words for line in told.folded] == [
        ("not written yet: 1 check", "waits for add: 1 check")
    ]
    assert told_of(task("relu", [Outcome.UNWRITTEN] * 2)).folded == ()


@pytest.mark.parametrize(
    "name", [name for name in reports.SAMPLES if name not in ("fault", "refused")]
)
def test_lost_points_have_a_line(name):
    """In the panel, in a line of their own, or in the table, which says that nothing is written."""
    whole = reports.SAMPLES[name]
    told = story_of(whole, Audience.LEARNER)
    spoken_of = {line.task.id for line in told.folded} | {one.id for one in [told.opened] if one}
    lost = [one for one in whole.tasks if one.score < one.max_score]
    silent = [one.id for one in lost if one.id not in spoken_of]
    assert told.unloaded or {
        check.outcome for one in lost if one.id in silent for check in one.checks
    } <= {Outcome.UNWRITTEN}
