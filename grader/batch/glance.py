"""Makes the class at a glance from the gradebook: who, how many, and what went wrong most.

Everything here is questions to the gradebook and one pass over the marks, so a class of a hundred
thousand needs little memory; lists of people are cut at a length a person would still read.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader.batch.doubts import remarks
from grader.batch.people import People
from grader.batch.reports import Names
from grader.gradebook import queries
from grader.gradebook.conditions import conditions_of
from grader.gradebook.doubts import doubts_of
from grader.gradebook.statistics import Items, Spread
from grader.gradebook.store import Gradebook
from grader.model.class_report import (
    CLASS_VERSION,
    ClassView,
    FailureGroup,
    Mistake,
    Unexplained,
)
from grader.policy import Policy

MOST_GROUPS = 50


class ClassReader:
    """Reads one gradebook's class under the conditions of its last run."""

    def __init__(
        self,
        book: Gradebook,
        conditions: int,
        run: int,
        names: Names,
        policy: Policy | None = None,
    ) -> None:
        self.book = book
        self.run = run
        self.number = conditions
        self.names = names
        self.people = People(book, names, policy)
        self.conditions = conditions_of(book, conditions)
        self.tasks = queries.tasks(book, conditions)
        self.checks = queries.checks(book, conditions)

    def view(self, title: str, started_at: str) -> ClassView:
        """The whole class."""
        spread, items = self._numbers()
        counts = queries.counts(self.book, self.number)
        return ClassView(
            class_version=CLASS_VERSION,
            exercise=self.conditions.exercise,
            title=title,
            exercise_digest=self.conditions.exercise_digest,
            grader=self.conditions.grader,
            isolation=self.conditions.isolation,
            started_at=started_at,
            counts=counts,
            scores=spread.scores(),
            tasks=items.tasks(),
            checks=items.checks(),
            mistakes=self._mistakes(),
            unexplained=tuple(self._unexplained()),
            failures=self._failures(),
            problems=self.people.problems(),
            changes=self.people.changes(self.run),
            overrides=self.people.overrides(),
            learners=self.people.first_lines(),
            left_out=self.people.left_out,
            remarks=remarks(doubts_of(self.book, self.run), counts, self.names),
        )

    def _numbers(self) -> tuple[Spread, Items]:
        spread, items = Spread(), Items(self.tasks, self.checks)
        for one in queries.sums(self.book, self.number):
            spread.add(one.score, one.max_score, one.learners)
            items.add(one.score, one.outcomes, msgspec.json.decode(one.scores), one.learners)
        return spread, items

    def _mistakes(self) -> tuple[Mistake, ...]:
        return tuple(
            Mistake(row.id, row.title, row.task, row.learners, self.people.persons(row.examples))
            for row in queries.mistakes(self.book, self.number)
        )

    def _unexplained(self) -> Iterator[Unexplained]:
        """A task with a wrong value or an exception, and no known mistake that was found in it."""
        for task in self.tasks:
            places = [place for place, check in enumerate(self.checks) if check.task == task.id]
            if not places:
                continue
            count, who = queries.unexplained(
                self.book, self.number, task.id, places[0], len(places)
            )
            if count:
                yield Unexplained(task.id, count, self.people.persons(who))

    def _failures(self) -> tuple[FailureGroup, ...]:
        titles = queries.titles(self.book)
        return tuple(
            FailureGroup(
                learners=row.learners,
                checks=tuple(self._failing(row.outcomes)),
                mistakes=tuple(titles.get(name, name) for name in row.pattern.split()[1:]),
                message=row.message,
                score=row.score,
                examples=self.people.persons(row.examples),
            )
            for row in queries.failures(self.book, self.number, MOST_GROUPS)
        )

    def _failing(self, outcomes: str) -> Iterator[str]:
        for letter, check in zip(outcomes, self.checks, strict=False):
            if letter not in "pb":
                yield check.id
