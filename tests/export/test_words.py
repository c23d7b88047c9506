"""The line of a feedback column: what it says of a mark, and what it keeps to itself."""

import pytest
from msgspec.structs import replace

from grader.export.moodle_csv import feedback
from grader.export.table import Marked
from grader.export.words import comment
from grader.model.check import Outcome, Visibility
from grader.model.report import Diagnosis
from tests.export.samples import FAULT, PARTIAL, REFUSED, SAMPLES, UNIMPORTABLE, all_hidden

POINTS = "7 of 10 points: add 2/2, mul 1.5/3, relu 2/2, neuron 1.5/3."
UNNAMED = replace(PARTIAL, tasks=tuple(replace(t, diagnoses=()) for t in PARTIAL.tasks))


def failing(made, words):
    """The report, its second task's failing checks saying these words."""
    checks = tuple(
        c if c.outcome is Outcome.PASSED else replace(c, message=words)
        for c in made.tasks[1].checks
    )
    return replace(made, tasks=(made.tasks[0], replace(made.tasks[1], checks=checks)))


def test_full_marks_are_points_alone():
    told = comment(Marked.of(SAMPLES["full"]))
    assert told == "10 of 10 points: add 2/2, mul 3/3, relu 2/2, neuron 3/3."


def test_the_named_mistake_is_told_by_its_task():
    told = comment(Marked.of(PARTIAL))
    assert told == f"{POINTS} mul: `__mul__` replaces the gradient instead of adding to it."


def test_of_several_mistakes_each_is_told():
    more = (*PARTIAL.tasks[1].diagnoses, Diagnosis("x", "It leaves an input out", ""))
    tasks = (PARTIAL.tasks[0], replace(PARTIAL.tasks[1], diagnoses=more))
    told = comment(Marked.of(replace(PARTIAL, tasks=tasks)))
    assert told.endswith("instead of adding to it. mul: It leaves an input out.")


def test_where_nothing_is_named_the_first_failing_check_speaks():
    told = comment(Marked.of(failing(UNNAMED, "`a * a`\ngives 3")))
    assert told.endswith("points: add 2/2, mul 1.5/3. mul: `a * a` gives 3.")
    silent = comment(Marked.of(failing(UNNAMED, "")))
    assert "collects both contributions: A value is not what it should be." in silent


def test_a_hidden_check_says_nothing():
    secret = all_hidden(failing(UNNAMED, "asked for 0.125"))
    assert all(c.visibility is Visibility.HIDDEN for t in secret.tasks for c in t.checks)
    assert comment(Marked.of(secret)) == "7 of 10 points: add 2/2, mul 1.5/3."


def test_a_file_that_cannot_be_imported_says_why():
    told = comment(Marked.of(UNIMPORTABLE))
    assert told.startswith("0 of 10 points")
    assert "SyntaxError" in told


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        (Marked(PARTIAL, 6.3, "1 day late: -0.7", 10.0), f"6.3 of 10 points; as graded {POINTS}"),
        (Marked(PARTIAL, 7.0, "on time", 10.0), POINTS),
        (Marked(REFUSED, 4.5, "set by a grader: agreed", 10.0), "4.5 of 10 points. set by a"),
        (Marked(REFUSED, 4.5, "agreed"), "4.5 points. agreed."),
        (Marked(PARTIAL, None, "not in this course"), "No mark."),
    ],
    ids=["late", "on-time", "refused-and-set", "without-maximum", "no-mark"],
)
def test_the_mark_handed_over_comes_first_and_the_rule_last(marked, words):
    told = comment(marked)
    assert told.startswith(words)
    assert told.endswith(f"{marked.remark}.")


@pytest.mark.parametrize("made", [FAULT, REFUSED], ids=["fault", "refused"])
def test_without_a_mark_it_says_why(made):
    assert comment(Marked.of(made)).startswith(("Not graded: ", "The submission was refused"))
    assert made.message.split("\n")[0] in comment(Marked.of(made))


def test_moodle_is_given_html():
    words = "'<' not supported between 'Value' & 'int'"
    told = feedback(Marked.of(failing(UNNAMED, words)))
    assert "'&lt;' not supported between 'Value' &amp; 'int'" in told
    long = feedback(Marked.of(failing(UNNAMED, "&" * 300)))
    assert long.count("&amp;") == long.count("&")
