"""The statistics of a class: the spread of the scores, ease and discrimination of each item.

All in one pass with running sums, so that nothing of a class is held. Discrimination is the
correlation of an item's score with the total without that item (item-rest correlation): an item
must not be compared with itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from grader.batch.messages import OUTCOMES
from grader.model.class_report import Bin, Item, Scores

BINS = 10


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
        total = self.counts.total()
        if not total:
            return Scores(self.max_score, None, None, None, ())
        mean = math.fsum(score * n for score, n in self.counts.items()) / total
        square = math.fsum((score - mean) ** 2 * n for score, n in self.counts.items())
        return Scores(
            max_score=self.max_score,
            mean=round(mean, 4),
            median=round(self._median(total), 4),
            deviation=round(math.sqrt(square / total), 4),
            bins=self._bins(),
        )

    def _median(self, total: int) -> float:
        lower, upper, seen = None, 0.0, 0
        for score in sorted(self.counts):
            seen += self.counts[score]
            if lower is None and seen >= (total + 1) // 2:
                lower = score
            if seen >= total // 2 + 1:
                upper = score
                break
        return ((lower or 0.0) + upper) / 2

    def _bins(self) -> tuple[Bin, ...]:
        width = (self.max_score or 1.0) / BINS
        heights = [0] * (BINS + 1)
        for score, learners in self.counts.items():
            full = score >= self.max_score - 5e-5
            heights[BINS if full else max(0, min(BINS - 1, int(score / width)))] += learners
        edges = [round(place * width, 4) for place in range(BINS + 1)]
        bars = [Bin(edges[n], edges[n + 1], heights[n]) for n in range(BINS)]
        return (*bars, Bin(edges[BINS], edges[BINS], heights[BINS]))


class _Item:
    """Running sums of one item's score x and the rest of the total y."""

    __slots__ = ("full", "n", "x", "xx", "xy", "y", "yy")

    def __init__(self) -> None:
        self.n = self.full = 0
        self.x = self.y = self.xx = self.yy = self.xy = 0.0

    def add(self, score: float, rest: float, learners: int, *, full: bool) -> None:
        self.n += learners
        self.full += learners if full else 0
        self.x += score * learners
        self.y += rest * learners
        self.xx += score * score * learners
        self.yy += rest * rest * learners
        self.xy += score * rest * learners

    def discrimination(self) -> float | None:
        spread_x = self.n * self.xx - self.x * self.x
        spread_y = self.n * self.yy - self.y * self.y
        least = 1e-9 * max(1.0, self.n * self.n)
        if self.n < 3 or spread_x <= least or spread_y <= least:
            return None
        found = (self.n * self.xy - self.x * self.y) / math.sqrt(spread_x * spread_y)
        return round(max(-1.0, min(1.0, found)), 4)


class Items:
    """Ease and discrimination of tasks and checks."""

    def __init__(
        self,
        tasks: Sequence[tuple[str, str, float]],
        checks: Sequence[tuple[str, str, str, float, str]],
    ) -> None:
        self.task_rows = tasks
        self.check_rows = checks
        self.by_task = {task: _Item() for task, _, _ in tasks}
        self.by_check = [_Item() for _ in checks]
        self.outcomes: list[Counter[str]] = [Counter() for _ in checks]
        self.points = {task: maximum for task, _, maximum in tasks}

    def add(self, total: float, outcomes: str, scores: Mapping[str, float], learners: int) -> None:
        """So many learners have this report."""
        for task, item in self.by_task.items():
            score = scores.get(task, 0.0)
            full = score >= self.points[task] - 5e-4
            item.add(score, total - score, learners, full=full)
        for letter, row, item, counts in zip(
            outcomes, self.check_rows, self.by_check, self.outcomes, strict=False
        ):
            score = row[3] if letter == "p" else 0.0
            item.add(score, total - score, learners, full=letter == "p")
            counts[letter] += learners

    def tasks(self) -> tuple[Item, ...]:
        """Every task in its order."""
        return tuple(
            _item(self.by_task[task], task, title, maximum)
            for task, title, maximum in self.task_rows
        )

    def checks(self) -> tuple[Item, ...]:
        """Every check in its order."""
        return tuple(
            _item(
                item, row[0], row[2], row[3], task=row[1], visibility=row[4],
                outcomes={OUTCOMES[letter].value: count for letter, count in counts.most_common()},
            )
            for row, item, counts in zip(
                self.check_rows, self.by_check, self.outcomes, strict=True
            )
        )  # fmt: skip


def _item(item: _Item, name: str, title: str, maximum: float, **more: Any) -> Item:
    ease = item.x / (item.n * maximum) if item.n and maximum else 0.0
    return Item(
        id=name,
        title=title,
        max_score=maximum,
        ease=round(min(1.0, max(0.0, ease)), 4),
        full=item.full,
        discrimination=item.discrimination(),
        **more,
    )
