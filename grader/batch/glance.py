"""Makes the class at a glance from the gradebook: who, how many, and what went wrong most.

Everything here is questions to SQLite and one pass over the marks, so a class of a hundred
thousand needs little memory; lists of people are cut at a length a person would still read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from grader.batch.alike_groups import alike_code
from grader.batch.figures import Items, Spread
from grader.batch.people import HERE, People
from grader.batch.reports import Names
from grader.batch.settle import SAME
from grader.gradebook import Gradebook
from grader.model.class_report import (
    CLASS_VERSION,
    ClassView,
    Counts,
    FailureGroup,
    Mistake,
    Unexplained,
)

MOST_GROUPS = 50


class ClassReader:
    """Reads one gradebook's class under the conditions of its last run."""

    def __init__(self, book: Gradebook, conditions: int, run: int, names: Names) -> None:
        self.book = book
        self.run = run
        self.people = People(book, names, conditions)
        self.values = self.people.values
        self.conditions = book.conditions(conditions)
        ask = "SELECT {} FROM {} WHERE conditions = ? ORDER BY place"
        self.tasks = book.rows(ask.format("id, title, max_score", "tasks"), (conditions,))
        columns = "id, task, title, max_score, visibility"
        self.checks = book.rows(ask.format(columns, "checks"), (conditions,))

    def view(self, title: str, started_at: str) -> ClassView:
        """The whole class."""
        spread, items = self._numbers()
        return ClassView(
            class_version=CLASS_VERSION,
            exercise=self.conditions.exercise,
            title=title,
            exercise_digest=self.conditions.exercise_digest,
            grader=self.conditions.grader,
            isolation=self.conditions.isolation,
            started_at=started_at,
            counts=self._counts(),
            scores=spread.scores(),
            tasks=items.tasks(),
            checks=items.checks(),
            mistakes=self._mistakes(),
            unexplained=self._unexplained(),
            failures=self._failures(),
            alike=alike_code(self.people),
            problems=self.people.problems(),
            changes=self.people.changes(self.run),
            overrides=self.people.overrides(),
            learners=self.people.first_lines(),
            left_out=self.people.left_out,
        )

    # --- numbers ---------------------------------------------------------------------------

    def _numbers(self) -> tuple[Spread, Items]:
        spread, items = Spread(), Items(self.tasks, self.checks)
        question = (
            "SELECT m.score, m.max_score, m.outcomes, m.scores, count(*) FROM learners l "
            f"JOIN marks m ON m.id = l.mark WHERE {HERE} GROUP BY m.id ORDER BY m.id"
        )
        for score, max_score, outcomes, scores, learners in self.book.stream(question, self.values):
            spread.add(score, max_score, learners)
            items.add(score, outcomes, msgspec.json.decode(scores), learners)
        return spread, items

    def _counts(self) -> Counts:
        states = Counter(dict(self.book.rows("SELECT state, count(*) FROM learners GROUP BY 1")))
        graded = self._count("SELECT count(*) FROM learners l JOIN marks m ON m.id = l.mark", HERE)
        full = self._count(
            "SELECT count(*) FROM learners l JOIN marks m ON m.id = l.mark",
            f"{HERE} AND m.score >= m.max_score - {SAME}",
        )
        zero = self._count(
            "SELECT count(*) FROM learners l JOIN marks m ON m.id = l.mark",
            f"{HERE} AND m.score <= {SAME} AND m.score < m.max_score - {SAME}",
        )
        overridden = "SELECT count(*) FROM learners l JOIN overrides o ON o.learner = l.id"
        return Counts(
            learners=sum(states.values()),
            graded=graded,
            full=full,
            partial=graded - full - zero,
            zero=zero,
            refused=states["refused"],
            absent=states["absent"],
            fault=states["fault"],
            late=self._count("SELECT count(*) FROM learners l", "l.late"),
            overridden=self._count(overridden, "1"),
            stale=states["graded"] - graded,
        )

    def _count(self, question: str, condition: str) -> int:
        return int(self.book.one(f"{question} WHERE {condition}", self.values)[0])

    # --- what went wrong -------------------------------------------------------------------

    def _mistakes(self) -> tuple[Mistake, ...]:
        rows = self.book.rows(
            "SELECT d.mistake, k.title, min(d.task), count(DISTINCT l.id) AS n FROM learners l "
            "JOIN marks m ON m.id = l.mark JOIN diagnoses d ON d.mark = m.id "
            f"JOIN mistakes k ON k.id = d.mistake WHERE {HERE} "
            "GROUP BY d.mistake ORDER BY n DESC, d.mistake",
            self.values,
        )
        who = f"JOIN diagnoses d ON d.mark = m.id WHERE {HERE} AND d.mistake = :mistake"
        return tuple(
            Mistake(name, title, task, count, self.people.examples(who, mistake=name))
            for name, title, task, count in rows
        )

    def _unexplained(self) -> tuple[Unexplained, ...]:
        """A task with a wrong value or an exception, and no known mistake that was found in it."""
        found = []
        for task, _, _ in self.tasks:
            places = [n for n, check in enumerate(self.checks, 1) if check[1] == task]
            if not places:
                continue
            letters = f"substr(m.outcomes, {places[0]}, {len(places)})"
            who = (
                f"WHERE {HERE} AND ({letters} LIKE '%f%' OR {letters} LIKE '%e%') AND NOT EXISTS "
                "(SELECT 1 FROM diagnoses d WHERE d.mark = m.id AND d.task = :task)"
            )
            question = f"SELECT count(*) FROM learners l JOIN marks m ON m.id = l.mark {who}"
            count = self.book.one(question, {**self.values, "task": task})[0]
            if count:
                found.append(Unexplained(task, count, self.people.examples(who, task=task)))
        return tuple(found)

    def _failures(self) -> tuple[FailureGroup, ...]:
        rows = self.book.rows(
            "SELECT m.pattern, m.outcomes, m.message, m.score, count(*) AS n FROM learners l "
            f"JOIN marks m ON m.id = l.mark WHERE {HERE} AND m.outcomes GLOB '*[^p]*' "
            "GROUP BY m.pattern, m.message HAVING n > 1 ORDER BY n DESC, m.pattern LIMIT :most",
            {**self.values, "most": MOST_GROUPS},
        )
        titles = dict(self.book.rows("SELECT id, title FROM mistakes"))
        who = f"WHERE {HERE} AND m.pattern = :pattern AND m.message = :message"
        return tuple(
            FailureGroup(
                learners=count,
                checks=tuple(self._failing(outcomes)),
                mistakes=tuple(titles.get(name, name) for name in pattern.split()[1:]),
                message=message,
                score=score,
                examples=self.people.examples(who, pattern=pattern, message=message),
            )
            for pattern, outcomes, message, score, count in rows
        )

    def _failing(self, outcomes: str) -> Iterator[str]:
        for letter, check in zip(outcomes, self.checks, strict=False):
            if letter not in "pb":
                yield check[0]
