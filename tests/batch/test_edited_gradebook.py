"""What is damaged says so; what was edited by another hand is found and graded anew."""

import sqlite3
from contextlib import closing

import pytest

from grader.gradebook.store import FILE
from grader.model.errors import UsageProblem
from tests.batch import kit

ANEW = "the mark in the gradebook was edited by another hand: it was graded anew"
WRITTEN = "the report was edited by another hand: it was written anew"


def edit(out, *commands):
    with closing(sqlite3.connect(out / FILE)) as database, database:
        for command in commands:
            assert database.execute(command).rowcount != 0


def marked(column, value):
    return (
        f"UPDATE marks SET {column} = {value} WHERE id = "
        "(SELECT mark FROM learners WHERE id = 's0002')"
    )


def cut(path):
    path.write_bytes(path.read_bytes()[:6000])


def overwrite(path):
    data = bytearray(path.read_bytes())
    data[4096:] = b"\x5a" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b"this is no database at all " * 400),
        cut,
        overwrite,
        lambda path: edit(path.parent, "ALTER TABLE learners RENAME COLUMN team TO squad"),
        lambda path: edit(path.parent, "DROP TABLE attempts"),
        lambda path: edit(path.parent, "UPDATE conditions SET detail = 'none'"),
    ],
    ids=["other bytes", "cut off", "overwritten", "column", "table", "json"],
)
def test_a_damaged_gradebook_says_so_and_what_to_do(exercise, school, out, harm):
    kit.run(exercise, school, out)
    harm(out / FILE)
    with pytest.raises(UsageProblem) as refused:
        kit.run(exercise, school, out)
    assert refused.value.message.startswith(f"the gradebook {out / FILE} is damaged: ")
    assert str(out / "reports") in refused.value.next_move
    assert len(list((out / "reports").glob("*.json"))) == 12


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("score", "7"),
        ("score", "'many'"),
        ("max_score", "70"),
        ("scores", "'[]'"),
        ("outcomes", "'p'"),
        ("message", "'well done'"),
        ("report", "x'00'"),
    ],
)
def test_an_edited_mark_is_graded_anew_with_a_note(exercise, school, out, column, value):
    kit.run(exercise, school, out)
    before = kit.content(out)
    edit(out, marked(column, value))
    outcome, told = kit.run(exercise, school, out)
    assert told.graded == {"s0002"}
    assert outcome.exit_code == 0
    assert ANEW in kit.grades(out)["s0002"]["notes"]
    assert ANEW in kit.report(out, "s0002")["notes"]
    assert kit.content(out)["marks"] == before["marks"]
    _, told = kit.run(exercise, school, out)
    assert told.graded == set()
    assert kit.grades(out)["s0002"]["notes"] == ""


def test_a_mark_of_somebody_else_is_not_kept(exercise, school, out):
    kit.run(exercise, school, out)
    score = kit.grades(out)["s0002"]["score"]
    edit(out, "UPDATE learners SET mark = (SELECT mark FROM learners WHERE id = 's0000') "
         "WHERE id = 's0002'", "UPDATE attempts SET score = 70")  # fmt: skip
    kit.run(exercise, school, out)
    row = kit.grades(out)["s0002"]
    assert (row["score"], row["best_score"]) == (score, score)
    assert kit.grades(out)["s0000"]["best_score"] == "7"


def test_an_edited_mark_whose_file_is_not_here_is_no_mark(exercise, school, out):
    kit.run(exercise, school, out)
    edit(out, marked("score", "7"))
    (school / "s0002.py").unlink()
    outcome, _ = kit.run(exercise, school, out)
    row = kit.grades(out)["s0002"]
    assert (row["status"], row["score"]) == ("fault", "")
    assert "edited by another hand" in row["message"]
    assert outcome.exit_code == 5


@pytest.mark.parametrize("harm", ["another", "link", "gone"])
def test_a_replaced_report_is_written_anew_with_a_note(exercise, school, out, harm):
    kit.run(exercise, school, out)
    path = out / "reports" / "s0002.json"
    before = kit.report(out, "s0002")
    if harm == "another":
        path.write_bytes(path.read_bytes().replace(b'"score":4', b'"score":7') + b" ")
    else:
        path.unlink()
    if harm == "link":
        path.symlink_to(out / "reports" / "s0000.json")
    _, told = kit.run(exercise, school, out)
    assert told.graded == set()
    note = [] if harm == "gone" else [WRITTEN]
    assert kit.report(out, "s0002") == ({**before, "notes": note} if note else before)
    assert kit.grades(out)["s0002"]["notes"] == "".join(note)
    assert not path.is_symlink()
    kit.run(exercise, school, out)
    assert kit.report(out, "s0002") == before


def test_a_gradebook_without_checksums_is_taken_as_it_is(exercise, school, out):
    kit.run(exercise, school, out)
    edit(out, "DROP TABLE checksums")
    edit(out, "UPDATE learners SET written = substr(written, 1, 24)")
    _, told = kit.run(exercise, school, out)
    assert told.graded == set()
    edit(out, marked("score", "7"))
    _, told = kit.run(exercise, school, out)
    assert told.graded == {"s0002"}


def test_a_merge_takes_no_edited_mark(exercise, school, out):
    kit.run(exercise, school, out)
    edit(out, marked("score", "7"))
    told = kit.merge(exercise, out, "--out", out.with_name("all"))
    assert told.code == 2, told
    assert f"a mark in {out / FILE} was edited by another hand" in told.err
