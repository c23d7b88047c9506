"""Whoever slips has a next step on the first screen of `grader check`: 24 lines of 80 columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.exercise.load import load
from grader.grading.pipeline import grade_each
from grader.intake.take import take
from grader.model.check import Audience
from grader.model.exercise import Submission
from grader.model.report import Report
from grader.render.terminal.scorecard import scorecard_text
from grader.report.audience import for_learner

SLIPS = {
    "replaces": ("self.grad += other.data * out.grad", "self.grad = other.data * out.grad"),
    "equals plus": ("other.grad += self.data * out.grad", "other.grad =+ self.data * out.grad"),
    "misspelt name": ("self.grad += other.data", "self.grad += othr.data"),
    "misspelt attribute": ("other.grad += self.data", "other.grad += self.dta"),
    "no colon": ("def __mul__(self, other):", "def __mul__(self, other)"),
    "no bracket": ('(self, other), "*")', '(self, other), "*"'),
    "wrong indent": ("        out._backward =", "       out._backward ="),
    "no self": ("def relu(self):", "def relu():"),
    "another class": ("class Value:", "class value:"),
    "ends at once": ("class Value:", "raise SystemExit\n\n\nclass Value:"),
    "text for a number": ("self.data = data", "self.data = str(data)"),
    "no inputs": ('(self, other), "*")', '(), "*")'),
    "inputs without brackets": ('(self, other), "*")', 'self, other, "*")'),
    "raises in every task": ("self.data = data", 'raise ValueError("no")'),
    "sum for product": ("Value(self.data * other.data", "Value(self.data + other.data"),
    "node for its number": ("if self.data > 0 else 0", "if self > 0 else 0"),
    "divides": ("self.grad += other.data * out.grad", "self.grad += out.grad / (self.data - 3)"),
    "slope is the input": ("            if self.data > 0:\n", "            if self.data > 1:\n"),
    "sets to 0 first": ("        self.grad = 1\n", "        self.grad = 0\n"),
    "reads none": ("out._backward = _backward", "out._backward = _backward()"),
}
"""A text of the reference and what stands in its place, everywhere."""
STEP = re.compile(r"\?(\s|$)|\bline \d+|the name must\s+match")


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The whole of what each slip is shown."""
    exercise = load()
    text = exercise.reference_file.read_text("utf-8")
    folder: Path = tmp_path_factory.mktemp("slips")
    found: list[str] = []

    def handed_in(name: str) -> Submission:
        right, wrong = SLIPS[name]
        assert right in text, name
        (folder / "value.py").write_text(text.replace(right, wrong), "utf-8")
        return take(folder / "value.py", exercise.module_file)

    def show(_: Submission, report: Report) -> None:
        shown = scorecard_text(for_learner(report), audience=Audience.LEARNER, width=80)
        found.append(shown)

    grade_each(exercise, (handed_in(name) for name in SLIPS), show)
    return dict(zip(SLIPS, found, strict=True))


@pytest.mark.parametrize("name", SLIPS)
def test_there_is_a_next_step(name: str, screens: dict[str, str]) -> None:
    first = "\n".join(screens[name].split("\n")[:24])
    assert STEP.search(first.partition("Look here first")[2]), first


def test_one_line_that_raises_is_one_problem(screens: dict[str, str]) -> None:
    shown = screens["raises in every task"]
    assert shown.count("same mistake as in add") == 2
    assert "did not pass" not in shown
