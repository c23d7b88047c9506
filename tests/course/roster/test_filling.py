"""A platform's own table with the marks in it: what is filled, and that nothing else is touched."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.course.roster.filling import Filled, filled
from grader.course.roster.layout import Platform
from grader.course.roster.records import records
from grader.course.roster.table import Table
from grader.export.table import Marked
from grader.model.errors import UsageProblem
from tests.export.samples import PARTIAL, REFUSED

GERMAN = """\
ID,"Vollständiger Name","E-Mail-Adresse",Status,Bewertung,Bestwertung,"Bewertung kann geändert \
werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)","Feedback als Kommentar"
"Teilnehmer/in1234","Zoë Müller; Ng",zoe@example.edu,"Zur Bewertung abgegeben - ",,"10,00",Ja,\
"Montag, 15. Januar 2024, 10:30",-,
"Teilnehmer/in1235","Max ""Mäxchen"" Groß",max@example.edu,"Zur Bewertung abgegeben - ","3,50",\
"10,00",Ja,-,-,"<p>Zu kurz.</p>
<p>Bitte, mehr!</p>"
"Teilnehmer/in1236","Eva Öz",eva@example.edu,"Keine Abgabe - ",,"10,00",Ja,-,-,
"""
TOLD = "7.5 of 10 points"


def mark(score: float | None = 7.5, message: str = "") -> Marked:
    """A mark whose feedback is its points and, perhaps, a message."""
    return Marked(replace(REFUSED, message=message), score, "", 10.0)


def fill(text: str | bytes, name: str = "table.csv", **more: object) -> Filled:
    """The filled table."""
    marks = more.pop("marks", {"1234": mark()})
    data = text.encode() if isinstance(text, str) else text
    found = filled(data, name, marks, **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def refused(text: str, **more: object) -> UsageProblem:
    """What the table is refused with."""
    with pytest.raises(UsageProblem) as caught:
        fill(text, **more)
    assert caught.value.next_move
    return caught.value


# --- Moodle -------------------------------------------------------------------------------


def test_a_german_worksheet_keeps_every_byte_that_is_not_filled() -> None:
    marks = {"1234": mark(), "Teilnehmer/in1235": mark(10.0), "nobody": mark(), "1236": mark(None)}
    found = fill(GERMAN, "Bewertungen-K1-HA 2-77.csv", marks=marks)
    expected = GERMAN.replace(
        'abgegeben - ",,"10,00",Ja,"Montag, 15. Januar 2024, 10:30",-,\n',
        f'abgegeben - ","7,5","10,00",Ja,"Montag, 15. Januar 2024, 10:30",-,{TOLD}.\n',
    ).replace(
        '"3,50","10,00",Ja,-,-,"<p>Zu kurz.</p>\n<p>Bitte, mehr!</p>"',
        '"10","10,00",Ja,-,-,"10 of 10 points."',
    )
    assert found.data.decode() == expected
    assert found.platform is Platform.MOODLE
    assert found.name == "Bewertungen-K1-HA 2-77-filled.csv"
    assert (found.rows, found.without_row, found.maximum) == (2, ("nobody",), 10.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("excel", ["", "sep={}\n"])
def test_a_worksheet_is_handed_back_as_the_file_it_was(encoding, delimiter, newline, excel) -> None:
    text = excel + "Identifier{}Full name{}Grade{}Maximum grade{}Feedback comments\n"
    text += 'Participant 1234{}"Zoë{} ""N"""{}{}10.00{}\n\nParticipant 1235{}Bob{}{}10.00{}'
    text = text.replace("{}", delimiter).replace("\n", newline)
    mark_of = "\ufeff" if encoding.startswith("utf-16") else ""
    data = f"{mark_of}{text}".encode(encoding)
    assert fill(data, marks={"nobody": mark()}).data == data
    cells = delimiter * 2
    expected = f"{mark_of}{text}".replace(
        f'"{cells}10.00{delimiter}{newline}',
        f'"{delimiter}7.5{delimiter}10.00{delimiter}{TOLD}.{newline}',
        1,
    )
    assert fill(data).data.decode(encoding) == expected.encode(encoding).decode(encoding)


HEADS = {
    "english": "Identifier,Full name,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments",
    "french": "Identifiant,Nom complet,Statut,Note,Note maximale,La note peut être modifiée,"
    "Dernière modification (travail remis),Dernière modification (note),Feedback par commentaires",
    "blind": "Identifier,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments",
    "in groups": "Identifier,Full name,Status,Group,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Online text,Last modified (grade),Feedback comments",
    "unknown": "Tunnus,Kuka,Tila,Luku,Enintään,Muutettavissa,Palautettu,Arvioitu,Sanat",
}
CELLS = {
    "Group": "Team 1",
    "Full name": "Zoë Ng",
    "Nom complet": "Zoë Ng",
    "Grade": "",
    "Note": "",
    "Luku": "",
    "Maximum grade": "10.00",
    "Note maximale": "10.00",
    "Enintään": "10.00",
    "Online text": "",
    "Feedback comments": "",
    "Feedback par commentaires": "",
    "Sanat": "",
}
"""What stands in a column; `-` in others."""


