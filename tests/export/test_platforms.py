"""What course platforms demand, trap by trap; the facts are told in docs/platforms.md."""

import json
from decimal import Decimal
from itertools import pairwise

import pytest
from msgspec.structs import replace

from grader.export import coderunner, exercism, github_classroom, prairielearn
from grader.export.facts import Mark
from grader.model.errors import UsageProblem
from tests.export import samples
from tests.export.samples import (
    FAULT,
    PARTIAL,
    REFUSED,
    SAMPLES,
    UNIMPORTABLE,
    as_json,
    exported,
    giant,
    messages,
    result,
)
from tests.render.building import check, of_checks, report, with_check


def thirds():
    """Three checks of a point: 0.3333 each, and the exact sum is 1."""
    made = [check("add", n, f"check {n}", 1 / 3) for n in range(3)]
    made = [replace(c, score=0.3333) for c in made]
    task = replace(of_checks("add", "Addition", made), score=1.0, max_score=1.0)
    return samples.with_learner(replace(report([task]), score=1.0, max_score=1.0))


def test_gradescope_formats_are_plain_and_numbers_are_numbers():
    data = as_json("gradescope", SAMPLES["hostile"])
    assert {data[key] for key in data if key.endswith("_format")} == {"text"}
    assert isinstance(data["execution_time"], float)
    assert all(isinstance(test["number"], str) for test in data["tests"])
    assert {test["status"] for test in data["tests"]} == {"passed", "failed"}


def test_the_exact_score_stands_beside_rounded_checks():
    assert as_json("gradescope", thirds())["score"] == 1
    assert as_json("prairielearn", thirds())["score"] == 1
    scores = [Decimal(str(test["score"])) for test in result(thirds())["tests"]]
    assert sum(scores) == 1


def test_prairielearn_shows_points_of_all_tests_or_none():
    for made in (PARTIAL, SAMPLES["hidden"], UNIMPORTABLE):
        tests = as_json("prairielearn", made)["tests"]
        assert all({"points", "max_points"} <= set(test) for test in tests)


@pytest.mark.parametrize(("checks", "text"), [(300, "\u5bbd" * 4000), (8_000, "wrong")])
def test_prairielearn_stays_under_its_limit_and_keeps_the_score(checks, text):
    shown = exported("prairielearn", giant(checks, text))
    assert len(shown.encode()) <= prairielearn.LARGEST
    data = json.loads(shown)
    assert data["score"] == pytest.approx(1 / checks, abs=1e-6)
    assert ("tests" in data) == (checks == 300)
    assert ("left out" in data["message"]) == (checks != 300)


def test_exercism_keeps_its_limits():
    long = with_check(PARTIAL.tasks[1], 3, output=samples.reports.Output("x" * 501))
    exact = with_check(long, 4, output=samples.reports.Output("x" * 500))
    tests = as_json("exercism", replace(PARTIAL, tasks=(PARTIAL.tasks[0], exact)))["tests"]
    cut, whole = tests[4]["output"], tests[5]["output"]
    assert len(cut) == exercism.LONGEST_OUTPUT
    assert cut.endswith("Output was truncated. Please limit to 500 chars")
    assert whole == "x" * 500
    message = as_json("exercism", replace(FAULT, message="wrong " * 100_000))["message"]
    assert len(message) <= exercism.LONGEST_MESSAGE


def test_exercism_tests_stand_in_order_and_say_what_failed():
    data = as_json("exercism", SAMPLES["timeout"])
    assert data["version"] == 3
    assert data["message"] is None
    ids = [test["task_id"] for test in data["tests"]]
    assert ids == sorted(ids)
    assert all(isinstance(one, int) for one in ids)
    for test in data["tests"]:
        assert bool(test["message"]) == (test["status"] != "pass")
        assert isinstance(test["test_code"], str)


def test_exercism_says_error_only_when_no_test_ran():
    data = as_json("exercism", UNIMPORTABLE)
    assert data["status"] == "error"
    assert "SyntaxError" in data["message"]
    assert as_json("exercism", SAMPLES["zero"])["status"] == "fail"
    assert as_json("exercism", SAMPLES["full"])["status"] == "pass"


@pytest.mark.parametrize("made", SAMPLES.values(), ids=SAMPLES)
def test_github_classroom_always_has_tests_with_numeric_scores(made):
    data = result(made)
    assert data["tests"]
    assert all(type(test["score"]) in {int, float} for test in data["tests"])
    assert isinstance(data["max_score"], int | float)


def test_github_classroom_annotations_are_the_reporters():
    _, complete, told, *rest = exported("github-classroom", PARTIAL).splitlines()
    assert complete == "::notice title=Autograding complete::Points 7/10"
    kind, points = told.rsplit("::", 1)
    assert kind == "::notice title=Autograding report"
    assert json.loads(points) == {"totalPoints": 7, "maxPoints": 10}
    assert rest == []


def test_github_classroom_fits_into_an_environment_variable():
    for checks, text in ((100, "\u5bbd" * 4000), (2_000, "wrong")):
        made = giant(checks, text)
        line = exported("github-classroom", made).split("\n", 1)[0]
        assert len(line) < 128 * 1024
        assert sum(test["score"] for test in result(made)["tests"]) == made.score
    assert len(result(made)["tests"]) == 1
    assert github_classroom.LARGEST < 128 * 1024


