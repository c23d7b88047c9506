"""Joins the gradebooks of a class that was graded in shards into one.

Theory of operation. Every shard has a gradebook of its own, so shards never wait for each other
and need no file system that can lock. The joined gradebook is made anew from them each time, in
one transaction: joining twice, or after one shard was run again, is always right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from grader.batch.outputs import Outcome, write_outputs
from grader.batch.plan import Shard
from grader.batch.reports import ANONYMOUS, Names, ReportWriter
from grader.gradebook import FILE, Conditions, Gradebook
from grader.model.errors import ExerciseProblem, UsageProblem
from grader.model.exercise import Exercise
from grader.text.words import joined, said

MERGED = "merge"
_TABLES = ("queue", "changes", "overrides", "attempts", "learners", "diagnoses", "mistakes",
           "marks", "tasks", "checks", "runs", "conditions")  # fmt: skip
_MARK = (
    "submission, score, max_score, outcomes, scores, message, pattern, text, shape, prints, "
    "duration_s, report"
)
_LEARNER = "id, name, state, submission, file, message, late, submitted_at, attempt, notes, team"
_ATTEMPT = "learner, submission, number, file, submitted_at, late, score, max_score"


def shard_folders(folders: Sequence[Path]) -> list[Path]:
    """The folders with gradebooks: those given, or the shards inside them. UsageProblem."""
    found: list[Path] = []
    for folder in folders:
        inner = sorted(path.parent for path in folder.glob(f"shard-*-of-*/{FILE}"))
        if inner:
            found += inner
        elif (folder / FILE).is_file():
            found.append(folder)
        else:
            raise UsageProblem(
                said("there is no gradebook in {folder}", folder=folder),
                next_move=said("Name the --out folder of the batches that were run with --shard."),
            )
    return found


class Merge:
    """Joins shards into one gradebook."""

    def __init__(self, exercise: Exercise, book: Gradebook, out: Path, *, anonymous: bool) -> None:
        self.exercise = exercise
        self.book = book
        self.names = Names(book, anonymous=anonymous)
        self.out = out / ANONYMOUS if anonymous else out
        last = book.one("SELECT source FROM runs ORDER BY id DESC LIMIT 1")
        if last is not None and last[0] != MERGED:
            raise UsageProblem(
                said("{book} is the gradebook of a batch, not of a merge", book=book.path),
                next_move=said("Name another folder with --out."),
            )

    def run(self, folders: Sequence[Path]) -> Outcome:
        """Joins them all. UsageProblem when they do not belong together."""
        shards = [Gradebook(folder / FILE, readonly=True) for folder in folders]
        try:
            conditions = self._agreed(shards)
            with self.book.transaction():
                for table in _TABLES:
                    self.book.do(f"DELETE FROM {table}")
                run = self._begin(conditions)
                for shard in shards:
                    _Copy(shard, self.book, run).all()
                self._places()
            self._reports(run)
        finally:
            for shard in shards:
                shard.__exit__()
        number = self.book.conditions_id(conditions)
        with self.book.transaction():
            self.book.do("UPDATE runs SET finished = 1 WHERE id = ?", (run,))
        return write_outputs(self.book, self.out, self.exercise, number, run, self.names)

    def _agreed(self, shards: Iterable[Gradebook]) -> Conditions:
        """The conditions all were graded under, after a look at whether all are there."""
        agreed: Conditions | None = None
        parts: list[Shard] = []
        for shard in shards:
            conditions, part = _last_run(shard)
            parts += [Shard.parse(part)] if part else []
            if agreed is not None and conditions.digest != agreed.digest:
                words = joined("; ", conditions.differences(agreed)) or said("another exercise")
                raise UsageProblem(
                    said(
                        "{parent} was graded otherwise than the first shard: {words}",
                        parent=shard.path.parent,
                        words=words,
                    ),
                    next_move=said("Run its batch again with the options of the others."),
                )
            agreed = agreed or conditions
        assert agreed is not None
        _refuse_gaps(parts)
        if agreed.exercise_digest != self.exercise.digest:
            raise ExerciseProblem(
                said(
                    "the shards were graded with the exercise {theirs}, this is {ours}",
                    theirs=agreed.exercise_digest[:12],
                    ours=self.exercise.digest[:12],
                ),
                next_move=said("Name the same exercise with --exercise."),
            )
        return agreed

    def _begin(self, conditions: Conditions) -> int:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return self.book.do(
            "INSERT INTO runs(conditions, started_at, partial, source) VALUES (?, ?, 0, ?)",
            (self.book.conditions_id(conditions), now, MERGED),
        )

    def _places(self) -> None:
        order = "SELECT id, row_number() OVER (ORDER BY id) - 1 FROM learners"
        for learner, place in self.book.rows(order):
            self.book.do("UPDATE learners SET place = ? WHERE id = ?", (place, learner))

    def _reports(self, run: int) -> None:
        writer = ReportWriter(self.book, self.out, self.exercise, self.names)
        rows = self.book.rows("SELECT id, state, message, mark FROM learners ORDER BY id")
        with self.book.transaction():
            for learner, state, message, mark in rows:
                if state == "graded":
                    writer.graded(learner, mark, run)
                else:
                    writer.unmarked(learner, state, message)


class _Copy:
    """Copies one shard into the joined gradebook."""

    def __init__(self, shard: Gradebook, book: Gradebook, run: int) -> None:
        self.shard = shard
        self.book = book
        self.run = run
        self.conditions: dict[int, int] = {}
        self.marks: dict[int, int] = {}

    def all(self) -> None:
        """Everything that is not the shard's own business."""
        for number, _ in self.shard.rows("SELECT id, digest FROM conditions"):
            self.conditions[number] = self.book.conditions_id(self.shard.conditions(number))
        for table in ("tasks", "checks"):
            self._battery(table)
        for row in self.shard.stream("SELECT * FROM mistakes"):
            self.book.do("INSERT OR REPLACE INTO mistakes VALUES (?, ?)", row)
        for row in self.shard.stream(f"SELECT id, conditions, {_MARK} FROM marks"):
            self._mark(row[0], row[1], row[2:])
        self._learners()
        for row in self.shard.stream("SELECT * FROM overrides"):
            self.book.do("INSERT OR REPLACE INTO overrides VALUES (?, ?, ?)", row)

    def _battery(self, table: str) -> None:
        for row in self.shard.stream(f"SELECT * FROM {table}"):
            marks = ", ".join("?" * len(row))
            values = (self.conditions[row[0]], *row[1:])
            self.book.do(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", values)

    def _mark(self, number: int, conditions: int, values: tuple[object, ...]) -> None:
        marks = ", ".join("?" * (len(values) + 2))
        here = self.conditions[conditions]
        self.book.do(
            f"INSERT OR IGNORE INTO marks(conditions, run, {_MARK}) VALUES ({marks})",
            (here, self.run, *values),
        )
        found = self.book.mark_id(str(values[0]), here)
        assert found is not None
        self.marks[number] = found
        for row in self.shard.rows("SELECT task, mistake FROM diagnoses WHERE mark = ?", (number,)):
            self.book.do("INSERT OR IGNORE INTO diagnoses VALUES (?, ?, ?)", (found, *row))

    def _learners(self) -> None:
        for *row, mark, place in self.shard.stream(f"SELECT {_LEARNER}, mark, place FROM learners"):
            self._insert(
                "learners",
                f"{_LEARNER}, mark, place, run",
                (*row, self._new(mark), place, self.run),
            )
        for *row, mark in self.shard.stream(f"SELECT {_ATTEMPT}, mark FROM attempts"):
            self._insert("attempts", f"{_ATTEMPT}, mark", (*row, self._new(mark)))
        since = "SELECT coalesce(max(id), 0) FROM runs WHERE finished AND id < " \
                "(SELECT max(id) FROM runs)"  # fmt: skip
        columns = "learner, before, after, reason"
        for row in self.shard.stream(f"SELECT {columns} FROM changes WHERE run > ({since})"):
            self._insert("changes", f"{columns}, run", (*row, self.run))

    def _insert(self, table: str, columns: str, values: tuple[object, ...]) -> None:
        marks = ", ".join("?" * len(values))
        self.book.do(f"INSERT OR REPLACE INTO {table}({columns}) VALUES ({marks})", values)

    def _new(self, mark: int | None) -> int | None:
        return None if mark is None else self.marks[mark]


def _last_run(shard: Gradebook) -> tuple[Conditions, str]:
    folder = shard.path.parent
    row = shard.one("SELECT conditions, finished, shard FROM runs ORDER BY id DESC LIMIT 1")
    if row is None or not row[1]:
        raise UsageProblem(
            said("{folder} is not finished", folder=folder),
            next_move=said("Run its batch again: it goes on where it stopped."),
        )
    return shard.conditions(row[0]), row[2]


def _refuse_gaps(parts: Sequence[Shard]) -> None:
    if not parts:
        return
    counts = {part.count for part in parts}
    if len(counts) > 1:
        raise UsageProblem(
            said("the shards are of several divisions: {parts}", parts=", ".join(map(str, parts))),
            next_move=said("Remove the folders that do not belong."),
        )
    missing = sorted(set(range(1, counts.pop() + 1)) - {part.number for part in parts})
    if missing:
        raise UsageProblem(
            said("shard {index}/{count} is missing", index=missing[0], count=parts[0].count),
            next_move=said("Run its batch, then merge again."),
        )