def rows_of(head: str, numbers: tuple[int, ...] = (1234, 1235)) -> str:
    """A worksheet of such a header."""
    titles = head.split(",")[1:]
    return head + "".join(
        "\n" + ",".join([f"Participant{n}", *(CELLS.get(title, "-") for title in titles)])
        for n in numbers
    )


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_columns_are_found_in_any_language(head: str) -> None:
    found = fill(rows_of(head))
    row = next(csv.reader([found.data.decode().splitlines()[1]]))
    titles = head.split(",")
    most = next(place for place, title in enumerate(titles) if CELLS.get(title) == "10.00")
    assert row[most - 1] == "7.5"
    assert row[-1] == f"{TOLD}."
    others = [cell for place, cell in enumerate(row[:-1]) if place != most - 1]
    assert not set(others) & {"7.5", f"{TOLD}."}
    assert found.data.decode().splitlines()[2] == rows_of(head).splitlines()[2]


def test_a_worksheet_without_feedback_gets_the_marks_alone() -> None:
    head = HEADS["unknown"].removesuffix(",Sanat")
    assert fill(rows_of(head)).data.decode().splitlines()[1].endswith(",7.5,10.00,-,-,-")


def test_words_decide_where_what_stands_there_does_not() -> None:
    text = "Identifier,Office,Grade,Remarks\nParticipant 1234,,,\nParticipant 1235,,,\n"
    assert fill(text).data.decode().splitlines()[1] == "Participant 1234,,7.5,"


def test_where_nothing_tells_the_column_has_to_be_named() -> None:
    text = "Tunnus,Luku,Sanat\nOsallistuja1234,,\nOsallistuja1235,,\n"
    error = refused(text)
    assert error.message == (
        'table.csv: it is not clear which column the marks go into; it could be "Luku" and "Sanat"'
    )
    assert error.next_move == "Name one with --column."
    assert fill(text, column="luku").data.decode().splitlines()[1] == "Osallistuja1234,7.5,"
    other = refused(text, column="Tunnus")
    assert other.message == 'table.csv has no column "Tunnus" for marks; it has "Luku" and "Sanat"'
    assert "could be" in refused("Tunnus,Luku\nOsallistuja1234,\n").message


@pytest.mark.parametrize("before", ["", "bestanden"])
def test_a_scale_takes_no_points(before: str) -> None:
    text = "ID,Bewertung,Skala,Feedback als Kommentar\n"
    text += f'Teilnehmer/in1234,{before},"nicht bestanden\nbestanden",\n'
    assert refused(text).message == "table.csv is graded on a scale, and marks are points"


def test_feedback_is_html_and_no_formula() -> None:
    words = "'<' not supported"
    failing = replace(
        PARTIAL,
        tasks=tuple(
            replace(t, diagnoses=(), checks=tuple(replace(c, message=words) for c in t.checks))
            for t in PARTIAL.tasks
        ),
    )
    marks = {"1234": Marked.of(failing), "1235": Marked(REFUSED, None)}
    first, second = fill(rows_of(HEADS["english"]), marks=marks).data.decode().splitlines()[1:]
    assert "mul: '&lt;' not supported." in first
    assert second == rows_of(HEADS["english"]).splitlines()[2]


# --- other platforms ----------------------------------------------------------------------

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Office,HW 1 (111),HW 2 (222),Sums (333),Final Score
,,,,,,,Manual Posting,,
    Points Possible,,,,,,10.00,8.00,(read only),(read only)
