"""An exercise without an oracle: functions that give containers, judged by plain assertions."""

from __future__ import annotations

from pathlib import Path

from grader.exercise.load import load
from grader.model.exercise import Exercise

MANIFEST = """
format: 1
id: containers
title: Containers
submission: {module: value, class: Table}
parts: {starter: starter, reference: reference, battery: battery}
tasks:
  - {id: rows, title: Rows, points: 4, statement: Write them.}
handout: [starter/value.py]
"""

REFERENCE = """
class Table:
    def __init__(self, cells=()):
        self.cells = list(cells)
    def doubled(self):
        return [2 * cell for cell in self.cells]
    def parts(self):
        return [Table([cell]) for cell in self.cells]
    def __len__(self):
        return len(self.cells)

def rows(cells):
    return [2 * cell for cell in cells]

def count(cells):
    return len(cells)

def words():
    return {"a", "b", "c"}

def index(cells):
    return {cell: at for at, cell in enumerate(cells)}

def long():
    return list(range(300))

def is_even(number):
    return number % 2 == 0

def first(cells):
    return cells[0]

def name():
    return "table"
"""

WRONG = """
class Table:
    def __init__(self, cells=()):
        self.cells = [cell + 1 for cell in cells]
    def doubled(self):
        return self.cells
    def parts(self):
        return [Table([cell]) for cell in self.cells]
    def __len__(self):
        return 7

def rows(cells):
    cells.append(0)
    return cells

def count(cells):
    return 3

def words():
    return {"c", "b", "x"}

def index(cells):
    return {1: 2}

def long():
    return [*range(299), 0]

def is_even(number):
    return True

def first(cells):
    return cells[0] if cells else None

def name():
    return "chair"
"""

BATTERY = """
import pytest

pytestmark = pytest.mark.task("rows")

def test_equal(submission):
    assert submission.rows([1, 2]) == [2, 4]

def test_left_alone(submission):
    cells = submission.given([1, 2])
    submission.rows(cells)
    assert cells == [1, 2]

def test_count(submission):
    for length in (3, 2):
        got = submission.count([0] * length)
        assert got == length

def test_words(submission):
    assert submission.words() == {"a", "b", "c"}

def test_one_of(submission):
    assert submission.name() in ("table", "desk"), "the name is that of a table"

def test_holds(submission):
    assert 2 in submission.index([1, 2])

def test_long(submission):
    assert submission.long() == list(range(300))

def test_even(submission):
    assert submission.is_even(2) is True
    assert submission.is_even(3) is False

def test_method(submission):
    table = submission.Table([1, 2])
    assert table.doubled() == [2, 4]

def test_attribute(submission):
    table = submission.Table([1])
    assert table.cells == [1]

def test_items(submission):
    for part in submission.Table([1]).parts():
        assert part.cells == [1]

def test_length(submission):
    assert len(submission.Table([1])) == 1

def test_close(submission):
    assert submission.count([]) == pytest.approx(0.0)

def test_below(submission):
    assert submission.count([]) < 1

def test_type(submission):
    assert isinstance(submission.first([[1]]), list)

def test_raises(submission):
    with submission.raises(LookupError):
        submission.first([])
"""

SOURCES = {
    "tasks.yaml": MANIFEST,
    "starter/value.py": "class Table:\n    pass\n",
    "reference/value.py": REFERENCE,
    "battery/test_rows.py": BATTERY,
}


def build(folder: Path, **changed: str) -> Exercise:
    """Writes the exercise into a folder and loads it; files may have another text."""
    for name, text in (SOURCES | changed).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return load(folder)
