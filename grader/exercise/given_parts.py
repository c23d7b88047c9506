"""Whether a submission rewrote parts that the starter gives. Pure.

A learner's source is never parsed in the grader's process: its tokens are compared, which cannot
nest. A given function is held unchanged when its tokens stand somewhere in the source, without
comments, docstrings and layout. So one that is overridden further down counts as unchanged, and no
mistake of it is named: a name withheld is the safe side.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from grader.exercise.content import starter_texts
from grader.model.exercise import Exercise, Submission

LONGEST = 100_000
LONGEST_LINE = 500
"""Characters of a source that is looked through, and of its lines: an odd line takes a time that
grows with its square. In a longer one nothing counts as rewritten."""

FOR_PEOPLE = frozenset({"__repr__", "__str__"})
"""Functions that no check asks."""

_LAYOUT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER, tokenize.ENCODING})
_NAMELESS = {tokenize.INDENT: "indent", tokenize.DEDENT: "dedent", tokenize.NEWLINE: "newline"}

Tokens = tuple[str, ...]


class GivenParts:
    """The functions that the starter gives and no task asks for, read once for a session."""

    def __init__(self, exercise: Exercise) -> None:
        functions = given_functions(exercise)
        self._contract = exercise.contract
        self.names = frozenset(functions)
        self._tokens = {
            name: _tokens(source)
            for name, source in functions.items()
            if name.rpartition(".")[2] not in FOR_PEOPLE
        }

    def rewritten(self, submission: Submission) -> list[str]:
        """Names of the functions, `Value.backward`, that the submission has otherwise; none where
        that cannot be told."""
        tokens = {
            module: _tokens_of(submission, submission.main if not at else f"{module}.py")
            for at, module in enumerate(self._contract.modules)
        }
        return [
            name
            for name, part in self._tokens.items()
            if (theirs := tokens[self._contract.place(name)[0]]) and not _holds(theirs, part)
        ]


def given_functions(exercise: Exercise) -> dict[str, str]:
    """The functions that the starter gives and no task asks for, with their source."""
    contract, texts = exercise.contract, starter_texts(exercise)
    holes = {contract.place(task.hole) for task in exercise.tasks if task.hole}
    return {
        contract.address(module, name): text
        for module, file in zip(contract.modules, contract.files, strict=True)
        for name, text in _functions(texts[file])
        if (module, name) not in holes
    }


def _tokens_of(submission: Submission, path: str) -> Tokens:
    """The tokens of one of its files; none where there is no such file, or it cannot be read."""
    text = next((file.text for file in submission.files if file.path == path), "")
    try:
        return _tokens(text) if is_short(text) else ()
    except (tokenize.TokenError, SyntaxError):
        return ()


def _functions(source: str) -> Iterator[tuple[str, str]]:
    lines = source.splitlines()

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                yield prefix + node.name, _outdented(text, node.col_offset)

    yield from walk(ast.parse(source).body, "")


def _outdented(text: str, columns: int) -> str:
    return "\n".join(
        line[columns:] if not line[:columns].strip() else line for line in text.split("\n")
    )


def is_short(text: str) -> bool:
    """Whether a source can be looked through in little time."""
    return len(text) <= LONGEST and max(map(len, text.split("\n"))) <= LONGEST_LINE


def _tokens(source: str) -> Tokens:
    """The source's tokens, without comments, layout, and statements that are a text alone."""
    kept: list[str] = []
    statement: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in _LAYOUT:
            continue
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            kept.append(_NAMELESS[token.type])
            continue
        statement.append((token.type, _NAMELESS.get(token.type, token.string)))
        if token.type == tokenize.NEWLINE:
            if any(kind not in (tokenize.STRING, tokenize.NEWLINE) for kind, _ in statement):
                kept += [_one_quote(text) for _, text in statement]
            statement.clear()
    return tuple(kept)


def _one_quote(text: str) -> str:
    """A plain text with double quotes, whichever it has."""
    if text[:1] == "'" and text[:3] != "'''" and not set('"\\') & set(text):
        return f'"{text[1:-1]}"'
    return text


def _holds(theirs: Tokens, part: Tokens) -> bool:
    """Whether the part stands in the source, and ends there where it ends itself."""
    length = len(part)
    return any(
        theirs[at : at + length] == part
        for at, one in enumerate(theirs[: len(theirs) - length + 1])
        if one == part[0]
    )
