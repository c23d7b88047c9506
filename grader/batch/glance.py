"""Makes the class at a glance from the gradebook: who, how many, and what went wrong most.

Everything here is questions to the gradebook and one pass over the marks, so a class of a hundred
thousand needs little memory; lists of people are cut at a length a person would still read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from grader.batch.doubts import remarks
from grader.batch.people import People
from grader.batch.reports import Names
from grader.course.policy import Policy
from grader.gradebook import mistakes, queries
from grader.gradebook.conditions import conditions_of
from grader.gradebook.doubts import doubts_of
from grader.gradebook.facts import LETTERS, OUTCOMES
from grader.gradebook.statistics import Items, Spread
from grader.gradebook.store import Gradebook
from grader.model.check import Outcome
from grader.model.class_report import (
    CLASS_VERSION,
    ClassView,
    FailureGroup,
    Mistake,
    Unexplained,
)

MOST_GROUPS = 50
NOT_FAILING = LETTERS[Outcome.PASSED] + LETTERS[Outcome.BLOCKED]


class ClassReader:
    """Reads one gradebook's class under the conditions of its last run."""

    def __init__(
        self,
        book: Gradebook,
        conditions: int,
        run: int,
        names: Names,
        policy: Policy | None = None,
        pages: Mapping[str, str] = {},
    ) -> None:
        self.book = book
        self.run = run
        self.number = conditions
        self.names = names
        self.people = People(book, names, policy, pages)
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
            mistakes=tuple(self._mistakes()),
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

    def _mistakes(self) -> Iterator[Mistake]:
        for row in mistakes.mistakes(self.book, self.number):
            first, *also = sorted(row.tasks, key=self._place)
            examples = self.people.persons(row.examples)
            yield Mistake(row.id, row.title, first, row.learners, examples, row.rule, tuple(also))

    def _unexplained(self) -> Iterator[Unexplained]:
        found = mistakes.unexplained(self.book, self.number)
        for row in sorted(found, key=lambda row: self._place(row.task)):
            yield Unexplained(row.task, row.learners, self.people.persons(row.examples))

    def _place(self, task: str) -> int:
        return [one.id for one in self.tasks].index(task)

    def _failures(self) -> tuple[FailureGroup, ...]:
        titles = mistakes.titles(self.book)
        return tuple(
            FailureGroup(
                learners=row.learners,
                checks=tuple(self._failing(row.outcomes)),
                mistakes=tuple(titles.get(name, name) for name in row.pattern.split()[1:]),
                message=row.message,
                score=row.score,
                examples=self.people.persons(row.examples),
                outcomes=_failing_outcomes(row.outcomes),
            )
            for row in mistakes.failures(self.book, self.number, MOST_GROUPS)
        )

    def _failing(self, outcomes: str) -> Iterator[str]:
        for letter, check in zip(outcomes, self.checks, strict=False):
            if letter not in NOT_FAILING:
                yield check.id


def _failing_outcomes(letters: str) -> tuple[str, ...]:
    """The outcomes of the failing checks, the commonest first."""
    counted = Counter(letter for letter in letters if letter not in NOT_FAILING)
    return tuple(OUTCOMES[letter].value for letter, _ in counted.most_common())
