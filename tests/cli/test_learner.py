"""`--learner-id` and `--learner-name`: whose submission it is, where only a person knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.cli.options import learner_given
from grader.model.errors import UsageProblem
from grader.model.report import Learner
from grader.report import wire
from tests.cli import submissions
from tests.cli.running import grader
from tests.export.samples import PARTIAL


def test_grade_gives_the_report_its_learner(tmp_path: Path) -> None:
    """And so a table for a gradebook can be written of one submission."""
    report, table = tmp_path / "report.json", tmp_path / "canvas.csv"
    whose = ("--learner-id", "jdoe", "--learner-name", "Doe, Jane")
    outputs = ("--json", report, "--export", f"canvas-csv={table}")
    done = grader("grade", submissions.OVERWRITING, *whose, *outputs)
    assert done.code == 0, done.err
    assert json.loads(report.read_bytes())["learner"] == {"id": "jdoe", "name": "Doe, Jane"}
    assert '"Doe, Jane",,,jdoe,' in table.read_text("utf-8")


def test_report_takes_another_learner(tmp_path: Path) -> None:
    saved = tmp_path / "report.json"
    saved.write_bytes(wire.encode(PARTIAL))
    done = grader("report", saved, "--learner-id", "007", "--export", "brightspace=-")
    assert done.out.splitlines()[1] == "007,,7,#"


@pytest.mark.parametrize(
    ("given", "learner"),
    [
        ((None, None), None),
        ((" jdoe ", None), Learner("jdoe")),
        (("jdoe", " Jane\tDoe\n"), Learner("jdoe", "Jane Doe")),
        (("jdoe", "Jane\u202eDoe"), Learner("jdoe", "Jane\ufffdDoe")),
        (("jdoe", " "), Learner("jdoe")),
    ],
    ids=["none", "id", "both", "hostile", "empty-name"],
)
def test_the_learner_of_the_options(
    given: tuple[str | None, str | None], learner: Learner | None
) -> None:
    assert learner_given(*given) == learner


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((" ", "Jane"), "--learner-id is empty"),
        ((None, "Jane"), "--learner-name is of use with --learner-id alone"),
    ],
    ids=["empty", "name-alone"],
)
def test_a_name_needs_an_id(given: tuple[str | None, str | None], told: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        learner_given(*given)
    assert caught.value.message == told
    assert caught.value.next_move == "Give the id that the gradebook knows: --learner-id ID."
