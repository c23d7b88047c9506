"""The people of a class page: examples, who has no mark, whose mark changed, everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.batch.reports import ANONYMOUS, Names
from grader.batch.settle import SAME
from grader.gradebook import Gradebook
from grader.model.class_report import Change, Line, Override, Person, Problem

EXAMPLES = 5
LONGEST_LIST = 2000
HERE = "l.state = 'graded' AND m.conditions = :conditions"
"""Who counts: learners `l` whose mark `m` was earned under the conditions of the page."""


class People:
    """Finds people in a gradebook, cut at a length that a person would still read."""

    def __init__(self, book: Gradebook, names: Names, conditions: int) -> None:
        self.book = book
        self.names = names
        self.values = {"conditions": conditions}
        self.left_out: dict[str, int] = {}

    def person(self, learner: str, name: str | None, report: str) -> Person:
        """A learner as the outputs name them."""
        return Person(
            self.names.id(learner), self.names.name(name), report.removeprefix(f"{ANONYMOUS}/")
        )

    def examples(self, who: str, most: int = EXAMPLES, **values: object) -> tuple[Person, ...]:
        """The first people of those that the words of SQL in `who` tell of."""
        rows = self.book.rows(
            "SELECT DISTINCT l.id, l.name, l.report FROM learners l JOIN marks m ON m.id = l.mark "
            f"{who} ORDER BY l.id LIMIT :limit",
            {**self.values, **values, "limit": most},
        )
        return tuple(self.person(*row) for row in rows)

    def problems(self) -> tuple[Problem, ...]:
        """Everybody without a mark: faults first, then refusals, then who handed in nothing."""
        rows = self.book.stream(
            "SELECT id, name, report, state, message FROM learners "
            "WHERE state IN ('fault', 'refused', 'absent') "
            "ORDER BY CASE state WHEN 'fault' THEN 0 WHEN 'refused' THEN 1 ELSE 2 END, id"
        )
        told = self.names.message
        problems = (Problem(self.person(*row[:3]), row[3], told(*row[3:])) for row in rows)
        return tuple(self._cut("problems", problems, LONGEST_LIST))

    def changes(self, run: int) -> tuple[Change, ...]:
        """Changes since the last run that came to its end, those of broken-off runs included."""
        since = "coalesce((SELECT max(id) FROM runs WHERE finished AND id < :run), 0)"
        rows = self.book.rows(
            "SELECT l.id, l.name, l.report, c.before, c.after, c.reason FROM changes c "
            f"JOIN learners l ON l.id = c.learner WHERE c.run > {since} ORDER BY l.id, c.run",
            {"run": run},
        )
        merged: dict[str, Change] = {}
        for learner, name, report, before, after, reason in rows:
            first = merged[learner].before if learner in merged else before
            merged[learner] = Change(self.person(learner, name, report), first, after, reason)
        kept = (change for change in merged.values() if abs(change.before - change.after) >= SAME)
        return tuple(self._cut("changes", kept, LONGEST_LIST))

    def overrides(self) -> tuple[Override, ...]:
        """Every mark that a grader set."""
        rows = self.book.rows(
            "SELECT l.id, l.name, l.report, o.score, m.score, o.reason FROM overrides o "
            "JOIN learners l ON l.id = o.learner "
            "LEFT JOIN marks m ON m.id = l.mark AND l.state = 'graded' ORDER BY l.id"
        )
        return tuple(Override(self.person(*row[:3]), *row[3:]) for row in rows)

    def first_lines(self) -> tuple[Line, ...]:
        """As many of everybody as a page can hold."""
        return tuple(self._cut("learners", self.lines(), LONGEST_LIST))

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
        for row in self.book.stream(question):
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
