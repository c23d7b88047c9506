"""Copies one gradebook into another, by what names a row in both: digests and learners.

Marks and conditions have numbers that are each gradebook's own, so a row is read with the digests
behind its numbers, and written with the numbers that those have in the other gradebook. To attach
the one database to the other would spare the rows this way; but SQLite attaches ten at the most
and lets none go within a transaction, and all copies are to be in one.
"""

from __future__ import annotations

from grader.gradebook.store import Gradebook

_TABLES = ("queue", "changes", "overrides", "attempts", "learners", "diagnoses", "mistakes",
           "marks", "tasks", "checks", "runs", "conditions", "doubts", "checksums",
           "given", "paths", "first_failures", "reasons")  # fmt: skip

_RECENT = (
    "WHERE run > (SELECT coalesce(max(id), 0) FROM runs "
    "WHERE finished AND id < (SELECT max(id) FROM runs))"
)
_COPIED = (
    ("IGNORE", "conditions", "digest detail", "ORDER BY id"),
    ("IGNORE", "tasks", "conditions place id title max_score", ""),
    ("IGNORE", "checks", "conditions place id task title max_score visibility", ""),
    ("REPLACE", "mistakes", "id title", ""),
    (
        *("IGNORE", "marks"),
        "conditions run submission score max_score outcomes scores message pattern text shape "
        "prints duration_s report",
        "ORDER BY id",
    ),
    ("IGNORE", "diagnoses", "mark task mistake", ""),
    (
        *("REPLACE", "learners"),
        "id name place run state submission file mark message late submitted_at attempt notes team",
        "",
    ),
    (
        *("REPLACE", "attempts"),
        "learner submission number file submitted_at late mark score max_score",
        "",
    ),
    ("REPLACE", "changes", "run learner before after reason", _RECENT),
    ("REPLACE", "overrides", "learner score reason", ""),
    ("REPLACE", "given", "what name content", ""),
    ("REPLACE", "paths", "learner paths", ""),
)
"""What becomes of a row that is there already, the table, its columns, and which rows.

What is not told here is each gradebook's own business: what waits, where the reports are.
"""

_READ = {
    "conditions": "(SELECT digest FROM conditions c WHERE c.id = t.conditions)",
    "mark": "(SELECT submission FROM marks m WHERE m.id = t.mark), "
    "(SELECT digest FROM marks m JOIN conditions c ON c.id = m.conditions WHERE m.id = t.mark)",
}
_WRITTEN = {
    "conditions": "(SELECT id FROM conditions WHERE digest = ?)",
    "mark": "(SELECT id FROM marks WHERE submission = ? "
    "AND conditions = (SELECT id FROM conditions WHERE digest = ?))",
}


def empty(book: Gradebook) -> None:
    """Takes everything out but the secret behind the pseudonyms, which stay what they were."""
    for table in _TABLES:
        book.do(f"DELETE FROM {table}")


def copy(source: Gradebook, target: Gradebook, run: int) -> None:
    """Copies what one gradebook knows into another, as of this run of the other's.

    Marks that are there already stay; of what is said of a learner the last copy counts.
    """
    read = {**_READ, "run": str(run)}
    for otherwise, table, columns, which in _COPIED:
        if not source.has_table(table):
            continue
        names = columns.split()
        rows = source.stream(
            f"SELECT {', '.join(read.get(name, name) for name in names)} FROM {table} t {which}"
        )
        target.do_each(
            f"INSERT OR {otherwise} INTO {table}({', '.join(names)}) "
            f"VALUES ({', '.join(_WRITTEN.get(name, '?') for name in names)})",
            rows,
        )


def number_places(book: Gradebook) -> None:
    """Puts the learners in the order of their ids."""
    order = "SELECT row_number() OVER (ORDER BY id) - 1, id FROM learners"
    book.do_each("UPDATE learners SET place = ? WHERE id = ?", book.rows(order))
