"""A fault is never a zero, a refusal never a mark, and hidden checks stay hidden."""

from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from grader.export.common import OURS
from grader.model.check import Visibility
from tests.export.samples import (
    FAULT,
    FORMATS,
    PARTIAL,
    REFUSED,
    SAMPLES,
    all_hidden,
    as_json,
    cells,
    exported,
    messages,
    result,
    strings,
)
from tests.render.building import with_check

UNMARKED = pytest.mark.parametrize("made", [FAULT, REFUSED], ids=["fault", "refused"])


@UNMARKED
def test_gradescope_gets_nothing_to_make_a_total_of(made):
    data = as_json("gradescope", made)
    assert "score" not in data
    assert all("score" not in test for test in data.get("tests", []))
    assert made.message.split("\n")[0] in data["output"]


def test_gradescope_shows_a_refusal_to_the_learner_and_a_fault_as_incomplete():
    assert as_json("gradescope", REFUSED)["tests"][0]["status"] == "failed"
    assert "tests" not in as_json("gradescope", FAULT)


@UNMARKED
def test_prairielearn_takes_no_attempt(made):
    data = as_json("prairielearn", made)
    assert data["gradable"] is False
    assert "score" not in data
    assert made.message.split("\n")[0] in " ".join(data["format_errors"])


@UNMARKED
def test_exercism_says_that_no_test_ran(made):
    data = as_json("exercism", made)
    assert (data["status"], data["tests"]) == ("error", [])
    assert made.message.split("\n")[0] in data["message"]


@UNMARKED
def test_github_classroom_reports_no_points(made):
    data = result(made)
    assert (data["max_score"], data["status"]) == (0, "error")
    assert [test["score"] for test in data["tests"]] == [0]
    text = exported("github-classroom", made)
    assert "::notice" not in text
    assert text.splitlines()[1].startswith("::error title=Not graded::")


@UNMARKED
def test_ctrf_and_junit_hold_no_test_that_could_count_as_failed(made):
    data = as_json("ctrf", made)
    assert data["results"]["tests"] == []
    assert data["results"]["extra"][OURS]["outcome"] == made.outcome.value
    assert "points" not in data["results"]["extra"][OURS]
    tree = ElementTree.fromstring(exported("junit", made).encode())
    assert (tree.get("tests"), list(tree.iter("testcase"))) == ("0", [])


@UNMARKED
def test_check50_has_an_error_instead_of_results(made):
    data = as_json("check50", made)
    assert "results" not in data
    assert set(data["error"]) == {"type", "value", "traceback", "data"}


@UNMARKED
def test_coderunner_gets_no_fraction(made):
    assert set(as_json("coderunner", made)) == {"prologuehtml"}


@UNMARKED
def test_codegrade_gets_no_points(made):
    assert [message["tag"] for message in messages(made)] == ["comments"]


def test_lti_ags_sends_no_score_and_says_why():
    fault, refused = as_json("lti-ags", FAULT), as_json("lti-ags", REFUSED)
    for payload in (fault, refused):
        assert not {"scoreGiven", "scoreMaximum"} & set(payload)
    assert (fault["activityProgress"], fault["gradingProgress"]) == ("Submitted", "Failed")
    assert (refused["activityProgress"], refused["gradingProgress"]) == ("InProgress", "NotReady")


@UNMARKED
def test_submitty_gets_no_points(made):
    data = as_json("submitty", made)
    assert [set(case) for case in data["testcases"]] == [
        {"test_name", "view_testcase", "testcase_message"}
    ]
    assert len(data) == 1


@UNMARKED
def test_gradebooks_leave_the_learner_out(made):
    for name in ("canvas-csv", "moodle-csv"):
        assert len(cells(exported(name, made))) == 1


@UNMARKED
def test_csv_leaves_the_scores_blank(made):
    header, row = cells(exported("csv", made))
    values = dict(zip(header, row, strict=True))
    assert (values["score"], values["max_score"]) == ("", "")
    assert values["outcome"] == made.outcome.value


@pytest.mark.parametrize("name", FORMATS)
def test_the_numbers_of_a_fault_are_never_read(name):
    told = replace(FAULT, score=7.0, max_score=10.0, tasks=PARTIAL.tasks)
    if name in {"csv", "canvas-csv", "moodle-csv"}:
        shown = {row[5:8] == ["fault", "", ""] for row in cells(exported(name, told))[1:]}
        assert shown <= {True} if name == "csv" else not shown
    else:
        assert exported(name, told) == exported(name, FAULT)


# --- hidden checks --------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in FORMATS if n not in {"gradescope", "coderunner"}])
def test_nothing_of_a_hidden_check_is_told(name):
    text = "\n".join(strings(name, exported(name, SAMPLES["hidden"])))
    assert "SECRET" not in text


@pytest.mark.parametrize("name", ["check50", "ctrf", "exercism", "github-classroom", "junit"])
def test_hidden_checks_are_a_count(name):
    text = "\n".join(strings(name, exported(name, SAMPLES["hidden"])))
    assert "2 hidden checks" in text
    assert "2 of 2 hidden checks did not pass." in text


@pytest.mark.parametrize("word", list(Visibility))
def test_gradescope_keeps_every_word_of_visibility(word):
    task = with_check(PARTIAL.tasks[0], 1, visibility=word)
    made = replace(PARTIAL, tasks=(task, *PARTIAL.tasks[1:]))
    data = as_json("gradescope", made)
    assert [test["visibility"] for test in data["tests"]] == [word.value] + ["visible"] * 9
    assert (data["visibility"], data["stdout_visibility"]) == ("visible", "hidden")


def test_coderunner_marks_hidden_rows():
    header, *lines = as_json("coderunner", SAMPLES["hidden"])["testresults"]
    hidden = header.index("ishidden")
    assert [line[2] for line in lines if line[hidden]] == [
        "SECRET title",
        "SECRET other title",
        "SECRET neuron",
    ]


def test_submitty_hides_a_task_of_hidden_checks_only():
    mul = all_hidden(PARTIAL).tasks[1]
    made = replace(PARTIAL, tasks=(PARTIAL.tasks[0], mul, *PARTIAL.tasks[2:]))
    data = as_json("submitty", made)
    assert [case["view_testcase"] for case in data["testcases"]] == [True, False, True, True]
    assert data["automatic_grading_total"] == 7
    assert data["nonhidden_automatic_grading_total"] == 5.5


def test_a_mistake_behind_hidden_checks_is_still_explained():
    text = "\n".join(strings("junit", exported("junit", all_hidden(PARTIAL))))
    assert "replaces the gradient instead of adding to it" in text
