"""The marks of submissions, each under the conditions it was earned under."""

from __future__ import annotations

import zlib

import msgspec
from msgspec import Struct

from grader.gradebook.checksums import seal
from grader.gradebook.facts import Facts
from grader.gradebook.reasons import keep_reasons
from grader.gradebook.store import Gradebook, readable


class Mark(Struct, frozen=True):
    """What a submission earned, in which run and under which conditions."""

    score: float
    max_score: float
    run: int
    conditions: int


def mark_id(book: Gradebook, digest: str, conditions: int, not_before: int = 0) -> int | None:
    """The mark of a submission under these conditions, where it was earned since that run."""
    found = book.one(
        "SELECT id FROM marks WHERE submission = ? AND conditions = ? AND run >= ?",
        (digest, conditions, not_before),
    )
    return int(found[0]) if found else None


def mark_of(book: Gradebook, number: int) -> Mark:
    """The mark of that number."""
    question = "SELECT score, max_score, run, conditions FROM marks WHERE id = ?"
    return Mark(*book.one(question, (number,)))


def report_of(book: Gradebook, number: int) -> bytes:
    """A mark's report as one line of JSON, with nobody's name in it."""
    with readable(book.path):
        return zlib.decompress(book.one("SELECT report FROM marks WHERE id = ?", (number,))[0])


def files_of(book: Gradebook, number: int) -> set[tuple[str, str]]:
    """Path and SHA-256 of every file that a mark was given for."""
    report = msgspec.json.decode(report_of(book, number))
    return {(file["path"], file["sha256"]) for file in report["submission"]["files"]}


def keep_mark(
    book: Gradebook, digest: str, conditions: int, run: int, facts: Facts, report: bytes
) -> int:
    """Keeps what a submission earned, in place of an earlier mark under the same conditions."""
    values = {
        "submission": digest,
        "conditions": conditions,
        "run": run,
        "score": facts.score,
        "max_score": facts.max_score,
        "outcomes": facts.outcomes,
        "scores": msgspec.json.encode(facts.scores).decode(),
        "message": facts.message,
        "pattern": " ".join([facts.outcomes, *sorted(d.id for d in facts.diagnoses)]),
        # columns of format 1 in which older graders keep what they compare code by
        "text": "",
        "shape": "",
        "prints": b"",
        "duration_s": facts.duration_s,
        "report": zlib.compress(report, 1),
    }
    book.put("marks", "submission, conditions", values)
    mark = mark_id(book, digest, conditions)
    assert mark is not None
    _diagnoses(book, mark, facts)
    keep_reasons(book, mark, report)
    seal(book, mark)
    _battery(book, conditions, facts)
    return mark


def keep_missing_reasons(book: Gradebook) -> None:
    """Reads the reports of marks without reasons: an earlier release kept them, or a merge."""
    question = "SELECT id FROM marks WHERE id NOT IN (SELECT mark FROM first_failures)"
    missing = book.rows(question)
    if missing:
        with book.transaction():
            for (mark,) in missing:
                keep_reasons(book, mark, report_of(book, mark))


def _diagnoses(book: Gradebook, mark: int, facts: Facts) -> None:
    book.do("DELETE FROM diagnoses WHERE mark = ?", (mark,))
    for found in facts.diagnoses:
        book.do(
            "INSERT OR IGNORE INTO diagnoses(mark, task, mistake) VALUES (?, ?, ?)",
            (mark, found.task, found.id),
        )
        book.put("mistakes", "id", {"id": found.id, "title": found.title})


def _battery(book: Gradebook, conditions: int, facts: Facts) -> None:
    """What the checks and tasks are called, from the first report that says so."""
    for place, check in enumerate(facts.checks):
        book.do(
            "INSERT OR IGNORE INTO checks(conditions, place, id, task, title, max_score, "
            "visibility) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (conditions, place, *msgspec.structs.astuple(check)),
        )
    for place, task in enumerate(facts.tasks):
        book.do(
            "INSERT OR IGNORE INTO tasks(conditions, place, id, title, max_score) "
            "VALUES (?, ?, ?, ?, ?)",
            (conditions, place, *msgspec.structs.astuple(task)),
        )
