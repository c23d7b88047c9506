"""What a batch says with rosters of many kinds, whole, as goldens: run with `--accept` to renew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.batch import kit

GOLDEN = Path(__file__).parent / "golden"
MOODLE = tuple(f"Student {number}_{number}_assignsubmission_file_" for number in (1234, 1235))
CANVAS = ("onestudent_50_9001_stack.py", "twostudent_51_9002_stack.py")
PLAIN = ("student01.py", "student02.py")

CASES = {
    "moodle-german": (
        MOODLE,
        'ID,"Vollständiger Name","E-Mail-Adresse",Status,Bewertung\n'
        '"Teilnehmer/in1234","Student 1234",student01@example.edu,"Zur Bewertung abgegeben - ",\n'
        '"Teilnehmer/in1235","Student 1235",student02@example.edu,"Zur Bewertung abgegeben - ",\n'
        '"Teilnehmer/in1236","Student 1236",student03@example.edu,"Keine Abgabe - ",\n',
    ),
    "moodle-japanese": (
        MOODLE,
        "識別子,フルネーム,ステータス\n参加者1234,Student 1234,-\n参加者1235,Student 1235,-\n",
    ),
    "brightspace": (
        PLAIN,
        "OrgDefinedId,Username,Last Name,First Name,End-of-Line Indicator\n"
        "#0017,#student01,One,Student,#\n#0018,#student02,Two,Student,#\n",
    ),
    "registration-number": (
        PLAIN,
        "E-Mail;Matr.-Nr.;Name;Vorname\na@example.edu;student01;One;Student\n"
        "b@example.edu;student02;Two;Student\n",
    ),
    "canvas-test-student": (
        CANVAS,
        "Student,ID,SIS Login ID,HW 1 (111)\n    Points Possible,,,10\n"
        '"One, Student",50,student01,\n"Two, Student",51,student02,\n"Student, Test",99,7c,\n',
    ),
    "shortened-number": (PLAIN, "Matrikelnummer,Name\n1.23457E+11,Student One\n"),
    "nobody": (PLAIN, "Matrikelnummer,Name\n17,Student One\n18,Student Two\n"),
    "no-column": (PLAIN, "Schuhgröße,Farbe\n17,rot\n"),
}


def whole(done) -> str:
    """Exit code and both streams, without what differs from run to run."""
    text = f"exit code {done.code}\n--- stderr\n{done.err}--- stdout\n{done.out}"
    return re.sub(r"\d+(?:\.\d+)? (?:ms|s)\b", "0 s", text)


@pytest.mark.parametrize("name", CASES)
def test_the_words_of_a_batch(exercise, tmp_path, name: str, accept_golden: bool) -> None:
    pieces, roster = CASES[name]
    for number, piece in enumerate(pieces):
        path = tmp_path / "class" / piece
        path = path if path.suffix == ".py" else path / "stack.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(kit.source(exercise, number), "utf-8")
    (tmp_path / "roster.csv").write_text(roster, "utf-8")
    words = ("class", "out", "--roster", "roster.csv")
    text = whole(kit.batch(exercise, *words, cwd=tmp_path, columns=100))
    golden = GOLDEN / f"{name}.txt"
    if accept_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
