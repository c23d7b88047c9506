"""Syntax of a later Python is known as such, and a plain mistake is not taken for it."""

from __future__ import annotations

import pytest

from grader.target.newer_syntax import newer_version


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ('print(f"{d["a"]}")', "3.12"),
        ("    return f'{self.names['x']}'", "3.12"),
        ("type Number = int | float", "3.12"),
        ("type Pair[T] = tuple[T, T]", "3.12"),
        ("class Stack[T]:", "3.12"),
        ("    def first[T](self, x: list[T]) -> T:", "3.12"),
        ('text = t"{x}"', "3.14"),
        ('print(f"{a" + "b}")', ""),
        ("print(f\"{d['a']\")", ""),
        ("type(x) = 3", ""),
        ("class Value(", ""),
        ("def f(x:", ""),
        ('print("t" "x"', ""),
    ],
)
def test_a_line(line, version):
    assert newer_version("invalid syntax", line, (3, 11)) == version


def test_a_message():
    assert newer_version("f-string expression part cannot include a backslash", "", (3, 11))
    assert newer_version("multiple exception types must be parenthesized", "", (3, 11)) == "3.14"
    assert not newer_version("multiple exception types must be parenthesized", "", (3, 14))
    assert not newer_version("f-string: expecting '}'", 'f"{x"', (3, 11))
