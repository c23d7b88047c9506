"""From the outside: what `grader grade` says of good, bad and unwritten work."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest

from grader.author.new import write_exercise
from tests.cli import submissions
from tests.cli.running import ROOT, Done, graded, grader, outcomes, scores

REFERENCE = ROOT / "reference/value.py"
STARTER = ROOT / "starter/value.py"


class Graded(NamedTuple):
    """What `grader grade` said, and the files it wrote."""

    done: Done
    json: Path
    html: Path

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report."""
        found: dict[str, Any] = json.loads(self.json.read_text("utf-8"))
        return found


@pytest.fixture(scope="module")
def overwriting() -> dict[str, Any]:
    """The report of the submission that writes `=` for `+=` in `__mul__`."""
    return graded(submissions.OVERWRITING)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Graded]:
    """Three submissions, graded into files."""
    found = {}
    for file in (REFERENCE, STARTER, submissions.OVERWRITING):
        folder = tmp_path_factory.mktemp("saved")
        paths = folder / "report.json", folder / "page.html"
        done = grader("grade", file, "--json", paths[0], "--html", paths[1])
        assert done.code == 0, done
        found[file.parent.name] = Graded(done, *paths)
    return found


def without_timing(report: dict[str, Any]) -> dict[str, Any]:
    """All of a report that two gradings must agree on."""
    assert report["timing"]["duration_s"] > 0
    return {key: value for key, value in report.items() if key != "timing"}


def test_the_reference_has_full_marks(saved: Mapping[str, Graded]) -> None:
    """10 of 10, on screen and in the report."""
    done, report = saved["reference"].done, saved["reference"].report
    assert "10 / 10" in done.out
    assert "Full marks" in done.out
    assert (report["outcome"], report["score"], report["max_score"]) == ("graded", 10.0, 10.0)
    assert set(outcomes(report).values()) == {"passed"}


def test_the_starter_is_met_with_help_and_not_with_a_wall_of_errors(
    saved: Mapping[str, Graded],
) -> None:
    """0 of 10; every task is unwritten or blocked, and the first hint stands there."""
    done, report = saved["starter"].done, saved["starter"].report
    assert "0 / 10" in done.out
    assert "Begin with add" in done.out
    assert "By how much does `a + b`" in done.out
    assert "NotImplementedError" not in done.out
    assert len(done.out.splitlines()) < 30
    assert report["score"] == 0
    assert outcomes(report) == {
        "add": "unwritten",
        "mul": "unwritten",
        "relu": "unwritten",
        "neuron": "blocked",
    }
    found = {check["outcome"] for task in report["tasks"] for check in task["checks"]}
    assert found == {"unwritten", "blocked"}


