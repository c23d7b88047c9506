"""What is said above a program is true of that program."""

from msgspec.structs import replace

from grader.model.check import Audience, Outcome
from grader.model.report import Evidence, Graph, GraphEdge, ProgramLine, Report
from grader.render.html.evidence import pictures
from grader.render.story import same_objects, story_of, title_of
from grader.render.terminal.scorecard import scorecard_text
from tests.render import reports
from tests.render.building import node

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
