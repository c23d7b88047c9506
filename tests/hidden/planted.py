"""A copy of this project's exercise in whose hidden checks something is planted: a number that is
asked, a name, a title and a message of their own, so that nobody can have them from elsewhere."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LARGE = 40_000_000
"""Planted numbers are larger than this, and no other number of the battery is."""


class Plants(NamedTuple):
    """What was planted in how many hidden checks: words and numbers."""

    words: tuple[str, ...]
    numbers: tuple[int, ...]

    def found_in(self, text: str) -> list[str]:
        """The plants that a text gives away."""
        found = [word for word in self.words if word in text]
        digits = set(re.findall(r"(?<![0-9])[0-9]{8}(?![0-9])", text))
        return found + [str(number) for number in self.numbers if str(number) in digits]


def plant(folder: Path, *, visible: Iterable[str] = (), only: int | None = None) -> Plants:
    """Lays the exercise out in the folder; all checks but those are hidden.

    `visible` are names of test functions; with `only` a task keeps its first so many checks.
    """
    for part in ("tasks.yaml", "starter", "reference", "tests/battery"):
        source, target = ROOT / part, folder / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    words: list[str] = []
    numbers: list[int] = []
    for path in sorted((folder / "tests/battery").glob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        tests = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name[:5] == "test_"]
        for place, test in enumerate(tests):
            if only is not None and place >= only:
                tree.body.remove(test)
            elif test.name not in visible:
                number = LARGE + 13 + 7919 * len(numbers)
                words += _plant(test, number)
                numbers.append(number)
        path.write_text(ast.unparse(ast.fix_missing_locations(tree)) + "\n", "utf-8")
    return Plants(tuple(words), tuple(numbers))


def _plant(test: ast.FunctionDef, number: int) -> list[str]:
    """Hides the check, asks the number, and gives every second one a message of its own."""
    name, title, message = (f"{word}{number - LARGE}q" for word in ("named", "titled", "told"))
    test.name = f"test_{name}"
    mark = "pytest.mark.check(visibility='hidden')"
    # a check that waits for a task would not be asked, or not told
    test.decorator_list = [ast.parse(mark, mode="eval").body]
    asked = f"submission.Value({number})"
    if number % 2:
        asked = f"assert {asked}.data == {number}, 'the {message} is wrong'"
    body = test.body[1:] if ast.get_docstring(test) else test.body
    head = f"'''A check {title}.'''\n" + (asked if _asks(test) else "")
    test.body = [*ast.parse(head).body, *body]
    return [name, title, *([message] if message in asked else [])]


def _asks(test: ast.FunctionDef) -> bool:
    return any(argument.arg == "submission" for argument in test.args.args)
