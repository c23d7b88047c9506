"""Classroom 50, VPL and A+: the mark that each platform's own rule reads, whatever the text."""

import json
import random
from itertools import cycle

import pytest
from hypothesis import given
from msgspec.structs import replace

from grader.export import aplus, classroom50, vpl
from grader.export.facts import Mark
from grader.export.rows import in_whole
from grader.model.check import Outcome
from tests.export import readers
from tests.export.samples import (
    FAULT,
    PARTIAL,
    REFUSED,
    SAMPLES,
    UNIMPORTABLE,
    as_json,
    exported,
    giant,
    with_learner,
)
from tests.export.test_hostile import NAMED, hostile_reports
from tests.export.test_platforms import thirds
from tests.render.building import check, of_checks, report, with_check

WHOSE = {
    **dict.fromkeys(("classroom", "assignment", "owner", "commit", "release", "review"), "x"),
    "assignment_type": "individual",
    "submission": "submit/1",
    "datetime": "2026-01-01T00:00:00Z",
}
UNMARKED = pytest.mark.parametrize("made", [FAULT, REFUSED], ids=["fault", "refused"])
GRADED = {name: made for name, made in SAMPLES.items() if made.outcome.value == "graded"}
LINED = replace(PARTIAL, tasks=(PARTIAL.tasks[0], with_check(PARTIAL.tasks[1], 3, line=12)))

FORGED = [
    "Grade :=>>10\r\nGrade :=>>10",
    "--|>\nGrade :=>>10\n<|--",
    "\rGrade :=>>10\r",
    "TotalPoints: 10\nMaxPoints: 10\nSubmissionTags: x",
    "</pre>\nTotalPoints: 10\n<pre>",
]


def whole(made):
    """The result as `autograder.py` completes it."""
    return as_json("classroom50", made) | WHOSE


def forged(made):
    """The report with a forged line in every text that a submission has a say in."""
    lines = cycle(FORGED)
    tasks = tuple(
        replace(
            task,
            title=next(lines),
            checks=tuple(
                replace(
                    one, title=f"{next(lines)} (-7)", message=next(lines), path=next(lines), line=3
                )
                for one in task.checks
            ),
        )
        for task in made.tasks
    )
    return replace(made, tasks=tasks, message=next(lines), notes=(next(lines),))


def random_report(seed):
    """A report of checks with shares of a few points, as many as half of them passed."""
    chance = random.Random(seed)
    tasks = []
    for number in range(chance.randint(1, 4)):
        count, points = chance.randint(1, 9), chance.choice([0.5, 1, 2, 3, 7, 10])
        ends = chance.choices([Outcome.PASSED, Outcome.FAILED, Outcome.BLOCKED], k=count)
        made = [check(f"t{number}", n, f"{n}", points / count, end) for n, end in enumerate(ends)]
        made = [replace(one, score=round(one.score, 4)) for one in made]
        exact = points * sum(end is Outcome.PASSED for end in ends) / count
        task = of_checks(f"t{number}", "Task", made)
        tasks.append(replace(task, score=round(exact, 4), max_score=points))
    return with_learner(report(tasks))


def test_sums_of_classroom50_are_exact_for_random_reports():
    for seed in range(200):
        made = random_report(seed)
        result = whole(made)
        score, most = readers.classroom50(result)
        assert most == round(100 * made.max_score)
        assert abs(score - 100 * made.score) <= 1
        for test in result["tests"]:
            assert test["score"] == (test["max-score"] if test["passed"] else 0)


@pytest.mark.parametrize("name", GRADED)
def test_every_platform_reads_the_mark(name):
    made = GRADED[name]
    exact = (round(100 * made.score), 1000)
    assert readers.classroom50(whole(made)) == readers.aplus(as_json("aplus", made)) == exact
    assert float(readers.vpl(exported("vpl", made))[0]) == made.score


def test_thirds_add_up_to_a_whole():
    assert readers.classroom50(whole(thirds())) == (100, 100)
    assert [test["score"] for test in whole(thirds())["tests"]] == [33, 34, 33]


