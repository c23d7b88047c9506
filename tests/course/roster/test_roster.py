"""Rosters as platforms and spreadsheets write them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.course.roster import Enrolled, Roster, read_roster
from grader.model.errors import UsageProblem

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Autograd (87568490)
    Points Possible,,,,,10
"Doe, Jane",50,S123,jdoe,CS101-1,7.5
"Roe, Rick",51,S124,rroe,CS101-1,EX
"""
CANVAS_MANUAL = CANVAS.replace("    Points", ",,,,,Manual Posting\n    Points")
MOODLE = """Identifier,Full name,ID number,Email address,Status,Grade
Participant 50,Jane Doe,S123,jdoe@example.edu,Submitted,
Participant 51,Rick Roe,S124,rroe@example.edu,,
"""
GRADESCOPE = """First Name,Last Name,SID,Email,Sections
Jane,Doe,S123,jdoe@example.edu,one
Rick,Roe,S124,rroe@example.edu,one
"""
CLASSROOM = """"identifier","github_username","github_id","name","group_name"
"S123","janedoe","7001","Jane Doe","team-1"
"S124","","",""
"""


def written(tmp_path: Path, text: str | bytes) -> Path:
    """The text as roster.csv."""
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def roster(tmp_path: Path, text: str | bytes) -> Roster:
    """The roster that the text is."""
    return read_roster(written(tmp_path, text))


def refused(tmp_path: Path, text: str | bytes) -> UsageProblem:
    """What the text is refused with: always a sentence and a next move."""
    with pytest.raises(UsageProblem) as caught:
        roster(tmp_path, text)
    error = caught.value
    assert "roster.csv" in error.message
    assert error.message.endswith(".")
    assert error.next_move
    return error


@pytest.mark.parametrize(
    ("text", "jane", "rick"),
    [
        (
            CANVAS,
            Enrolled("50", "Doe, Jane", None, ("S123", "jdoe")),
            Enrolled("51", "Roe, Rick", None, ("S124", "rroe")),
        ),
        (
            CANVAS_MANUAL,
            Enrolled("50", "Doe, Jane", None, ("S123", "jdoe")),
            Enrolled("51", "Roe, Rick", None, ("S124", "rroe")),
        ),
        (
            MOODLE,
            Enrolled("Participant 50", "Jane Doe", None, ("S123", "jdoe@example.edu", "50")),
            Enrolled("Participant 51", "Rick Roe", None, ("S124", "rroe@example.edu", "51")),
        ),
        (
            GRADESCOPE,
            Enrolled("S123", "Jane Doe", None, ("jdoe@example.edu",)),
            Enrolled("S124", "Rick Roe", None, ("rroe@example.edu",)),
        ),
        (
            CLASSROOM,
            Enrolled("S123", "Jane Doe", "team-1", ("janedoe", "7001")),
            Enrolled("S124", None, None, ()),
        ),
    ],
    ids=["canvas", "canvas-manual", "moodle", "gradescope", "classroom"],
)
def test_the_rosters_of_platforms(
    tmp_path: Path, text: str, jane: Enrolled, rick: Enrolled
) -> None:
    assert roster(tmp_path, text).learners == (jane, rick)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("excel", ["", "sep={}\n"])
def test_the_files_of_spreadsheets(
    tmp_path: Path, encoding: str, delimiter: str, newline: str, excel: str
) -> None:
    text = excel + 'Student-ID{}NAME{}Team\n17{}"Zoë; Ng, {}"{}red\n\n{}{}\n'
    data = text.replace("{}", delimiter).replace("\n", newline).encode(encoding)
    (learner,) = roster(tmp_path, data).learners
    assert learner == Enrolled("17", f"Zoë; Ng, {delimiter}".replace("\t", " ").strip(), "red")


@pytest.mark.parametrize(
    ("title", "known"),
    [
        ("id", True),
        ("Student ID", True),
        ("student_id", True),
        ("SIS User ID", True),
        ("userid", True),
        ("E-Mail", False),
        ("Email Address", True),
        ("LOGIN", True),
        ("GitHub Username", True),
        ("shoe size", False),
    ],
)
def test_names_of_columns(tmp_path: Path, title: str, known: bool) -> None:
    if known or title == "E-Mail":
        assert roster(tmp_path, f"name,{title}\nAda,17\n").learners[0].id == "17"
    else:
        error = refused(tmp_path, f"name,{title}\nAda,17\n")
        assert "has no column that identifies a learner" in error.message
        assert f"Its columns: name, {title}" in error.message


def test_cells_kept_from_calculating_are_read_as_meant(tmp_path: Path) -> None:
    found = roster(tmp_path, 'id,name\n"=""0017""",Ada\n\'@bob,Bob\n').learners
    assert [one.id for one in found] == ["0017", "@bob"]


