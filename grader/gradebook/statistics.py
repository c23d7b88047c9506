"""The statistics of a class: the spread of the scores, ease and discrimination of each item.

Reports that say the same are counted and not held one by one. Discrimination is the correlation
of an item's score with the total without that item (item-rest correlation): an item must not be
compared with itself.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from grader.gradebook.facts import OUTCOMES, CheckFacts, TaskFacts
from grader.model.class_report import Bin, Item, Scores
from grader.model.report import SAME

BINS = 10
_FULL = 5e-4
_LEAST = 3
"""Learners, for a correlation to mean anything."""

_NOISE = 6
"""Decimals of a difference: what is the same for everybody must not differ by rounding."""


class Spread:
    """The distribution of scores."""

    def __init__(self) -> None:
        self.counts: Counter[float] = Counter()
        self.max_score = 0.0

    def add(self, score: float, max_score: float, learners: int) -> None:
        """So many learners have this score."""
        self.counts[score] += learners
        self.max_score = max(self.max_score, max_score)

    def scores(self) -> Scores:
        """The distribution, with full marks in a bar of their own."""
        values = list(self.counts.elements())
        if not values:
            return Scores(self.max_score, None, None, None, ())
        return Scores(
            max_score=self.max_score,
            mean=round(statistics.fmean(values), 4),
            median=round(statistics.median(values), 4),
            deviation=round(statistics.pstdev(values), 4),
            bins=self._bins(),
        )

    def _bins(self) -> tuple[Bin, ...]:
        width = (self.max_score or 1.0) / BINS
        heights = [0] * (BINS + 1)
        for score, learners in self.counts.items():
            full = score >= self.max_score - SAME
            heights[BINS if full else max(0, min(BINS - 1, int(score / width)))] += learners
        edges = [round(place * width, 4) for place in range(BINS + 1)]
        bars = [Bin(edges[n], edges[n + 1], heights[n]) for n in range(BINS)]
        return (*bars, Bin(edges[BINS], edges[BINS], heights[BINS]))


class Items:
    """Ease and discrimination of tasks and checks."""

    def __init__(self, tasks: Sequence[TaskFacts], checks: Sequence[CheckFacts]) -> None:
        self.task_facts = tasks
        self.check_facts = checks
        self.task_scores: list[Counter[tuple[float, float]]] = [Counter() for _ in tasks]
        self.outcomes: list[Counter[tuple[str, float]]] = [Counter() for _ in checks]

    def add(self, total: float, outcomes: str, scores: Mapping[str, float], learners: int) -> None:
        """So many learners have this report."""
        for task, counted in zip(self.task_facts, self.task_scores, strict=True):
            counted[scores.get(task.id, 0.0), total] += learners
        for letter, seen in zip(outcomes, self.outcomes, strict=False):
            seen[letter, total] += learners

    def tasks(self) -> tuple[Item, ...]:
        """Every task in its order."""
        return tuple(map(_of_task, self.task_facts, self.task_scores))

    def checks(self) -> tuple[Item, ...]:
        """Every check in its order."""
        return tuple(map(_of_check, self.check_facts, self.outcomes))


def _of_task(task: TaskFacts, counted: Counter[tuple[float, float]]) -> Item:
    full = sum(n for (score, _), n in counted.items() if score >= task.max_score - _FULL)
    return _item(task, counted, full)


def _of_check(check: CheckFacts, counted: Counter[tuple[str, float]]) -> Item:
    letters: Counter[str] = Counter()
    scores: Counter[tuple[float, float]] = Counter()
    for (letter, total), learners in counted.items():
        letters[letter] += learners
        scores[check.max_score if letter == "p" else 0.0, total] += learners
    outcomes = {OUTCOMES[letter].value: count for letter, count in letters.most_common()}
    more = {"task": check.task, "visibility": check.visibility, "outcomes": outcomes}
    return _item(check, scores, letters["p"], **more)


def _item(
    of: TaskFacts | CheckFacts, counted: Counter[tuple[float, float]], full: int, **more: Any
) -> Item:
    scores = [score for score, _ in counted.elements()]
    rests = [round(total - score, _NOISE) for score, total in counted.elements()]
    ease = statistics.fmean(scores) / of.max_score if scores and of.max_score else 0.0
    return Item(
        id=of.id,
        title=of.title,
        max_score=of.max_score,
        ease=round(min(1.0, max(0.0, ease)), 4),
        full=full,
        discrimination=_discrimination(scores, rests),
        **more,
    )


def _discrimination(scores: Sequence[float], rests: Sequence[float]) -> float | None:
    # a mean may be off by a bit, so `correlation` does not see that all are the same
    if len(scores) < _LEAST or len(set(scores)) == 1 or len(set(rests)) == 1:
        return None
    return round(statistics.correlation(scores, rests), 4) + 0.0  # never minus nothing
