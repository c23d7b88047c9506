"""`grader draw`: every expression is drawn, or what stands in the way is said in a line or two."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli import submissions
from tests.cli.inside import inside
from tests.cli.running import ROOT, Done

STARTER = (ROOT / "starter/value.py").read_text("utf-8")
DRAWN = [
    # the words, and what an input's line shows
    ("a*a a=3", "a  Value(3.0)  data 3.0  grad 6.0"),
    ("a+a a=3", "a  Value(3.0)  data 3.0  grad 2.0"),
    ("relu(a*b+a) a=2 b=-3", "a  Value(2.0)  data 2.0  grad 0.0"),
    ("relu(a*b+a) a=2 b=3", "a  Value(2.0)  data 2.0  grad 4.0"),
    ("(a+1)+(a*2) a=3", "a  Value(3.0)  data 3.0  grad 3.0"),
    ("a+(a*2)*5 a=3", "a  Value(3.0)  data 3.0  grad 11.0"),
    ("(a+b)*(c+d) a=2 b=3 c=5 d=7", "a  Value(2.0)  data 2.0  grad 12.0"),
    ("relu(a)+a a=-3", "a  Value(-3.0)  data -3.0  grad 1.0"),
    ("relu(a)*-1 a=3", "a  Value(3.0)  data 3.0  grad -1.0"),
    ("relu(-a) a=-2.5", "a  Value(-2.5)  data -2.5  grad -1.0"),
    ("-a a=3", "a  Value(3.0)  data 3.0  grad -1.0"),
    ("-a*h+b a=3 h=2 b=1", "h  Value(2.0)  data 2.0  grad -3.0"),
    ("a a=3", "a  Value(3.0)  data 3.0  grad 1.0"),
    ("a.relu() a=3", "a  Value(3.0)  data 3.0  grad 1.0"),
    ("(x*w+b).relu() x=2 w=3 b=1", "w  Value(3.0)  data 3.0  grad 2.0"),
    ("(a*b).relu().relu() a=2 b=3", "a  Value(2.0)  data 2.0  grad 3.0"),
    ("(a*b).backward() a=2 b=3", "a  Value(2.0)  data 2.0  grad 3.0"),
    ("b*a a=2 b=3", "b  Value(3.0)  data 3.0  grad 2.0"),
    ("a*0.5 a=3", "a  Value(3.0)  data 3.0  grad 0.5"),
    ("a*b a=0 b=0", "a  Value(0.0)  data 0.0  grad 0.0"),
    ("a*1e200*1e200 a=1", "a  Value(1.0)  data 1.0  grad inf"),
    ("größe*2 größe=1.5", "größe  Value(1.5)  data 1.5  grad 2.0"),
]

REFUSED = [
    # the words, what is wrong, and the next move
    ("2*a a=3", "this exercise has no `2 * a`", "Write `a * 2`"),
    ("2+a a=3", "this exercise has no `2 + a`", "Write `a + 2`"),
    ("a-b a=3 b=2", "this exercise has no `a - b`", "It has `a + b`, `a * b`, `relu(a)`."),
    ("a-2 a=3", "this exercise has no `a - 2`", "It has `a + b`"),
    ("2-a a=3", "this exercise has no `2 - a`", "It has `a + b`"),
    ("a/b a=3 b=2", "this exercise has no `a / b`", "It has `a + b`"),
    ("a**2 a=3", "this exercise has no `a ** 2`", "It has `a + b`"),
    ("x*(y-x) x=3 y=1", "this exercise has no `y - x`", "It has `a + b`"),
    ("tanh(a) a=1", "this exercise has no `a.tanh()`", "It has `a + b`"),
    ("a.exp() a=1", "this exercise has no `a.exp()`", "It has `a + b`"),
    ("a@b a=1 b=2", "`a @ b` cannot be drawn", "calls such as relu(a)"),
    ("a//b a=1 b=2", "`a // b` cannot be drawn", "calls such as relu(a)"),
    ("a%2 a=1", "`a % 2` cannot be drawn", "calls such as relu(a)"),
    ("a==b a=1 b=2", "`a == b` cannot be drawn", "calls such as relu(a)"),
    ("a^2 a=1", "`a ^ 2` cannot be drawn", "calls such as relu(a)"),
    ("a.data a=1", "`a.data` cannot be drawn", "calls such as relu(a)"),
    ("a.relu a=1", "`a.relu` cannot be drawn", "calls such as relu(a)"),
    ("max(0,a) a=1", "`max(0, a)` is not a call on one value", "such as relu(a)"),
    ("relu() a=1", "`relu()` is not a call on one value", "such as relu(a)"),
    ("a.relu(1) a=1", "`a.relu(1)` is not a call on one value", "such as relu(a)"),
    ("relu(2)+a a=1", "`relu(2)` has no input in it", "write its value"),
    ("2a a=1", "`2a` is not an expression", "Try: grader draw"),
    ("a+ a=1", "`a+` is not an expression", "Try: grader draw"),
    ("y=a*2 a=1", "`y=a*2` is not an expression", "Try: grader draw"),
    ("(a+b a=1 b=1", "`(a+b` is not an expression", "Try: grader draw"),
    ("a+b a=1", "`b` has no value", "Add one, for example b=2."),
    ("a a=1 a=2", "`a` has two values", ""),
    ("a a=1/2", "`a=1/2` is not of the form name=number", "in quotes"),
    ("a + b a=1 b=2", "`+` is not of the form name=number", "in quotes"),
    ("5", "has no input", "such as a*2 with a=3"),
    ("--submission nowhere.py a a=1", "there is no such file or folder", "Check the path."),
]  # fmt: skip


def draw(words: str, *more: object) -> Done:
    """`grader draw` with these words, as a shell splits them."""
    return inside("draw", *words.split(), *more)


@pytest.mark.parametrize(("words", "shown"), DRAWN)
def test_what_is_right_is_drawn(words: str, shown: str) -> None:
    """Exit 0, the inputs under their own names, and nothing else to say."""
    done = draw(words)
    assert (done.code, done.err) == (0, "")
    assert shown in done.out


@pytest.mark.parametrize(("words", "wrong", "next_move"), REFUSED)
def test_what_cannot_be_drawn_is_said_in_a_line_or_two(
    words: str, wrong: str, next_move: str
) -> None:
    """Exit 2, nothing on standard output, and never an error of ours."""
    done = draw(words)
    assert (done.code, done.out) == (2, "")
    assert re.match(r"grader: .*\n(?:.+\n)?$", done.err)
    assert wrong in done.err
    assert next_move in done.err


def test_a_value_that_is_not_used_is_told() -> None:
    """The drawing is none the worse for it."""
    done = draw("a+a a=3 b=2")
    assert (done.code, done.err) == (
        0,
        "`b` is not in the expression: its value was not used\n",
    )
    assert "grad 2.0" in done.out


def test_each_of_two_trees_has_its_own_steps(tmp_path: Path) -> None:
    """First what should be, with the backward pass; then the file, with the code that shows it."""
    file = submissions.write(tmp_path, submissions.wrong_mul())
    done = draw("w*w w=3", "--submission", file)
    assert (done.code, done.err) == (1, "")
    true, own = done.out.split("\n\n")
    assert true.splitlines()[0] == "as it should be"
    assert "w  Value(3.0)  data 3.0  grad 6.0\n" in true
    assert true.endswith("* in a sends 3 · 1 = 3 to w; w.grad is now 6")
    assert own.splitlines()[0] == file.name
    assert "grad 3.0 expected 6.0  ◀ first wrong value" in own
    assert own.endswith("  w.grad   # expected 6.0, got 3.0\n")
    assert "sends" not in own


def test_a_file_that_is_right_is_drawn_once() -> None:
    """Its one tree says so."""
    done = draw("a*a a=3", "--submission", ROOT / "reference/value.py")
    assert done.code == 0
    assert done.out.startswith("value.py: all is as it should be\n")
    assert done.out.count("Value(3.0)") == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (STARTER, "NotImplementedError: task mul: __mul__ is yours to write"),
        ("class Value\n", "SyntaxError"),
    ],
    ids=["unwritten", "not Python"],
)
def test_a_file_that_cannot_compute_it_stands_under_what_is_right(
    tmp_path: Path, text: str, why: str
) -> None:
    """Exit 1, as for a wrong value; a picture of what is right is still to be had."""
    file = submissions.write(tmp_path, text)
    done = draw("a*a a=3", "--submission", file)
    assert done.code == 1
    true, own = done.out.split("\n\n")
    assert "grad 6.0" in true
    assert why in " ".join(own.split())
    picture = draw("a*a a=3", "--submission", file, "--dot")
    assert (picture.code, picture.out[:7]) == (1, "digraph")
    assert why in picture.err