"One, Student",1234,0012345,student01,"CS 101, sec 1",B2,9,,90,90
"Two, Student",1235,0012346,student02,CS 101,,8,EX,80,80
"Student, Test",99,,7cd9a8,CS 101,,,,0,0
"""


def test_canvas_gets_the_learners_with_a_mark_and_one_column() -> None:
    found = fill(CANVAS, column="HW 2")
    assert found.data.decode() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 2 (222)\n"
        "    Points Possible,,,,,8.00\n"
        '"One, Student",1234,0012345,student01,"CS 101, sec 1",7.5\n'
    )
    assert (found.platform, found.maximum, found.rows) == (Platform.CANVAS, 8.0, 1)
    assert fill(CANVAS, column="HW 2 (222)").data == found.data
    by_login = fill(CANVAS, column="HW 2", marks={"student01": mark(), "1234": mark(3.0)})
    assert b'sec 1",3\n' in by_login.data
    assert by_login.without_row == ("student01",)


def test_the_column_of_the_exercise_is_taken() -> None:
    report = replace(REFUSED, exercise=replace(REFUSED.exercise, title="hw-2"))
    found = fill(CANVAS, marks={"1234": Marked(report, 1.0)})
    assert b"HW 2 (222)" in found.data
    longer = CANVAS.replace("HW 2 (", "Week 3: HW-2, twice (").replace(
        "Week 3: HW-2, twice (222)", '"Week 3: HW-2, twice (222)"'
    )
    assert b"twice (222)" in fill(longer, marks={"1234": Marked(report, 1.0)}).data


def test_of_several_columns_one_has_to_be_named() -> None:
    error = refused(CANVAS)
    assert error.message.endswith('it could be "HW 1 (111)" and "HW 2 (222)"')
    assert 'no column "Sums" for marks' in refused(CANVAS, column="Sums").message


D2L = """\
OrgDefinedId,Username,Last Name,First Name,Email,HW 2 Points Grade <Numeric MaxPoints:10 Weight:5>,\
End-of-Line Indicator
#0012345,#student01,One,Student,student01@example.edu,,#
#0012346,#student02,Two,Student,student02@example.edu,4,#
"""


def test_brightspace_gets_what_it_finds_learners_by() -> None:
    found = fill(D2L, marks={"0012345": mark(), "0012346": mark(None)})
    assert found.data.decode() == (
        "OrgDefinedId,Username,HW 2 Points Grade <Numeric MaxPoints:10 Weight:5>,"
        "End-of-Line Indicator\n#0012345,#student01,7.5,#\n"
    )
    assert (found.platform, found.maximum) == (Platform.BRIGHTSPACE, 10.0)
    plain = D2L.replace(" <Numeric MaxPoints:10 Weight:5>", "")
    assert fill(plain, marks={"0012345": mark()}).maximum is None


BLACKBOARD = """\
"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t\
"Quiz [Total Pts: 5 Score] |991"\t"HW 2 [Total Pts: 10,5 Score] |1281892"\t\
"Total [Total Pts: up to 15 Score] |990"\t"Weighted Total [Total Pts: 0 Percentage] |989"
"Müller"\t"Zoë"\t"student01"\t"0012345"\t"2024-01-15"\t"Yes"\t"3"\t""\t"3"\t""
"Two"\t"Student"\t"student02"\t"0012346"\t""\t"Yes"\t""\t""\t""\t""
"""


def test_blackboard_gets_its_own_utf_16_back() -> None:
    data = f"\ufeff{BLACKBOARD}".encode("utf-16-le")
    found = fill(data, "gc_fullgc.xls", marks={"student01": mark()}, column="HW 2")
    assert found.data.startswith(b"\xff\xfe")
    header, row = found.data.decode("utf-16").splitlines()
    assert header.endswith('"Availability"\t"HW 2 [Total Pts: 10,5 Score] |1281892"')
    assert row == '"Müller"\t"Zoë"\t"student01"\t"0012345"\t"2024-01-15"\t"Yes"\t"7.5"'
    assert (found.platform, found.maximum) == (Platform.BLACKBOARD, 10.5)
    assert found.name == "gc_fullgc-filled.xls"
    listed = refused(BLACKBOARD, marks={"student01": mark()}).message
    assert "Total [" not in listed.replace("[Total Pts", "")


@pytest.mark.parametrize(
    "text",
    [
        "id,name\n17,Ada\n",
        "Identifier,Full name,Email address\nParticipant 50,Jane,j@example.edu\n",
        "Identifier,ID number,Group\nParticipant 50,12345,\nParticipant 51,12346,\n",
        "Student,ID,Section\nAda,17,one\n",
        "OrgDefinedId,Username,End-of-Line Indicator\n#17,#ada,#\n",
        '"Last Name","Username"\nAda,ada\n',
    ],
    ids=[
        "plain",
        "participants",
        "participants-with-numbers",
        "canvas-people",
        "brightspace-people",
        "blackboard-people",
    ],
)
def test_a_plain_roster_is_none_of_them(text: str) -> None:
    assert filled(text.encode(), "roster.csv", {"17": mark()}) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GERMAN.replace('Ng"', "Ng"), "table.csv, line 2: "),
        (GERMAN.replace("1235", "1234"), "the id Teilnehmer/in1234 is already on line 2"),
        ("", "table.csv is empty."),
    ],
    ids=["quote", "doubled", "empty"],
)
def test_a_table_that_is_no_roster_is_refused(text: str, told: str) -> None:
    assert told in refused(text).message


# --- cells as they are written ------------------------------------------------------------

PIECES = st.lists(st.sampled_from(["a", "é", " ", '""', ";", "\n", "\r\n", ","]), max_size=5)
QUOTED = PIECES.map(lambda pieces: f'"{"".join(pieces)}"')
PLAIN = st.lists(st.sampled_from(["a", "é", " ", "x"]), max_size=3).map("".join)
ROWS = st.lists(st.lists(st.one_of(QUOTED, PLAIN), min_size=1, max_size=4), min_size=1, max_size=5)


@given(ROWS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_records_are_the_rows_of_a_table(rows: list[list[str]], end: str, ended: bool) -> None:
    text = "head,b,c,d" + end + end.join(",".join(row) for row in rows) + (end if ended else "")
    found = list(records(text, ","))
    assert "".join(record.text(",") for record in found) == text
    read = [list(csv.reader(io.StringIO(",".join(one.cells), newline="")))[:1] for one in found]
    whole = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert [row[0] if row else [] for row in read] == whole
    table = Table("t", text.encode())
    assert {line for line, _ in table.rows()} <= {record.line for record in found}
    assert table.encoded(table.text) == text.encode()
