"""A grader's own marks: checked line by line before any of them counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.roster import Enrolled, Override, Roster, read_overrides
from grader.model.errors import UsageProblem


def overrides(tmp_path: Path, text: str, *, roster: Roster | None = None) -> dict[str, Override]:
    """The overrides in the text, for two learners and ten points."""
    path = tmp_path / "overrides.csv"
    path.write_text(text, encoding="utf-8")
    return read_overrides(path, max_score=10, known=["17", "Ada", "=x"], roster=roster)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("id,score,reason\n17,7.5,Oral exam\n", 7.5),
        ("ID;Score;Reason\n17;7,5;Oral exam\n", 7.5),
        ('Student ID,Points,Comment\n17,"7,5",Oral exam\n', 7.5),
        ("reason\tscore\tid\nOral exam\t10\t17\n", 10),
        ("id,score,reason\n17,0,Oral exam\n", 0),
        ("id,score,reason\n17,1e1,Oral exam\n", 10),
    ],
)
def test_a_mark_and_its_reason(tmp_path: Path, text: str, score: float) -> None:
    assert overrides(tmp_path, text) == {"17": Override("17", score, "Oral exam")}


def test_ids_are_found_as_written_or_through_the_roster(tmp_path: Path) -> None:
    text = "id,score,reason\nada,1,a\nmail@example.edu,2,b\n'=x,3,c\n"
    roster = Roster([Enrolled("17", "Ada", None, ("mail@example.edu",))])
    found = overrides(tmp_path, text, roster=roster)
    assert {learner: one.score for learner, one in found.items()} == {"Ada": 1, "17": 2, "=x": 3}


@pytest.mark.parametrize(
    ("line", "what", "next_move"),
    [
        ("17,seven,why", 'the score "seven" is not a number', "digits"),
        ("17,,why", 'the score "" is not a number', "digits"),
        ("17,nan,why", 'the score "nan" is not a number', "digits"),
        ("17,inf,why", 'the score "inf" is not a number', "digits"),
        ("17,1_0,why", 'the score "1_0" is not a number', "digits"),
        ("17,10.5,why", "the score 10.5 is not between 0 and 10", "Correct"),
        ("17,-1,why", "the score -1 is not between 0 and 10", "Correct"),
        ("17,5,", "there is no reason", "Say why"),
        ("Adda,5,why", "there is no learner Adda", "Did you mean Ada?"),
        ("zz,5,why", "there is no learner zz", "Check the id"),
        (",5,why", "there is no id", "Check the id"),
        ("ADA,5,why", "ADA is already on line 2", "Keep one"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, line: str, what: str, next_move: str
) -> None:
    with pytest.raises(UsageProblem) as caught:
        overrides(tmp_path, f"id,score,reason\nAda,5,why\n{line}\n")
    assert f"overrides.csv, line 3: {what}" in caught.value.message
    assert next_move in caught.value.next_move


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="Its columns: id, score") as caught:
        overrides(tmp_path, "id,score\n17,5\n")
    assert "id, score and reason" in caught.value.next_move