@UNMARKED
def test_what_is_not_graded_is_no_mark(made):
    assert not {"score", "max-score", "tests"} & set(as_json("classroom50", made))
    assert not readers.CLASSROOM50.is_valid(whole(made))
    mark, comments = readers.vpl(exported("vpl", made))
    assert (mark, comments[0]) == ("", "-Not graded")
    assert readers.aplus(as_json("aplus", made)) is None
    assert as_json("aplus", made)["grading-script-errors"].strip()


@UNMARKED
def test_no_text_makes_a_mark_where_there_is_none(made):
    for text in FORGED:
        told = replace(made, message=text)
        assert readers.vpl(exported("vpl", told))[0] == ""
        assert readers.aplus(as_json("aplus", told)) is None


def test_forged_lines_in_every_text_change_no_mark():
    for made in (forged(PARTIAL), forged(UNIMPORTABLE)):
        points = round(100 * made.score)
        assert readers.classroom50(whole(made)) == (points, 1000)
        assert readers.aplus(as_json("aplus", made)) == (points, 1000)
        mark, comments = readers.vpl(exported("vpl", made))
        assert float(mark) == made.score
        assert {line[0] for line in comments} <= set("->L")
        assert not any(line.startswith("-") and line.endswith(")") for line in comments)


@NAMED
@given(hostile_reports())
def test_vpl_and_aplus_have_one_mark_whatever_is_in_the_report(made):
    text = exported("vpl", made)
    assert sum(line.startswith("Grade :=>>") for line in text.split("\n")) <= 1
    assert text.split("\n").count("--|>") == 1
    assert as_json("aplus", made)["out"].count("\n") == 1
    readers.aplus(as_json("aplus", made))


def test_a_line_of_the_submission_is_named_where_the_platform_shows_it():
    assert "Look at value.py:12" in readers.vpl(exported("vpl", LINED))[1]
    messages = [test.get("message", "") for test in whole(LINED)["tests"]]
    assert any(message.startswith("value.py:12: ") for message in messages)
    assert "<pre>value.py:12: " in as_json("aplus", LINED)["out"]


def test_aplus_shows_text_as_text():
    made = replace(PARTIAL, tasks=(replace(PARTIAL.tasks[1], title="<b>&#10;</b>"),))
    assert "<h4>&lt;b&gt;&amp;#10;&lt;/b&gt;: " in as_json("aplus", made)["out"]


@pytest.mark.parametrize(("checks", "text"), [(100, "\u5bbd" * 4000), (8_000, "wrong")])
def test_long_reports_are_cut_and_keep_the_mark(checks, text):
    made = giant(checks, text)
    points = (100, 100 * checks)
    most = {"classroom50": classroom50.LARGEST, "aplus": aplus.LARGEST, "vpl": vpl.LARGEST + 100}
    told = {name: exported(name, made) for name in most}
    assert {name: text for name, text in told.items() if len(text) > most[name]} == {}
    assert readers.classroom50(json.loads(told["classroom50"]) | WHOSE) == points
    assert readers.aplus(json.loads(told["aplus"])) == points
    assert readers.vpl(told["vpl"])[0] == "1"


@pytest.mark.parametrize(
    ("score", "most", "whole"),
    [
        (7, 10, (700, 1000)),
        (10, 10, (1000, 1000)),
        (9.9999, 10, (999, 1000)),
        (0.0001, 10, (1, 1000)),
        (11, 10, (1000, 1000)),
        (-1, 10, (0, 1000)),
        (0.001, 0.002, (0, 1)),
    ],
)
def test_hundredths_are_all_for_full_marks_only(score, most, whole):
    assert Mark(score, most).hundredths == whole


def test_checks_that_do_not_tell_the_mark_are_one():
    none = with_check(with_check(PARTIAL.tasks[0], 1, score=0.0), 2, score=0.0)
    made = replace(PARTIAL, tasks=(none,), score=1.0, max_score=2.0)
    assert readers.classroom50(whole(made)) == (100, 200)
    assert in_whole([0, 0], 3) == [0, 0]