def test_the_report_is_what_the_schema_says(saved: Mapping[str, Graded]) -> None:
    """Of right, wrong and unwritten code: valid under `grader schema report`."""
    schema = json.loads(grader("schema", "report").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    for one in saved.values():
        jsonschema.Draft202012Validator(schema).validate(one.report)


def test_a_report_is_alone_on_standard_output() -> None:
    """With `--json -` the scorecard is on standard error."""
    done = grader("grade", REFERENCE, "--task", "relu", "--json", "-")
    assert json.loads(done.out)["score"] == 2
    assert " / 2" in done.err


def test_times_are_told_to_the_microsecond(overwriting: dict[str, Any]) -> None:
    times = overwriting["timing"]["checks"].values()
    assert len(times) == sum(len(task["checks"]) for task in overwriting["tasks"])
    assert [seconds for seconds in times if seconds != round(seconds, 6)] == []


def test_two_gradings_differ_only_in_timing(
    overwriting: dict[str, Any], saved: Mapping[str, Graded]
) -> None:
    """Diagnosis, evidence, seed and marks are the same again."""
    assert without_timing(saved["examples"].report) == without_timing(overwriting)


def test_overwriting_costs_points_where_a_factor_is_used_twice(overwriting: dict[str, Any]) -> None:
    """Points are lost in mul and in neuron, none in add and relu."""
    points = scores(overwriting)
    assert (points["add"], points["relu"]) == (3, 2)
    assert 0 < points["mul"] < 3
    assert 0 < points["neuron"] < 2
    assert overwriting["score"] == pytest.approx(sum(points.values()), abs=1e-3)


def test_overwriting_is_named_once_and_recognised_where_it_returns(
    overwriting: dict[str, Any],
) -> None:
    """mul names the mistake; neuron's checks that it fails wait for mul, and are not wrong."""
    tasks = {task["id"]: task for task in overwriting["tasks"]}
    (diagnosis,) = tasks["mul"]["diagnoses"]
    assert diagnosis["id"] == "mul/ReplacesGradient"
    waiting = [c for c in tasks["neuron"]["checks"] if c["outcome"] != "passed"]
    assert waiting
    assert {(c["outcome"], c["message"], c["same_as"]) for c in waiting} == {
        ("blocked", "waits for mul", "mul")
    }
    assert all(
        check["id"] in diagnosis["checks"]
        for check in tasks["mul"]["checks"]
        if check["outcome"] == "failed"
    )


def test_overwriting_is_shown_in_the_smallest_program(saved: Mapping[str, Graded]) -> None:
    """A product of a value with itself, with expected and got."""
    done = saved["examples"].done
    assert "b = a * a" in done.out
    assert "expected 6.0, got 3.0" in done.out
    assert "first wrong value" in done.out
    assert "waits for mul: 10 checks" in done.out


def test_a_folder_a_zip_and_standard_input_are_graded_alike(
    overwriting: dict[str, Any], tmp_path: Path
) -> None:
    """The same source has the same marks whatever it comes in; the zip's is below the bar."""
    folder = tmp_path / "work"
    folder.mkdir()
    submissions.write(folder, submissions.wrong_mul())
    with zipfile.ZipFile(tmp_path / "work.zip", "w") as archive:
        archive.write(folder / "value.py", "work/value.py")
    expected = scores(overwriting)
    assert scores(graded(folder, "--fail-under", 50)) == expected
    assert scores(graded(tmp_path / "work.zip", "--fail-under", 90, code=1)) == expected
    source = (folder / "value.py").read_bytes()
    done = grader("grade", "-", "--json", "-", stdin=source)
    assert scores(json.loads(done.out)) == expected


def test_one_task_alone_is_graded_out_of_its_own_points() -> None:
    """`--task relu` reports relu and nothing else."""
    report = graded(submissions.OVERWRITING, "--task", "relu")
    assert scores(report) == {"relu": 2}
    assert (report["score"], report["max_score"]) == (2, 2)


def test_a_saved_report_is_shown_again(saved: Mapping[str, Graded], tmp_path: Path) -> None:
    """`grader report` draws what `grader grade` drew, page and scorecard, with the exercise."""
    (done, path, first), second = saved["examples"], tmp_path / "second.html"
    again = grader("report", path, "--html", second)
    assert again.code == 0
    assert "replaces the gradient" in again.out
    assert again.out == done.out
    assert first.read_bytes() == second.read_bytes()
    assert 'class="statement"' in first.read_text("utf-8")


def test_a_report_of_another_exercise_is_not_shown_with_this_one(
    saved: Mapping[str, Graded], tmp_path: Path
) -> None:
    """Statements of an exercise that it is not of would be false words."""
    write_exercise(tmp_path / "other")
    refused = grader("report", saved["examples"].json, "--exercise", tmp_path / "other")
    assert refused.code == 2
    assert "this report is of the exercise autograd-operations" in refused.err


def test_a_learner_goes_from_the_starter_to_the_first_mark(tmp_path: Path) -> None:
    """`init`, `check`, an edit, `check`: as the README tells it."""
    done = grader("init", "work", cwd=tmp_path)
    assert done.code == 0
    work = tmp_path / "work"
    names = [".gitignore", "test_value.py", "value.py"]
    assert sorted(path.name for path in work.iterdir()) == names
    first = grader("check", cwd=work)
    assert first.code == 1
    assert "Begin with add" in first.out
    assert "NOT ISOLATED" not in first.out
    submissions.write(work, submissions.REFERENCE)
    second = grader("check", cwd=work)
    assert second.code == 0
    assert "10 / 10" in second.out
    again = grader("init", "work", cwd=tmp_path)
    assert again.code == 2
    assert "already there" in again.err
    assert (work / "value.py").read_text("utf-8") == submissions.REFERENCE
