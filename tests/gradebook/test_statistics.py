"""The statistics of a class beside their definitions."""

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.gradebook.facts import CheckFacts, TaskFacts
from grader.gradebook.statistics import Items, Spread

CHECKS = [
    CheckFacts("a/one", "a", "One", 1.0, "visible"),
    CheckFacts("a/two", "a", "Two", 2.0, "visible"),
    CheckFacts("b/one", "b", "One of b", 3.0, "hidden"),
]
TASKS = [TaskFacts("a", "A", 3.0), TaskFacts("b", "B", 3.0)]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_spread_is_what_the_standard_library_says(points):
    spread = Spread()
    for point in points:
        spread.add(point / 10, 6.0, 1)
    scores = spread.scores()
    values = [point / 10 for point in points]
    assert scores.mean == pytest.approx(statistics.fmean(values), abs=1e-4)
    assert scores.median == pytest.approx(statistics.median(values), abs=1e-4)
    assert scores.deviation == pytest.approx(statistics.pstdev(values), abs=1e-4)
    assert sum(one.learners for one in scores.bins) == len(values)
    assert scores.bins[-1].learners == points.count(60)


def test_discrimination_is_the_item_rest_correlation():
    rng = random.Random(1)
    items, rows = Items(TASKS, CHECKS), []
    for _ in range(200):
        able = rng.random()
        passed = [rng.random() < able for _ in CHECKS]
        earned = [check.max_score if ok else 0.0 for ok, check in zip(passed, CHECKS, strict=True)]
        outcomes = "".join("p" if ok else "f" for ok in passed)
        scores = {"a": earned[0] + earned[1], "b": earned[2]}
        items.add(sum(earned), outcomes, scores, 1)
        rows.append(earned)
    for place, item in enumerate(items.checks()):
        own = [row[place] for row in rows]
        rest = [sum(row) - row[place] for row in rows]
        assert item.discrimination == pytest.approx(statistics.correlation(own, rest), abs=1e-3)
        assert item.ease == pytest.approx(statistics.fmean(own) / item.max_score, abs=1e-3)
        assert item.outcomes["passed"] == item.full
    assert [item.max_score for item in items.tasks()] == [3.0, 3.0]


def test_what_everybody_does_alike_discriminates_nobody():
    items = Items(TASKS, CHECKS)
    for score in (3.0, 6.0, 3.0, 6.0):
        outcomes = "pp" + ("p" if score == 6 else "f")
        items.add(score, outcomes, {"a": 3.0, "b": score - 3}, 1)
    first, _, third = items.checks()
    assert first.discrimination is None
    assert third.discrimination is None, "the rest is the same for all"


def test_what_is_the_same_for_all_is_not_told_apart_by_rounding():
    tenths = [CheckFacts(f"a/{name}", "a", name, 0.1, "visible") for name in ("one", "two")]
    items = Items([TaskFacts("a", "A", 0.2)], tenths)
    for outcomes, score in (("pp", 0.2), ("pf", 0.1), ("pf", 0.1)):
        items.add(score, outcomes, {"a": score}, 1)
    assert [item.discrimination for item in (*items.tasks(), *items.checks())] == [None] * 3


def test_an_empty_class_has_no_numbers():
    assert Spread().scores().mean is None
    assert [item.ease for item in Items(TASKS, CHECKS).checks()] == [0.0, 0.0, 0.0]