def test_a_workflow_command_cannot_be_forged():
    made = replace(FAULT, message="50%0A::set-output name=x::y\r\n::notice::owned")
    lines = exported("github-classroom", made).splitlines()
    assert len(lines) == 2
    assert "50%250A" in lines[1]


def test_the_words_of_tests_are_no_commands_where_the_reporter_prints_them():
    said = "wrong\n  ::notice::owned\nin a ##[set-output name=x]line\n::::\nx[::2] stays"
    checks = [replace(check, message=said) for check in PARTIAL.tasks[1].checks]
    tasks = (PARTIAL.tasks[0], replace(PARTIAL.tasks[1], checks=tuple(checks)))
    messages = {test["message"] for test in result(replace(PARTIAL, tasks=tasks))["tests"]}
    shown = "wrong\n  : :notice::owned\nin a # #[set-output name=x]line\n: :::\nx[::2] stays"
    assert shown in messages
    assert said not in messages


KNOWN = {
    "fraction",
    "prologuehtml",
    "testresults",
    "epiloguehtml",
    "columnformats",
    "showdifferences",
    "showoutputonly",
    "graderstate",
    "instructorhtml",
}


@pytest.mark.parametrize("made", SAMPLES.values(), ids=SAMPLES)
def test_coderunner_knows_every_key_and_every_column(made):
    text = exported("coderunner", made)
    assert text.count("\n") == 1
    data = json.loads(text)
    assert set(data) <= KNOWN
    if "testresults" in data:
        special = {"iscorrect", "ishidden"}
        formatted = [title for title in coderunner.HEADER if title not in special]
        assert len(data["columnformats"]) == len(formatted)
        assert {len(row) for row in data["testresults"]} == {len(coderunner.HEADER)}
        assert 0 <= data["fraction"] <= 1


def test_coderunner_html_is_escaped_and_cells_are_not():
    data = as_json("coderunner", SAMPLES["hostile"])
    for key in ("prologuehtml", "epiloguehtml", "instructorhtml"):
        inner = data[key].removeprefix("<p>").removesuffix("</p>")
        inner = inner.removeprefix("<pre>").removesuffix("</pre>")
        assert not set(inner) & set("<>")
    assert any("<b>&lt;</b>" in row[2] for row in data["testresults"])
    refused = as_json("coderunner", replace(REFUSED, message="<script>alert(1)</script>"))
    assert "<" not in refused["prologuehtml"]


@pytest.mark.parametrize("made", [*SAMPLES.values(), giant(50, "\u5bbd" * 5000)])
def test_codegrade_sends_one_share_and_small_messages(made):
    sent = messages(made)
    points = [message["points"] for message in sent if message["tag"] == "points"]
    assert len(points) == (made.outcome.value == "graded")
    for share in points:
        assert isinstance(share, str)
        assert 0 <= Decimal(share) <= 1
        assert "e" not in share.lower()
    assert all(len(line) < 6000 for line in exported("codegrade", made).splitlines())


@pytest.mark.parametrize(
    ("score", "most", "share"),
    [(7, 10, 0.7), (10, 10, 1.0), (0, 10, 0.0), (11, 10, 1.0), (-1, 10, 0.0), (2, 3, 0.666667)],
)
def test_a_share_is_between_nothing_and_all(score, most, share):
    assert Mark(score, most).share == share


@pytest.mark.parametrize("score", [1e-9, 1e9 - 1e-3])
def test_a_share_is_never_rounded_to_nothing_or_to_full_marks(score):
    assert 0 < Mark(score, 1e9).share < 1


def test_lti_ags_payload_is_as_platforms_want_it():
    payload = as_json("lti-ags", PARTIAL)
    assert payload["userId"] == "jdoe"
    assert (payload["scoreGiven"], payload["scoreMaximum"]) == (7, 10)
    assert (payload["activityProgress"], payload["gradingProgress"]) == (
        "Completed",
        "FullyGraded",
    )
    assert payload["timestamp"] == "2025-01-01T09:00:00.310+00:00"
    assert payload["comment"].isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2025-06-01T10:00:00+02:00", "2025-06-01T08:00:00.310+00:00"),
        ("2025-06-01T10:00:00.500", "2025-06-01T10:00:00.810+00:00"),
    ],
)
def test_times_have_a_zone_and_come_from_the_report(text, shown):
    made = replace(PARTIAL, timing=replace(PARTIAL.timing, started_at=text))
    assert as_json("lti-ags", made)["timestamp"] == shown
    assert as_json("ctrf", made)["timestamp"] == shown


@pytest.mark.parametrize("name", ["lti-ags", "ctrf", "junit"])
@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01T00:00:00+14:00"])
def test_a_report_without_a_time_is_told_so(name, text):
    made = replace(PARTIAL, timing=replace(PARTIAL.timing, started_at=text))
    with pytest.raises(UsageProblem, match="point in time"):
        exported(name, made)


def test_rows_of_a_submission_keep_their_order():
    numbers = [test["number"] for test in as_json("gradescope", PARTIAL)["tests"]]
    pairs = [tuple(map(int, number.split("."))) for number in numbers]
    assert all(one < two for one, two in pairwise(pairs))
