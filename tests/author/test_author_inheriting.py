"""Right styles that take from the reference what they do not define."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from grader.author.solutions import sources_at, submission_of
from grader.author.trials import author_module
from grader.author.verify import verify
from grader.exercise.inheriting import TAKEN
from grader.exercise.load import load
from grader.grading.pipeline import Options, grade
from grader.model.exercise import Exercise
from tests.author.kit import bundled

EXERCISES = Path(__file__).resolve().parents[1] / "exercises"
TWO_FILES = EXERCISES / "two_files"
MARK = "# inherits: reference\n"
BASE = '''"""Sums in a base class, products by a decorator, and a function that is called relu."""

# inherits: reference


def product(kind):
    kind.__mul__ = lambda self, other: "its own product"
    return kind


def relu():
    return "its own function"


class Sums:
    def __add__(self, other):
        return "its own sum"


@product
class Value(Sums):
    __slots__ = ("_backward", "_op", "_prev", "data", "grad")

    def __init__(self, data, _children=(), _op=""):
        self.data, self.grad, self._op, self._prev = data, 0, _op, _children
        self._backward = lambda: None
'''


def style(folder: Path, text: str) -> tuple[Exercise, Path]:
    """A right style beside the bundled exercise."""
    path = folder / "style.py"
    path.write_text(text, "utf-8")
    return bundled(), path


def test_only_what_a_style_does_not_have_is_taken(tmp_path):
    module = author_module(*style(tmp_path, BASE))
    value = module.Value(3.0)
    assert (value + 1, value * 1) == ("its own sum", "its own product")
    gated = value.relu()
    gated.backward()
    assert (gated.data, value.grad) == (3.0, 1)
    assert module.relu() == "its own function"
    assert getattr(module, TAKEN) == ["Value.relu", "Value.backward"]


def test_its_own_lines_keep_their_numbers(tmp_path):
    exercise, path = style(tmp_path, BASE.rstrip())
    (source,) = sources_at(exercise, path).values()
    assert source.decode().splitlines()[: BASE.count("\n")] == BASE.splitlines()
    ast.parse(source)


@pytest.mark.parametrize(
    "text", [BASE.replace(MARK, ""), BASE.replace(MARK, f"#{MARK}"), "\n" * 30 + BASE]
)
def test_a_style_without_the_mark_near_its_top_is_taken_as_it_is(tmp_path, text):
    exercise, path = style(tmp_path, text)
    assert sources_at(exercise, path) == {"value.py": path.read_bytes()}


@pytest.fixture
def folder(tmp_path):
    """A copy of an exercise in two files."""
    shutil.copytree(TWO_FILES, tmp_path / "two_files")
    return tmp_path / "two_files"


def test_a_whole_class_and_a_function_of_another_module_are_taken(folder):
    lent = folder / "reference/correct/lent"
    lent.mkdir()
    (lent / "vector.py").write_text(f"{MARK}from helpers import dot\n")
    (lent / "helpers.py").write_text(MARK)
    exercise = load(folder)
    taken = submission_of(exercise, "lent", sources_at(exercise, lent))
    report = grade(exercise, taken, Options(isolation="none"))
    assert report.score == report.max_score


BARE = """class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y
"""


@pytest.mark.parametrize(
    ("text", "move"),
    [
        (BARE, "Define Vector.norm there, or take it from the reference with the line "),
        (MARK + BARE, "It has `Vector.norm` from the reference, which may not fit it: "),
    ],
)
def test_verify_says_what_a_style_lacks_and_what_it_took(folder, text, move):
    """The reference's `norm` uses a function that the style does not import."""
    (folder / "reference/correct/bare.py").write_text(text)
    (defect,) = verify(load(folder)).defects
    assert (defect.proof, defect.where) == ("styles", "reference/correct/bare.py")
    assert defect.what.startswith("loses points at norm/")
    assert defect.next_move.startswith(move)
