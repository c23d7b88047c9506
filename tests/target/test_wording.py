"""Sentences about a submission that cannot be imported: its line, and a caret where one helps."""

from __future__ import annotations

import pytest

from grader.intake import take as intake
from grader.model.program import Raised
from grader.target.not_loaded import load_sentence
from grader.target.sentences import raised_sentence


def shown(code: str, line: int, column: int | None) -> list[str]:
    """What stands below the sentence."""
    taken = intake.take_source("value.py", code.encode(), "value.py")
    raised = Raised("SyntaxError", "odd", line, path="value.py", column=column)
    return load_sentence(taken, raised, "value.py").split("\n")[1:]


def test_a_caret_stands_under_the_column_of_the_stripped_line():
    assert shown("class A:\n    def f(self)\n", 2, 16) == [
        "    in line 2:",
        "    def f(self)",
        "               ^",
    ]
    assert shown("\tif x = 1:\n", 1, 5) == ["    in line 1:", "    if x = 1:", "       ^"]


def test_a_caret_counts_wide_characters_twice():
    assert shown("x = '全角' y\n", 1, 10)[-1] == "    " + " " * 11 + "^"


@pytest.mark.parametrize("column", [None, 0, 40, 3])
def test_no_caret_where_the_column_is_not_in_the_line(column):
    assert shown("class A:\n    def f(self)\n", 2, column) == ["    line 2:  def f(self)"]


def test_no_caret_where_the_line_is_not_shown_as_it_is():
    assert shown("x = '\x07' y\n", 1, 3) == ["    line 1:  x = '\ufffd' y"]


def test_an_exception_that_says_nothing_has_a_sentence():
    assert str(raised_sentence(Raised(""))) == "?"
