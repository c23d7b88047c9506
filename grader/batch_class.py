"""Makes the class at a glance from the gradebook: who, how many, and what went wrong most.

Everything here is questions to SQLite and one pass over the marks, so a class of a hundred
thousand needs little memory; lists of people are cut at a length a person would still read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from grader.batch_alike import near_groups
from grader.batch_numbers import Items, Spread
from grader.batch_reports import UNTOLD, Names
from grader.batch_settle import SAME
from grader.gradebook import Gradebook
from grader.render.class_view import (
    CLASS_VERSION,
    Alike,
    AlikeGroup,
    Change,
    ClassView,
    Counts,
    FailureGroup,
    Item,
    Line,
    Mistake,
    Override,
    Person,
    Problem,
    Scores,
    Unexplained,
)

EXAMPLES = 5
LONGEST_LIST = 2000
MOST_GROUPS = 50
MOST_COMPARED = 20_000
COMMON_SHARE = 0.1
WORDS = {
    "p": "passed",
    "f": "failed",
    "e": "error",
    "u": "unwritten",
    "t": "timeout",
    "m": "memory",
    "c": "crashed",
    "a": "aborted",
    "b": "blocked",
    "x": "missing",
}
HERE = "l.state = 'graded' AND m.conditions = :conditions"


class ClassReader:
    """Reads one gradebook's class under the conditions of its last run."""

    def __init__(self, book: Gradebook, conditions: int, run: int, names: Names) -> None:
        self.book = book
        self.names = names
        self.run = run
        self.values = {"conditions": conditions}
        self.conditions = book.conditions(conditions)
        ask = "SELECT {} FROM {} WHERE conditions = ? ORDER BY place"
        self.tasks = book.rows(ask.format("id, title", "tasks"), (conditions,))
        columns = "id, task, title, max_score, visibility"
        self.checks = book.rows(ask.format(columns, "checks"), (conditions,))
        self.left_out: dict[str, int] = {}

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
            alike=self._alike(),
            problems=self._problems(),
            changes=self._changes(),
            overrides=self._overrides(),
            learners=tuple(self._cut("learners", self.lines(), LONGEST_LIST)),
            left_out=self.left_out,
        )

    # --- numbers ---------------------------------------------------------------------------

    def _numbers(self) -> tuple[Spread, Items]:
        spread, items = Spread(), Items(self.tasks, self.checks)
        question = (
            "SELECT m.score, m.max_score, m.outcomes, m.scores, count(*) FROM learners l "
            f"JOIN marks m ON m.id = l.mark WHERE {HERE} GROUP BY m.id ORDER BY m.id"
        )
        for score, max_score, outcomes, scores, learners in self._stream(question):
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
            Mistake(name, title, task, count, self._examples(who, mistake=name))
            for name, title, task, count in rows
        )

    def _unexplained(self) -> tuple[Unexplained, ...]:
        """A task with a wrong value or an exception, and no known mistake that was found in it."""
        found = []
        for task, _ in self.tasks:
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
                found.append(Unexplained(task, count, self._examples(who, task=task)))
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
                examples=self._examples(who, pattern=pattern, message=message),
            )
            for pattern, outcomes, message, score, count in rows
        )

    def _failing(self, outcomes: str) -> Iterator[str]:
        for letter, check in zip(outcomes, self.checks, strict=False):
            if letter not in "pb":
                yield check[0]

    # --- alike code ------------------------------------------------------------------------

    def _alike(self) -> Alike:
        total = self._count("SELECT count(*) FROM learners l JOIN marks m ON m.id = l.mark", HERE)
        most = max(4, int(COMMON_SHARE * total))
        groups: list[AlikeGroup] = []
        common = 0
        for kind, column in (("file", "submission"), ("text", "text"), ("shape", "shape")):
            inner = {"file": "1", "text": "submission", "shape": "text"}[kind]
            distinct = "count(DISTINCT m.{})".format(inner) if inner != "1" else "count(*)"
            rows = self.book.rows(
                f"SELECT m.{column}, count(*) AS n, min(m.score) FROM learners l "
                f"JOIN marks m ON m.id = l.mark WHERE {HERE} AND m.{column} != '' "
                f"GROUP BY 1 HAVING n > 1 AND {distinct} > 1 ORDER BY n DESC, 1",
                self.values,
            )
            common += sum(1 for row in rows if row[1] > most)
            rows = [row for row in rows if row[1] <= most][:MOST_GROUPS]
            who = f"WHERE {HERE} AND m.{column} = :value"
            groups += [
                AlikeGroup(kind, count, score, self._examples(who, most, value=value))
                for value, count, score in rows
            ]
        prints = self._prints()
        near = self._near(prints) if prints is not None else []
        return Alike(tuple([*groups, *near]), common, total, prints is not None)

    def _prints(self) -> dict[int, bytes] | None:
        """The fingerprints of every distinct submission; None in a class too large for it."""
        question = (
            "SELECT m.id, m.prints FROM learners l JOIN marks m ON m.id = l.mark "
            f"WHERE {HERE} GROUP BY m.shape ORDER BY m.id LIMIT {MOST_COMPARED + 1}"
        )
        found = dict(self.book.rows(question, self.values))
        return found if len(found) <= MOST_COMPARED else None

    def _near(self, prints: dict[int, bytes]) -> Iterator[AlikeGroup]:
        groups = sorted(near_groups(prints), key=lambda group: (-len(group), group))
        for group in groups[:MOST_GROUPS]:
            marks = ", ".join(map(str, group))
            who = f"WHERE {HERE} AND m.id IN ({marks})"
            people = self._examples(who, LONGEST_LIST)
            yield AlikeGroup("near", len(people), None, people)

    # --- people ----------------------------------------------------------------------------

    def person(self, learner: str, name: str | None, report: str) -> Person:
        """A learner as the outputs name them."""
        return Person(self.names.id(learner), self.names.name(name), self._link(report))

    def _link(self, report: str) -> str:
        return report.removeprefix("anonymous/")

    def _examples(self, who: str, most: int = EXAMPLES, **values: object) -> tuple[Person, ...]:
        rows = self.book.rows(
            "SELECT DISTINCT l.id, l.name, l.report FROM learners l JOIN marks m ON m.id = l.mark "
            f"{who} ORDER BY l.id LIMIT :limit",
            {**self.values, **values, "limit": most},
        )
        return tuple(self.person(*row) for row in rows)

    def _problems(self) -> tuple[Problem, ...]:
        rows = self._stream(
            "SELECT id, name, report, state, message FROM learners "
            "WHERE state IN ('fault', 'refused', 'absent') "
            "ORDER BY CASE state WHEN 'fault' THEN 0 WHEN 'refused' THEN 1 ELSE 2 END, id"
        )
        problems = (
            Problem(self.person(*row[:3]), row[3], self.told(row[3], row[4])) for row in rows
        )
        return tuple(self._cut("problems", problems, LONGEST_LIST))

    def told(self, state: str, message: str) -> str:
        """The message of a learner without a mark, as far as the outputs may tell it."""
        return UNTOLD if self.names.anonymous and state == "refused" else message

    def _changes(self) -> tuple[Change, ...]:
        """Changes since the last run that came to its end, those of broken-off runs included."""
        since = "coalesce((SELECT max(id) FROM runs WHERE finished AND id < :run), 0)"
        rows = self.book.rows(
            "SELECT l.id, l.name, l.report, c.before, c.after, c.reason FROM changes c "
            f"JOIN learners l ON l.id = c.learner WHERE c.run > {since} ORDER BY l.id, c.run",
            {"run": self.run},
        )
        merged: dict[str, Change] = {}
        for learner, name, report, before, after, reason in rows:
            first = merged[learner].before if learner in merged else before
            merged[learner] = Change(self.person(learner, name, report), first, after, reason)
        kept = (change for change in merged.values() if abs(change.before - change.after) >= SAME)
        return tuple(self._cut("changes", kept, LONGEST_LIST))

    def _overrides(self) -> tuple[Override, ...]:
        rows = self.book.rows(
            "SELECT l.id, l.name, l.report, o.score, m.score, o.reason FROM overrides o "
            "JOIN learners l ON l.id = o.learner "
            "LEFT JOIN marks m ON m.id = l.mark AND l.state = 'graded' ORDER BY l.id"
        )
        return tuple(Override(self.person(*row[:3]), *row[3:]) for row in rows)

    def lines(self) -> Iterator[Line]:
        """Everybody, in the order of ids."""
        question = (
            "SELECT l.id, l.name, l.report, l.state, l.late, m.score, m.max_score, o.score, "
            "(SELECT max(a.score) FROM attempts a WHERE a.learner = l.id), "
            "(SELECT count(*) FROM attempts a WHERE a.learner = l.id), "
            "(SELECT group_concat(mistake, ' ') FROM "
            "(SELECT DISTINCT mistake FROM diagnoses d WHERE d.mark = m.id)) "
            "FROM learners l LEFT JOIN marks m ON m.id = l.mark AND l.state = 'graded' "
            "LEFT JOIN overrides o ON o.learner = l.id ORDER BY l.id"
        )
        for row in self._stream(question):
            yield self._line(row)

    def _line(self, row: Any) -> Line:
        learner, name, report, state, late, graded, maximum, override, best, attempts, found = row
        return Line(
            person=self.person(learner, name, report),
            state=state if override is None else "override",
            score=graded if override is None else override,
            max_score=maximum,
            graded_score=graded,
            best_score=best,
            attempts=attempts,
            late=bool(late),
            mistakes=tuple((found or "").split()),
        )

    def _stream(self, question: str) -> Iterator[Any]:
        yield from self.book.stream(question, self.values if ":conditions" in question else {})

    def _cut(self, name: str, things: Iterator[Any], most: int) -> Iterator[Any]:
        """At most so many; how many were left out is told."""
        more = 0
        for place, thing in enumerate(things):
            if place < most:
                yield thing
            else:
                more += 1
        if more:
            self.left_out[name] = more


__all__ = ["ClassReader", "Item", "Scores"]
