"""The smallest formula that gives some numbers from others."""

from __future__ import annotations

import random

import pytest

from grader.diagnosis.formula import Formulas

POINTS = [(2.0, 3.0), (-1.5, 0.733), (0.64, -2.35), (3.17, 1.73), (-2.26, -1.38), (1.25, 4.57)]
ROWS = [{"a": a, "b": b, "g": g} for a, b in POINTS for g in (1.0, 4.0, -1.75, a * b)]


def found(function, rows=ROWS) -> str:
    return str(Formulas().smallest(rows, [function(*row.values()) for row in rows]))


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (lambda a, b, g: a, "a"),
        (lambda a, b, g: 5, "5"),
        (lambda a, b, g: b * g, "b * g"),
        (lambda a, b, g: g * b * 2, "2 * b * g"),
        (lambda a, b, g: -b * g, "-b * g"),
        (lambda a, b, g: a + a + g, "g + 2 * a"),
        (lambda a, b, g: (a + b) * g, "g * (a + b)"),
        (lambda a, b, g: (a + b) / 2, "(a + b) / 2"),
        (lambda a, b, g: g * b**2, "g * b**2"),
        (lambda a, b, g: round(a * b, 2), "round(a * b, 2)"),
        (lambda a, b, g: int(a * b), "int(a * b)"),
        (lambda a, b, g: max(a, 0), "max(a, 0)"),
        (lambda a, b, g: g if a > 0 else 0, "g * (a > 0)"),
        (lambda a, b, g: g if a > 0 else -g, "g * (1 if a > 0 else -1)"),
    ],
)
def test_the_smallest_formula_is_found(function, formula):
    assert found(function) == formula


def test_what_follows_no_formula_has_none():
    chance = random.Random(1)
    assert found(lambda a, b, g: chance.random()) == "None"


def test_a_formula_has_to_hold_at_the_points_that_were_not_searched():
    """A program that is right at every second point only."""
    wanted = [row["b"] * row["g"] for row in ROWS]
    assert str(Formulas().smallest(ROWS, wanted)) == "b * g"
    wanted[1] += 1
    assert Formulas().smallest(ROWS, wanted) is None


def test_gates_differ_at_0():
    rows = [{"a": a, "g": g} for a in (0.0, 2.0, -3.0, 0.6) for g in (1.5, 4.0, -1.75)]
    assert found(lambda a, g: g if a > 0 else 0, rows) == "g * (a > 0)"
    assert found(lambda a, g: g if a >= 0 else 0, rows) == "g * (a >= 0)"
