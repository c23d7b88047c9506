"""A class that is graded but should be looked at: a sentence each, and exit code 6."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

from grader.batch.doubts import doubts_about, remarks
from grader.batch.reports import Names
from grader.course.downloads import Claim
from grader.course.roster import Enrolled, Roster, seats
from grader.gradebook.doubts import Doubt, doubts_of, set_doubts
from grader.gradebook.store import FILE, Gradebook
from grader.model.class_report import Counts, RemarkKind
from tests.batch import kit

OUTSIDE = (
    "none of the 12 submissions is in the roster: ids look like `s0000`, the roster's like `17`"
)


def counts(**numbers):
    """Nobody of any kind but these."""
    return Counts(**{**dict.fromkeys(Counts.__struct_fields__, 0), **numbers})


def told(tmp_path, doubts=(), *, anonymous=False, **numbers):
    """The sentences."""
    with Gradebook(tmp_path / FILE) as book:
        found = remarks(doubts, counts(**numbers), Names(book, anonymous=anonymous))
    return [str(remark.message) for remark in found]


def from_names(learners, roster, **facts):
    """The doubts about so many learners and a roster of such ids."""
    claims = [Claim(learner_id=learner, source=None) for learner in learners]
    known = Roster([Enrolled(one) for one in roster]) if roster is not None else None
    return doubts_about(claims, seats(claims, known), known, **facts)


# --- what is doubtful ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roster", "doubtful"), [(None, False), (["17"], True), (["17", "b"], False)]
)
def test_nobody_in_the_roster(roster, doubtful):
    found = from_names(["a", "b", "c"], roster)
    expected = (Doubt(RemarkKind.NOT_IN_ROSTER, 3, ("a", "17")),) if doubtful else ()
    assert found == expected


def test_what_the_download_tells():
    found = from_names(["a"], None, several_names=["a"], tied=["b", "c"])
    assert found == (
        Doubt(RemarkKind.SEVERAL_NAMES, 1, ("a",)),
        Doubt(RemarkKind.TIED, 2, ("b", "c")),
    )


@pytest.mark.parametrize(
    ("learners", "absent", "refused", "said"),
    [
        (30, 0, 15, None),
        (30, 0, 16, "more than half of the submissions were refused, 16 of 30"),
        (30, 20, 6, "more than half of the submissions were refused, 6 of 10"),
        (2, 1, 1, "the only submission was refused"),
        (3, 3, 0, None),
        (0, 0, 0, None),
    ],
)
def test_more_than_half_refused(tmp_path, learners, absent, refused, said):
    found = told(tmp_path, learners=learners, absent=absent, refused=refused)
    assert found == ([f"{said}: grades.csv says why"] if said else [])


def test_the_sentences(tmp_path):
    one = (
        Doubt(RemarkKind.NOT_IN_ROSTER, 1, ("a\x1b[31m", "17")),
        Doubt(RemarkKind.SEVERAL_NAMES, 1, ("a",)),
        Doubt(RemarkKind.TIED, 1, ("b",)),
    )
    assert told(tmp_path, one) == [
        "the only submission is not in the roster: its id is `a?[31m`, the roster's look like `17`",
        "the id `a` is claimed under different names",
        "the files of `b` tie: which is the newest cannot be told",
    ]
    many = tuple("abcdefg")
    several = (Doubt(RemarkKind.SEVERAL_NAMES, 7, many), Doubt(RemarkKind.TIED, 7, many))
    names = "`a`, `b`, `c`, `d`, `e` and 2 more"
    assert told(tmp_path, several) == [
        f"7 ids are claimed under different names: {names}",
        f"the files of 7 learners tie, and which are the newest cannot be told: {names}",
    ]


def test_anonymous_sentences_name_nobody(tmp_path):
    doubts = [Doubt(kind, 2, ("maria", "mario")) for kind in RemarkKind
              if kind is not RemarkKind.MOSTLY_REFUSED]  # fmt: skip
    found = told(tmp_path, doubts, anonymous=True)
    assert found[0] == "none of the 2 submissions is in the roster"
    assert len(found) == 3
    assert not re.search("mari[ao]", " ".join(found))


def test_a_gradebook_of_an_earlier_release_has_no_doubts(tmp_path):
    with Gradebook(tmp_path / FILE):
        pass
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("DROP TABLE doubts")
    database.close()
    with Gradebook(tmp_path / FILE, readonly=True) as book:
        assert doubts_of(book, 1) == []
    with Gradebook(tmp_path / FILE) as book:
        set_doubts(book, 1, [Doubt(RemarkKind.TIED, 1, ("a",))])
        assert doubts_of(book, 1) == [Doubt(RemarkKind.TIED, 1, ("a",))]
        assert doubts_of(book, 2) == []


# --- from the outside ---------------------------------------------------------------------


@pytest.fixture
def strangers(tmp_path):
    """A roster that has nobody of the class."""
    path = tmp_path / "roster.csv"
    path.write_text("Student ID,Login,Name\n17,seventeen,Student One\n18,b,Student Two\n", "utf-8")
    return path


def remarked(out):
    """The remarks in class.json."""
    return json.loads((out / "class.json").read_bytes())["remarks"]


def test_a_class_that_is_not_in_the_roster(exercise, school, out, strangers):
    done = kit.batch(exercise, school, out, "--roster", strangers)
    assert done.code == 6, done.err + done.out
    assert done.err.splitlines() == [
        'grader: the roster\'s ids are taken from "Student ID"; submissions are joined by "Login", '
        "too",
        f"grader: {OUTSIDE}",
    ]
    assert remarked(out) == [{"kind": "not_in_roster", "message": OUTSIDE}]
    done = kit.batch(exercise, school, out, "--only", "s0001")
    assert (done.code, done.err) == (0, "")
    assert remarked(out) == []


def test_one_learner_in_the_roster_is_enough(exercise, school, out, strangers):
    strangers.write_text("id\ns0003\n", "utf-8")
    done = kit.batch(exercise, school, out, "--roster", strangers)
    assert (done.code, done.err) == (0, "")


def test_a_class_that_is_refused(exercise, school, out):
    for number in range(13):
        (school / f"binary{number:02}.py").write_bytes(b"\0")
    done = kit.batch(exercise, school, out)
    assert done.code == 6, done.err + done.out
    sentence = "more than half of the submissions were refused, 13 of 25: grades.csv says why"
    assert done.err == f"grader: {sentence}\n"
    (school / "binary00.py").unlink()
    (school / "s9999.py").write_text(kit.source(exercise, 9999), "utf-8")
    done = kit.batch(exercise, school, out, "--anonymous")
    assert (done.code, done.err) == (0, ""), "13 are kept, of now 26"


def test_the_log_has_remarks_as_events(exercise, school, out, strangers):
    done = kit.batch(exercise, school, out, "--roster", strangers, "--log-json")
    assert done.code == 6
    events = [json.loads(line) for line in done.err.splitlines()]
    found = [(one["kind"], one["message"]) for one in events if one["event"] == "remark"]
    assert [kind for kind, _ in found] == ["roster_column", "not_in_roster"]
    assert found[1][1] == OUTSIDE
    assert (events[0]["event"], events[-1]["event"]) == ("started", "finished")


def test_a_fault_comes_before_a_doubt(exercise, school, out, strangers):
    doubts = (Doubt(RemarkKind.TIED, 1, ("s0000",)),)
    outcome, _ = kit.run(exercise, school, out, roster=strangers)
    assert outcome.exit_code == 6
    with Gradebook(out / FILE) as book:
        book.do("UPDATE learners SET state = 'fault' WHERE id = 's0000'")
        from grader.batch.outputs import write_outputs

        set_doubts(book, 1, doubts)
        names = Names(book, anonymous=False)
        outcome = write_outputs(book, out, exercise, 1, 1, names)
    assert [remark.kind for remark in outcome.view.remarks] == [RemarkKind.TIED]
    assert outcome.exit_code == 5


def test_shards_and_their_merge_end_alike(exercise, school, out, strangers):
    for number in (1, 2):
        more = ("--shard", f"{number}/2", "--roster", strangers)
        done = kit.batch(exercise, school, out, *more)
        assert done.code == 6, done.err
        assert OUTSIDE in done.err, "of the whole class, not of the part"
    for _ in range(2):
        done = kit.merge(exercise, out)
        assert (done.code, done.err) == (6, f"grader: {OUTSIDE}\n")
    strangers.write_text("id\ns0001\n", "utf-8")
    for number in (1, 2):
        more = ("--shard", f"{number}/2", "--roster", strangers)
        kit.batch(exercise, school, out, *more)
    done = kit.merge(exercise, out)
    assert (done.code, done.err) == (0, "")