def test_rows_may_be_short_and_cells_empty(tmp_path: Path) -> None:
    text = "email,id,first name,last name\nada@example.edu\n,18,,Kahn\n,,,\n"
    assert roster(tmp_path, text).learners == (
        Enrolled("ada@example.edu"),
        Enrolled("18", "Kahn"),
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("id,name\n17,Ada\n18,Bob\n17,Cy\n", "line 4: the id 17 is already on line 2"),
        ("id,name\nADA,Ada\nada,Bob\n", "line 3: the id ada is already on line 2"),
        ("id,name\n17,Ada\n,Bob\n", "line 3: Bob has no id"),
        ('id,name\n17,"Ada\nLovelace"\n,Bob\n', "line 4: Bob has no id"),
        ("id,name\n17,Kahn, Bob\n", "line 2: there are more cells than columns"),
        (b"id,name\n17,Ada\n18,Zo\xeb\n", "line 3: this is not UTF-8"),
        ('id,name\n17,"Ada\n', "line 2: a quote is opened here and not closed"),
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("id,name\n", "lists no learners"),
        ("Ada\nBob\n", "has no column that identifies a learner"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, what: str) -> None:
    if what == "lists no learners" and '"Ada' in str(text):
        assert roster(tmp_path, text).learners[0].name == "Ada"  # a quote left open to the end
    else:
        assert what in refused(tmp_path, text).message


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="No such file"):
        read_roster(tmp_path / "roster.csv")
    with pytest.raises(UsageProblem):
        read_roster(tmp_path)


# --- looking up ---------------------------------------------------------------------------


def test_a_learner_is_found_by_any_identifier() -> None:
    ada = Enrolled("17", "Lovelace, Ada", None, ("ALovelace", "ada@example.edu", "-"))
    bob = Enrolled("18", "Bob", None, ("bob", "-", "17"))
    known = Roster([ada, bob])
    assert known.find("17") is ada  # an id comes before what another column says
    assert known.find(" alovelace ") is known.find("ADA@EXAMPLE.EDU") is ada
    assert known.find("bob") is known.with_id("18") is bob
    assert known.with_id("bob") is None
    assert known.find("-") is None  # what two learners have tells nothing
    assert known.find("nobody") is None


@pytest.mark.parametrize(
    "name",
    [
        "Lovelace, Ada",
        "Ada Lovelace",
        "ada  lovelace",
        "ADA LOVELACE",
        "lovelaceada",
        "ada-lovelace",
    ],
)
def test_a_name_is_known_in_either_order(name: str) -> None:
    ada = Enrolled("17", "Lovelace, Ada")
    assert Roster([ada, Enrolled("18", "Bob Kahn")]).named(name) is ada
    assert Roster([Enrolled("17", "Ada Lovelace")]).named(name) is not None
    assert Roster([ada, Enrolled("18", "Ada Lovelace")]).named(name) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_roster_or_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, b"id,name\n" + data)
    try:
        found = read_roster(path).learners
    except UsageProblem as error:
        found, words = (), error.message
    else:
        words = "A roster."
    assert not {unicodedata.category(ch) for ch in words} & {"Cc", "Cf", "Cs"}
    assert all(one.id for one in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id,name\n1,"Doe\n2,Roe\n3,Poe\n', 2),
        ('id,name\n1,Doe\n2,"Roe, Rick\n"3","Poe, Pat"\n', 3),
        ('id,name\n1,Doe\n2,"Roe, Rick\n3,"Poe, Pat"\n', 3),
        ('id,name\n1,"Doe\nof two lines"\n2,"Roe', 4),
        ('id,"name\n1,Doe\n', 1),
        ('id;name\r\n"1;Doe\r\n2;Roe\r\n', 2),
        ('id,name\n1,"Doe"" and more\n', 2),
    ],
)
def test_a_quote_that_is_not_closed_is_refused_with_its_line(tmp_path, text, line):
    assert f"roster.csv, line {line}: a quote is opened" in refused(tmp_path, text).message


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"Doe" Jane', "Doe Jane"),
        ('"Doe, ""JJ"" Jane"', 'Doe, "JJ" Jane'),
        ('O"Brien', 'O"Brien'),
        ('"Doe\nJane"', "Doe\nJane"),
    ],
)
def test_quotes_that_are_closed_are_read(tmp_path, cell, name):
    read = roster(tmp_path, f"id,name\n1,{cell}\n2,Roe\n")
    assert [one.id for one in read.learners] == ["1", "2"]
    found = read.learners[0].name
    assert found is not None
    assert found.split() == name.split()
