"""A task that is added to the bundled exercise: what it takes to write, and that it is sound."""

from __future__ import annotations

import difflib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import COMMAND, ROOT, variables

MOST_LINES = 60
VERIFY_S = 1800
"""A hang ends here; on an idle machine it takes a minute or two."""

PARTS = ("tasks.yaml", "starter", "reference", "tests/battery")

TASK = """\
  - id: sub
    title: Subtraction
    points: 1
    needs: [add, mul]
    hole: Value.__sub__
    statement: |
      `a - b` makes a new node, $y = a - b$, for two `Value`s and for a plain number on the right.
      $a$ gets the gradient that arrives, $b$ its negative.
    hints:
      - Which sum is a difference?

"""
RELU = "  - id: relu\n"

HOLE = '''\
    def __sub__(self, other):
        """self - other, where other is a Value or a plain number"""
        raise NotImplementedError("task sub: __sub__ is yours to write")

'''
FILLING = '''\
    def __sub__(self, other):
        """self - other, where other is a Value or a plain number"""
        return self + other * -1

'''
METHOD = "    def relu(self):\n"

ROW = 'Operation("a - b", ("sub",), lambda a, b: a - b, lambda a, b: (ONE, -ONE)),\n'
ROWS = "ROWS = (\n"

CHECKS = '''\
"""The difference: the right input gets the negative of the gradient that arrives."""

import pytest

pytestmark = pytest.mark.task("sub")


def test_two_inputs(submission, expect_gradients):
    """The left input gets the gradient, the right one its negative."""
    expect_gradients(submission.Value(2.0) - submission.Value(-3.5))


def test_plain_number(submission, expect_gradients):
    """A plain number on the right is taken like a Value."""
    expect_gradients(submission.Value(2.5) - 3)


def test_gradient_from_above(submission, expect_gradients):
    """A difference passes on the gradient that arrives, not always 1."""
    a, b, c = (submission.Value(x) for x in (2.0, 3.0, 5.0))
    expect_gradients((a - b) - (c - a))
'''
MISTAKE = '''\
class OtherWayRound:
    """a - b gives b - a

    The two inputs have changed places. Which of them is the larger one in 5 - 2?
    """

    def __sub__(self, other):
        return (self + other * -1) * -1
'''


def added(folder: Path) -> None:
    """The bundled exercise with a task more."""
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    for name, before, text in (
        ("tasks.yaml", RELU, TASK),
        ("starter/value.py", METHOD, HOLE),
        ("reference/value.py", METHOD, FILLING),
    ):
        written = (folder / name).read_text("utf-8")
        assert written.count(before) == 1
        (folder / name).write_text(written.replace(before, text + before), "utf-8")
    table = folder / "tests/battery/operations.py"
    table.write_text(table.read_text("utf-8").replace(ROWS, f"{ROWS}    {ROW}"), "utf-8")
    (folder / "tests/battery/test_sub.py").write_text(CHECKS, "utf-8")
    (folder / "reference/misconceptions/sub.py").write_text(MISTAKE, "utf-8")


def differing(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The files that differ from the bundled exercise, and their lines that do."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and "__pycache__" not in name.parts:
            original = ROOT / name
            before = original.read_text("utf-8").splitlines() if original.is_file() else []
            lines = difflib.ndiff(before, path.read_text("utf-8").splitlines())
            changed = [line for line in lines if line[0] in "+-"]
            if changed:
                yield name.as_posix(), changed


@pytest.mark.slow
def test_a_difference_is_added_in_sixty_lines_and_the_exercise_is_sound(tmp_path):
    """No right style is touched, and one line of the oracle."""
    added(tmp_path)
    changed = dict(differing(tmp_path))
    assert set(changed) == {
        "tasks.yaml",
        "starter/value.py",
        "reference/value.py",
        "reference/misconceptions/sub.py",
        "tests/battery/operations.py",
        "tests/battery/test_sub.py",
    }
    assert len(changed["tests/battery/operations.py"]) == 1
    lines = [line for lines in changed.values() for line in lines]
    assert {line[0] for line in lines} == {"+"}
    assert len(lines) <= MOST_LINES
    command = [*COMMAND, "verify", "--exercise", str(tmp_path)]
    done = subprocess.run(
        command, env=variables(), capture_output=True, text=True, timeout=VERIFY_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
