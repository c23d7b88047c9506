"""The learners of a class: what each handed in, what became of it, and what a grader decided."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import asdict

from grader.gradebook.marks import Mark
from grader.gradebook.store import Gradebook
from grader.model.exercise import Submission


class LearnerRow(Struct, frozen=True):
    """What the gradebook says of a learner; `late` is 0 or 1, `notes` a list of texts as JSON.

    `written` tells two contents of the report from each other, and `report` is its path.
    """

    id: str
    name: str | None
    place: int
    run: int
    state: str
    submission: str
    file: str
    mark: int | None
    message: str
    submitted_at: str | None
    attempt: int
    notes: str
    team: str
    late: int
    written: str = ""
    report: str = ""


class Attempt(Struct, frozen=True):
    """What a learner earned with one submission, as it was told at the time."""

    submission: str
    score: float


class OverrideRow(Struct, frozen=True):
    """A mark that a grader set, and why."""

    score: float
    reason: str


class State(Struct, frozen=True):
    """What became of a learner's submission."""

    learner: str
    state: str
    message: str
    mark: int | None


_COLUMNS = ", ".join(LearnerRow.__struct_fields__)


def learner(book: Gradebook, name: str) -> LearnerRow | None:
    """The learner with that id, if the gradebook knows one."""
    row = book.one(f"SELECT {_COLUMNS} FROM learners WHERE id = ?", (name,))
    return LearnerRow(*row) if row else None


def known_learner(book: Gradebook, name: str) -> LearnerRow:
    """The learner with that id, who must be in the gradebook."""
    found = learner(book, name)
    assert found is not None
    return found


def put_learner(book: Gradebook, row: LearnerRow) -> None:
    """Keeps what is known of a learner now; what was written of them before stays."""
    values = asdict(row)
    del values["written"], values["report"]
    book.put("learners", "id", values)


def set_graded(book: Gradebook, row: LearnerRow, number: int, mark: Mark) -> None:
    """The learner has this mark, and so has the attempt."""
    book.do(
        "UPDATE learners SET state = 'graded', mark = ?, message = '' WHERE id = ?",
        (number, row.id),
    )
    book.do(
        "UPDATE attempts SET mark = ?, score = ?, max_score = ? "
        "WHERE learner = ? AND submission = ?",
        (number, mark.score, mark.max_score, row.id, row.submission),
    )


def set_fault(book: Gradebook, name: str, message: str) -> None:
    """The learner's submission could not be graded, through a fault of ours."""
    book.do("UPDATE learners SET state = 'fault', message = ? WHERE id = ?", (message, name))


def set_seen(book: Gradebook, name: str, run: int, place: int) -> None:
    """The learner is in this run too, and nothing about them is new."""
    book.do("UPDATE learners SET run = ?, place = ? WHERE id = ?", (run, place, name))


def set_report(book: Gradebook, name: str, written: str, report: str) -> None:
    """This report was written of the learner; empty texts where there is none."""
    book.do("UPDATE learners SET written = ?, report = ? WHERE id = ?", (written, report, name))


def left_over(book: Gradebook, run: int) -> list[LearnerRow]:
    """Who was in an earlier run only and never had a mark."""
    rows = book.rows(
        f"SELECT {_COLUMNS} FROM learners l WHERE run < ? AND mark IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM attempts a WHERE a.learner = l.id AND a.score IS NOT NULL) AND NOT EXISTS "
        "(SELECT 1 FROM overrides o WHERE o.learner = l.id)",
        (run,),
    )
    return [LearnerRow(*row) for row in rows]


def remove(book: Gradebook, name: str) -> None:
    """The learner is in the class no more."""
    book.do("DELETE FROM learners WHERE id = ?", (name,))
    book.do("DELETE FROM paths WHERE learner = ?", (name,))


def waiting(book: Gradebook, digest: str, run: int) -> list[str]:
    """The learners of a run who wait for the mark of this submission."""
    rows = book.rows(
        "SELECT id FROM learners WHERE submission = ? AND run = ? AND state = 'waiting'",
        (digest, run),
    )
    return [name for (name,) in rows]


def total(book: Gradebook, run: int) -> int:
    """How many learners are in the run."""
    return int(book.one("SELECT count(*) FROM learners WHERE run = ?", (run,))[0])


def states(book: Gradebook) -> list[State]:
    """What became of everybody, in the order of their ids."""
    rows = book.rows("SELECT id, state, message, mark FROM learners ORDER BY id")
    return [State(*row) for row in rows]


# --- attempts and changes -----------------------------------------------------------------


def number_attempt(
    book: Gradebook,
    name: str,
    submission: Submission,
    number: int | None,
    submitted_at: str | None,
    *,
    late: bool,
) -> int:
    """Keeps an attempt; its number as it is known, else as given, else the next."""
    known = book.one(
        "SELECT number FROM attempts WHERE learner = ? AND submission = ?",
        (name, submission.digest),
    )
    if known is not None:
        return int(known[0])
    if number is None:
        question = "SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE learner = ?"
        number = int(book.one(question, (name,))[0])
    book.do(
        "INSERT INTO attempts(learner, submission, number, file, submitted_at, late) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (name, submission.digest, number, submission.name, submitted_at, late),
    )
    return number


def rename_attempt(book: Gradebook, name: str, was: str, submission: str) -> None:
    """An attempt that is the same hand-in under another digest keeps its number."""
    book.do(
        "UPDATE OR IGNORE attempts SET submission = ? WHERE learner = ? AND submission = ?",
        (submission, name, was),
    )


def attempt_with(book: Gradebook, name: str, mark: int) -> Attempt | None:
    """The learner's attempt that has this mark, with its score as it was then."""
    # the attempt remembers the score: grading afresh writes over the mark itself
    row = book.one(
        "SELECT submission, score FROM attempts WHERE learner = ? AND mark = ?", (name, mark)
    )
    return Attempt(*row) if row else None


def note_change(
    book: Gradebook, run: int, name: str, before: float, after: float, reason: str
) -> None:
    """A mark is not what it was; of several changes in one run the first `before` stays."""
    book.do(
        "INSERT INTO changes(run, learner, before, after, reason) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT(run, learner) DO UPDATE SET after = excluded.after, "
        "reason = excluded.reason",
        (run, name, before, after, reason),
    )


# --- what a grader decided ----------------------------------------------------------------


def set_overrides(book: Gradebook, overrides: Mapping[str, tuple[float, str]]) -> None:
    """These are a grader's own marks with their reasons, and no others."""
    book.do("DELETE FROM overrides")
    book.do_each(
        "INSERT INTO overrides VALUES (?, ?, ?)",
        ((name, score, reason) for name, (score, reason) in overrides.items()),
    )


def override_of(book: Gradebook, name: str) -> OverrideRow | None:
    """The mark that a grader set for the learner."""
    row = book.one("SELECT score, reason FROM overrides WHERE learner = ?", (name,))
    return OverrideRow(*row) if row else None


def kept_secret(book: Gradebook, name: str, fresh: str) -> str:
    """The secret of that name; `fresh` where the gradebook has none yet."""
    book.do("INSERT OR IGNORE INTO secrets(name, value) VALUES (?, ?)", (name, fresh))
    return str(book.one("SELECT value FROM secrets WHERE name = ?", (name,))[0])
