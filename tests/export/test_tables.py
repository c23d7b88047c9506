"""Gradebooks: whose mark it is, who is left out, and no cell that is a formula."""

import pytest
from msgspec.structs import replace

from grader import export
from grader.export.table import Marked
from grader.model.errors import UsageProblem
from grader.model.report import Learner
from tests.export.samples import FAULT, FORMATS, PARTIAL, REFUSED, SAMPLES, cells, exported

TABLES = ["blackboard", "brightspace", "canvas-csv", "csv", "moodle-csv"]
GRADEBOOKS = [name for name in TABLES if name != "csv"]


def read(name, text):
    """The table's rows."""
    return cells(text, "\t" if name == "blackboard" else ",")


@pytest.mark.parametrize("name", [*GRADEBOOKS, "lti-ags"])
@pytest.mark.parametrize("learner", [None, Learner(""), Learner(" \n ")])
def test_a_gradebook_has_to_know_whose_mark_it_is(name, learner):
    with pytest.raises(UsageProblem, match="whose submission"):
        exported(name, replace(PARTIAL, learner=learner))


def test_canvas_has_a_header_it_accepts_and_the_row_of_maxima():
    header, maxima, row = cells(exported("canvas-csv", PARTIAL))
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert "Points Possible" in maxima[0]
    assert maxima[5] == "10"
    assert row == ["Doe, Jane", "", "", "jdoe", "", "7"]


@pytest.mark.parametrize(
    ("learner", "ids"),
    [
        ("50", ["50", "", ""]),
        ("50abc", ["", "", "50abc"]),
        ("\u0665\u0660", ["", "", "\u0665\u0660"]),
    ],
)
def test_canvas_reads_only_plain_numbers_as_its_own_id(learner, ids):
    made = replace(PARTIAL, learner=Learner(learner))
    assert cells(exported("canvas-csv", made))[2][1:4] == ids


def test_a_learner_cannot_pose_as_the_row_of_maxima():
    made = replace(PARTIAL, learner=Learner("7", "x Points Possible"))
    maxima = [row for row in cells(exported("canvas-csv", made)) if "Points Possible" in row[0]]
    assert len(maxima) == 1


@pytest.mark.parametrize(
    ("learner", "ids"),
    [("0050", ["0050", ""]), ("jdoe", ["", "jdoe"]), ("\u0665", ["", "\u0665"])],
)
def test_brightspace_gets_an_id_or_a_username_and_the_end_of_each_line(learner, ids):
    made = replace(PARTIAL, learner=Learner(learner))
    header, row = cells(exported("brightspace", made))
    assert header[2:] == ["Basic autograd operations Points Grade", "End-of-Line Indicator"]
    assert row == [*ids, "7", "#"]


def test_blackboard_is_tabs_in_utf_16_and_others_are_utf_8():
    text = exported("blackboard", replace(PARTIAL, learner=Learner("zo\u00eb\t x")))
    assert text == "Username\tBasic autograd operations\nzo\u00eb x\t7\n"
    data = export.encoded("blackboard", text)
    assert data[:4] == b"\xff\xfeU\x00"
    assert data.decode("utf-16") == text
    assert export.encoded("csv", text) == export.encoded("somebody-elses", text) == text.encode()


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r@", " \n-", "\u200b="])
def test_no_cell_is_a_formula(name, start):
    attack = f"{start}cmd|' /C calc'!A0"
    made = replace(
        PARTIAL,
        learner=Learner(attack, attack),
        message=attack,
        exercise=replace(PARTIAL.exercise, title=attack),
        submission=replace(PARTIAL.submission, name=attack),
    )
    for row in read(name, exported(name, made)):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)


@pytest.mark.parametrize("name", TABLES)
def test_a_class_has_one_header_and_the_rows_of_its_reports(name):
    rows = export.class_exporter(name)
    class_of = [REFUSED, FAULT, PARTIAL, replace(PARTIAL, learner=None), SAMPLES["full"]]
    table = read(name, "".join(rows(map(Marked.of, class_of))))
    assert len({len(row) for row in table}) == 1
    assert len(table) == {"canvas-csv": 4, "csv": 6}.get(name, 3)
    alone = [
        read(name, "".join(rows([Marked.of(made)])))[-1] for made in (PARTIAL, SAMPLES["full"])
    ]
    assert [row for row in table if row in alone] == alone


def test_a_class_is_read_one_report_at_a_time():
    taken = []

    def lazily():
        for number in range(1000):
            taken.append(number)
            yield Marked.of(PARTIAL)

    lines = export.class_exporter("csv")(lazily())
    for _ in range(5):
        next(lines)
    assert len(taken) <= 5


def test_an_empty_class_is_no_error():
    assert "".join(export.class_exporter("canvas-csv")([])) == ""
    assert "".join(export.class_exporter("csv")([])).startswith("exercise,")


def test_the_mark_handed_over_is_the_courses():
    """A policy's mark in the place of the report's, and a refused file's that a grader set."""
    course = [
        Marked(REFUSED, 4.5, "set by a grader: agreed", 10.0),
        Marked(PARTIAL, 6.3, "1 day late: -0.7", 10.0),
        Marked(SAMPLES["full"], None, "not in this course", 10.0),
    ]
    tables = {name: read(name, "".join(export.class_exporter(name)(course))) for name in TABLES}
    assert [row[5] for row in tables["canvas-csv"][1:]] == ["10", "4.5", "6.3"]
    assert [row[2] for row in tables["brightspace"][1:]] == ["4.5", "6.3"]
    assert [row[1] for row in tables["blackboard"][1:]] == ["4.5", "6.3"]
    assert [row[2] for row in tables["moodle-csv"][1:]] == ["4.5", "6.3"]
    header, *rows = tables["csv"]
    told = [[row[header.index(name)] for name in ("score", "max_score", "remark")] for row in rows]
    assert told == [
        ["4.5", "10", course[0].remark],
        ["6.3", "10", course[1].remark],
        ["", "10", course[2].remark],
    ]


def test_canvas_takes_its_row_of_maxima_at_the_top_alone():
    course = [Marked(REFUSED, 4.5), Marked.of(PARTIAL)]
    table = cells("".join(export.class_exporter("canvas-csv")(course)))
    assert [row[5] for row in table[1:]] == ["4.5", "7"]


def test_only_tables_write_a_class():
    tables = [name for name in FORMATS if export.class_exporter(name)]
    assert tables == TABLES
