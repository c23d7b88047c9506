"""`--export` of a class: tables for gradebooks, with the marks that the course gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import export
from grader.batch.marked import marked
from grader.batch.people import People
from grader.batch.reports import Names, Reports
from grader.cli.class_tables import ClassTables
from grader.course.policy import read_policy
from grader.gradebook.store import FILE, Gradebook
from grader.model.errors import UsageProblem
from grader.model.report import Verdict
from tests.batch import kit
from tests.batch.test_merge import in_shards
from tests.export.samples import cells

POLICY = """\
format: 1
due: 2026-03-01 12:00
time_zone: UTC
late:
  per_day: 1 point
"""
TIMES = "id,time\ns0001,2026-03-02 11:00\ns0002,2026-03-01 11:00\n"
OVERRIDES = "id,score,reason\ns0003,4.5,agreed\nbinary,2,a talk\nabsent,1,by word of mouth\n"
ROSTER = "".join(f"{one}\n" for one in ("id", *(f"s{n:04}" for n in range(12)), "binary", "absent"))


@pytest.fixture
def course(exercise, school, tmp_path):
    """A class with a file that is refused, and somebody who handed in nothing."""
    (school / "binary.py").write_bytes(b"\0")
    for name, text in (
        ("policy.yaml", POLICY),
        ("times.csv", TIMES),
        ("mine.csv", OVERRIDES),
        ("roster.csv", ROSTER),
    ):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def given(course, **more):
    """The options of a run in this process."""
    return {"roster": course / "roster.csv", "overrides": course / "mine.csv", **more}


def everybody(exercise, out, policy=None, *, anonymous=False):
    """The marks of the class by id, in their order."""
    with Gradebook(out / FILE) as book:
        people = People(book, Names(book, anonymous=anonymous), policy)
        reports = Reports(book, exercise, people.names)
        found = list(marked(people, reports))
    return {one.report.learner.id: one for one in found}


def test_the_marks_of_a_class_are_those_that_the_course_gives(exercise, school, course, out):
    policy = read_policy(course / "policy.yaml", course / "times.csv")
    kit.run(exercise, school, out, **given(course))
    plain, ruled = everybody(exercise, out), everybody(exercise, out, policy)
    assert list(plain) == sorted(plain) == sorted(kit.grades(out))
    for learner, one in plain.items():
        if learner not in {"s0003", "binary", "absent"}:
            assert (one.score, one.remark) == (one.report.score, "")
    assert (ruled["s0001"].score, ruled["s0001"].remark) == (6.0, "1 day late: -1")
    assert (ruled["s0002"].score, ruled["s0002"].remark) == (plain["s0002"].report.score, "")
    assert {one.maximum for one in ruled.values()} == {7.0}
    for learner, score, why in (("s0003", 4.5, "agreed"), ("binary", 2.0, "a talk")):
        assert plain[learner][1:3] == ruled[learner][1:3] == (score, f"set by a grader: {why}")
    assert plain["absent"].score == 1.0
    assert plain["absent"].report.outcome is Verdict.REFUSED
    assert plain["absent"].report.message == "nothing handed in"


def test_who_has_neither_a_report_nor_a_mark_is_not_there(exercise, school, course, out):
    kit.run(exercise, school, out, roster=course / "roster.csv")
    found = everybody(exercise, out)
    assert "absent" not in found
    assert found["binary"].score is None


def test_pseudonyms_stand_in_their_own_order(exercise, school, course, out):
    kit.run(exercise, school, out, **given(course, anonymous=True))
    found = everybody(exercise, out, anonymous=True)
    assert list(found) == sorted(found)
    assert len(found) == 14
    assert all(learner.startswith("anon-") for learner in found)


def test_no_report_on_the_disk_is_needed(exercise, school, out):
    kit.run(exercise, school, out)
    before = everybody(exercise, out)
    (out / "reports" / "s0004.json").unlink()
    assert everybody(exercise, out) == before


TABLES = ("--export", "canvas-csv=out/canvas.csv", "--export", "blackboard=blackboard.tsv")


def test_the_command(exercise, school, course, out):
    """A table into the folder that the batch makes, one elsewhere, one on standard output."""
    files = ("--roster", "roster.csv", "--overrides", "mine.csv")
    policy = ("--policy", "policy.yaml", "--times", "times.csv")
    words = (*files, *policy, *TABLES, "--export", "csv=-")
    done = kit.batch(exercise, school, "out", *words, cwd=course)
    assert done.code == 0, done.err
    header, maximum, *rows = cells((out / "canvas.csv").read_text("utf-8"))
    assert header[5] == exercise.title
    assert maximum[5] == "7"
    by_login = {row[3]: row[5] for row in rows}
    assert (by_login["s0001"], by_login["s0003"], by_login["binary"]) == ("6", "4.5", "2")
    text = (course / "blackboard.tsv").read_bytes().decode("utf-16")
    assert {row[0]: row[1] for row in cells(text, "\t")[1:]} == by_login
    names, *table = cells(done.out)
    remarks = {row[names.index("learner_id")]: row[names.index("remark")] for row in table}
    assert remarks["s0001"] == "1 day late: -1"
    assert sorted(remarks) == sorted(kit.grades(out))
    assert "class.html" in done.err


def test_merge_writes_them_too(exercise, school, course, out):
    in_shards(exercise, school, out, 2, **given(course))
    done = kit.merge(exercise, out, *TABLES, cwd=course)
    assert done.code == 0, done.err
    rows = cells((out / "canvas.csv").read_text("utf-8"))[2:]
    assert len(rows) == 14
    assert {row[3]: row[5] for row in rows}["absent"] == "1"


def test_a_format_that_is_no_table_ends_it_before_anything_is_done(exercise, school, out):
    words = ("--export", "gradescope=x.json")
    done = kit.batch(exercise, school, out, *words, cwd=school.parent)
    assert done.code == 2
    first, second = done.err.splitlines()
    assert first == "grader: gradescope is a format for one submission, not for a class"
    tables = [name for name in export.FORMATS if export.class_exporter(name)]
    assert all(name in second for name in tables)
    assert not out.exists()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["canvas-csv="], "--export 'canvas-csv=' is not of the form FORMAT=PATH"),
        (["canvsa-csv=x.csv"], "There is no export format 'canvsa-csv'."),
        (["csv=no/such/x.csv"], "cannot write no/such/x.csv: No such file or directory"),
        (["csv=-", "canvas-csv=-"], "only one thing can be written to standard output"),
    ],
    ids=["no-path", "misspelt", "unwritable", "twice-on-stdout"],
)
def test_what_cannot_be_written_is_said_beforehand(asked, told):
    with pytest.raises(UsageProblem) as caught, ClassTables(asked).prepared():
        pass
    assert caught.value.message == told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_table_that_does_not_fit_is_told_and_the_class_is_kept(exercise, school, out):
    done = kit.batch(exercise, school, out, "--export", "csv=/dev/full")
    assert done.code == 5
    assert "cannot write /dev/full: No space left on device" in done.err
    assert len(kit.grades(out)) == 12
