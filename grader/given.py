"""Whether a submission rewrote parts that the starter gives. Textual and pure: a learner's source
is never parsed in the grader's process.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.model import Exercise, Submission


def rewritten_parts(exercise: Exercise, submission: Submission) -> list[str]:
    """Names of the starter's given functions that the submission does not hold word for word."""
    source = exercise.starter_file.read_text("utf-8")
    main = next(file for file in submission.files if file.path == submission.main)
    theirs = "\n".join(_normal(main.text))
    holes = {task.hole for task in exercise.tasks if task.hole}
    return [
        name
        for name, text in _functions(source)
        if name not in holes and "\n".join(_normal(text)) not in theirs
    ]


def _functions(source: str) -> Iterator[tuple[str, str]]:
    lines = source.splitlines()

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                yield prefix + node.name, "\n".join(lines[node.lineno - 1 : node.end_lineno])

    yield from walk(ast.parse(source).body, "")


def _normal(text: str) -> Iterator[str]:
    """Lines without comments, blank lines and indentation."""
    for line in text.splitlines():
        kept = line.split("#", 1)[0].strip()
        if kept:
            yield kept
