"""The people of a class page: who has no mark, whose mark changed, everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from grader.batch.reports import ANONYMOUS, Names
from grader.course.policy import Policy, Standing, ruling_words
from grader.gradebook import queries
from grader.gradebook.facts import LETTERS
from grader.gradebook.queries import LineRow, PersonRow
from grader.gradebook.store import Gradebook
from grader.model.check import Outcome
from grader.model.class_report import Change, Line, Override, Person, Problem
from grader.model.report import SAME
from grader.render.outcomes import mistake_words
from grader.text.words import joined, said

LONGEST_LIST = 2000

_UNWRITTEN = {LETTERS[Outcome.UNWRITTEN], LETTERS[Outcome.BLOCKED]}


class People:
    """Shows people of a gradebook, cut at a length that a person would still read.

    `pages` has the path of a learner's feedback page by the learner's id. `untimed` counts the
    marks shown on which the policy could not rule for want of a time.
    """

    def __init__(
        self,
        book: Gradebook,
        names: Names,
        policy: Policy | None = None,
        pages: Mapping[str, str] = {},
    ) -> None:
        self.book = book
        self.names = names
        self.policy = policy
        self.pages = pages
        self.left_out: dict[str, int] = {}
        self.untimed = 0

    def person(self, row: PersonRow) -> Person:
        """A learner as the outputs name them."""
        return Person(
            self.names.id(row.id),
            self.names.name(row.name),
            row.report.removeprefix(f"{ANONYMOUS}/"),
            self.pages.get(row.id, ""),
        )

    def persons(self, rows: Iterable[PersonRow]) -> tuple[Person, ...]:
        """Learners as the outputs name them."""
        return tuple(map(self.person, rows))

    def problems(self) -> tuple[Problem, ...]:
        """Everybody without a mark: faults first, then refusals, then who handed in nothing."""
        told = self.names.message
        problems = (
            Problem(self.person(row.person), row.state, told(row.state, row.message))
            for row in queries.problems(self.book)
        )
        return tuple(self._cut("problems", problems, LONGEST_LIST))

    def changes(self, run: int) -> tuple[Change, ...]:
        """Changes since the last run that came to its end, those of broken-off runs included."""
        merged: dict[str, Change] = {}
        for row in queries.changes(self.book, run):
            known = merged.get(row.person.id)
            before, reason = row.before, row.reason
            if known is not None:
                before = known.before
                reason = reason if reason == known.reason else f"{known.reason}; {reason}"
            merged[row.person.id] = Change(self.person(row.person), before, row.after, reason)
        kept = (change for change in merged.values() if abs(change.before - change.after) >= SAME)
        return tuple(self._cut("changes", kept, LONGEST_LIST))

    def overrides(self) -> tuple[Override, ...]:
        """Every mark that a grader set."""
        return tuple(
            Override(self.person(row.person), row.score, row.graded_score, row.reason)
            for row in queries.overrides(self.book)
        )

    def first_lines(self) -> tuple[Line, ...]:
        """As many of everybody as a page can hold."""
        lines = map(self.line, queries.lines(self.book))
        return tuple(self._cut("learners", lines, LONGEST_LIST))

    def line(self, row: LineRow) -> Line:
        """A learner's line."""
        rule, final_score = self._ruled(row)
        found = msgspec.json.decode(row.found, type=list[tuple[str, str, str]])
        titles = tuple(
            dict.fromkeys(mistake_words(title, inferred) for _, title, inferred in found)
        )
        return Line(
            person=self.person(row.person),
            state=row.state if row.override is None else "override",
            score=row.score if row.override is None else row.override,
            max_score=row.max_score,
            graded_score=row.score,
            best_score=row.best_score,
            attempts=row.attempts,
            late=bool(row.late),
            mistakes=tuple(dict.fromkeys(name for name, *_ in found)),
            titles=titles,
            message=_why_no_points(row, titles) or self.names.message(row.state, row.message),
            rule=rule,
            final_score=final_score,
        )

    def _ruled(self, row: LineRow) -> tuple[str | None, float | None]:
        """What the policy says of the learner's mark, and the mark after it."""
        if self.policy is None:
            return None, None
        if row.override is not None:
            return said("no rule: set by a grader"), row.override
        if row.score is None or row.max_score is None:
            return "", None
        ruling = self.policy.ruling(row.person.id, row.submitted_at, row.score, row.max_score)
        self.untimed += ruling.standing is Standing.UNKNOWN
        return ruling_words(ruling, marked_late=bool(row.late)), ruling.final

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


def _why_no_points(row: LineRow, titles: Sequence[str]) -> str:
    """Why the battery gave a learner nothing; empty where it gave something, or where there is no
    mark."""
    if row.score is None or row.score > SAME or not row.max_score:
        return ""
    if row.graded_message:
        return row.graded_message
    if _UNWRITTEN.issuperset(row.outcomes or ""):
        return said("nothing is written yet")
    why = joined("; ", titles) if titles else row.first_failure
    return said("no points: {why}", why=why) if why else said("no check passes")
