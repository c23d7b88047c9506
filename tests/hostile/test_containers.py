"""Containers that lie, have no end or hold themselves: nothing is gained by them, at any level."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading.pipeline import Options, grade_each
from grader.intake.take import take_source
from grader.model.check import Outcome
from grader.model.errors import IsolationUnavailable
from tests import plain_exercise
from tests.hostile.cases import LEVELS

HOSTILE = """
import itertools

class OddList(list):
    __eq__ = __contains__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __len__ = lambda self: 2
    __iter__ = lambda self: iter([2, 4])
    __getitem__ = lambda self, key: 2 * key + 2
    __hash__ = lambda self: 0
    __class__ = property(lambda self: list)

class OddDict(dict):
    __contains__ = __eq__ = lambda self, other: True
    __iter__ = keys = lambda self: iter([1, 2])
    items = lambda self: itertools.repeat((2, 1))

class OddText(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: hash("table")
    __str__ = __repr__ = encode = lambda self, *rest: "table"

class OddNumber(int):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 3
    __bool__ = __int__ = __index__ = lambda self: 1

class Changing:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return next(COUNT)

COUNT = itertools.count()

class Table:
    def __init__(self, cells=()):
        pass
    cells = property(lambda self: OddList())
    def doubled(self):
        return OddList([0])
    def parts(self):
        return itertools.repeat(self)
    def __len__(self):
        return 2**62

def rows(cells):
    cells.append(cells)
    return cells

def count(cells):
    return OddNumber(9)

def words():
    return {Changing(), Changing(), "a", "b", "c"}

def index(cells):
    return OddDict({1: 0})

def long():
    return list(range(10**6))

def is_even(number):
    return {k * (2**61 - 1) for k in range(9000)}

def first(cells):
    wide = [cells]
    for _ in range(40):
        wide = [wide] * 40
    return wide

def name():
    return OddText("chair")
"""


@pytest.mark.parametrize(
    "level", [LEVELS[0], *(pytest.param(one, marks=pytest.mark.slow) for one in LEVELS[1:])]
)
def test_hostile_containers_pass_no_check_and_hurt_nobody_after_them(tmp_path: Path, level: str):
    made = plain_exercise.build(tmp_path)
    sources = (HOSTILE, plain_exercise.REFERENCE)
    taken = [take_source("value.py", source.encode(), "value.py") for source in sources]
    reports = []
    try:
        grade_each(made, taken, lambda _, report: reports.append(report), Options(isolation=level))
    except IsolationUnavailable as absent:
        pytest.skip(absent.message)
    hostile, right = reports
    outcomes = {check.id: check.outcome for task in hostile.tasks for check in task.checks}
    assert set(outcomes.values()) <= {Outcome.FAILED, Outcome.ERROR, Outcome.CRASHED}
    assert hostile.score == 0
    assert right.score == right.max_score
