"""The functions and classes of a learner's source, with their own statements. Pure.

A learner's source is never parsed in the grader's process: it is read token by token, which cannot
nest (`grader.exercise.given_parts`).
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from grader.exercise.given_parts import is_short

LOCALS = ".<locals>."
_LAYOUT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER, tokenize.ENCODING})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")

Statement = tuple[tuple[str, int], ...]
"""The tokens of a statement, each with its line."""


@dataclass
class Part:
    """A function, a class, or the whole file; `statements` are those of no part inside it."""

    name: str = ""
    qualname: str = ""
    line: int = 0
    depth: int = -1
    is_class: bool = False
    is_decorated: bool = False
    parameters: tuple[str, ...] = ()
    parent: Part | None = None
    statements: list[Statement] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def returns(self) -> bool:
        """Whether it returns something itself."""
        return any(
            token == "return" and at + 1 < len(statement)
            for statement in self.statements
            for at, (token, _) in enumerate(statement)
        )

    def uses(self, name: str) -> bool:
        """Whether the name stands anywhere in it."""
        left = [self]
        while left:  # no recursion: a source may nest as deep as it likes
            part = left.pop()
            if any(token == name for statement in part.statements for token, _ in statement):
                return True
            left += part.parts
        return False

    @property
    def is_empty(self) -> bool:
        """Whether it does nothing."""
        told = [s for s in self.statements if not all(token[-1:] in "'\"" for token, _ in s)]
        return not self.parts and all([token for token, _ in s] in EMPTY for s in told)


EMPTY = (["pass"], ["..."])


class Outline:
    """A source as its parts; without any where it cannot be read."""

    def __init__(self, source: str) -> None:
        self.file = Part()
        self.parts: list[Part] = []
        self.statements: list[Statement] = []
        if not is_short(source):
            return
        try:
            self._read(source)
        except (tokenize.TokenError, SyntaxError):
            self.file, self.parts, self.statements = Part(), [], []

    def part(self, qualname: str) -> Part | None:
        """The one part of that name, as Python calls it; None where none has it, or several."""
        found = self._named.get(qualname, [])
        return found[0] if len(found) == 1 else None

    def at(self, line: int | None) -> list[str]:
        """The tokens of a line."""
        return self._lines.get(line or 0, [])

    @cached_property
    def _named(self) -> dict[str, list[Part]]:
        named: dict[str, list[Part]] = {}
        for part in self.parts:
            named.setdefault(part.qualname, []).append(part)
        return named

    @cached_property
    def _lines(self) -> dict[int, list[str]]:
        lines: dict[int, list[str]] = {}
        for statement in self.statements:
            for token, line in statement:
                lines.setdefault(line, []).append(token)
        return lines

    @cached_property
    def words(self) -> frozenset[str]:
        """All its tokens."""
        return frozenset(token for statement in self.statements for token, _ in statement)

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Names that `self` is asked for anywhere."""
        return frozenset(
            name
            for statement in self.statements
            for (one, _), (dot, _), (name, _) in zip(
                statement, statement[1:], statement[2:], strict=False
            )
            if (one, dot) == ("self", ".") and name.isidentifier()
        )

    def _read(self, source: str) -> None:
        held, decorated = [self.file], False
        for depth, statement in _statements(source):
            while held[-1].depth >= depth:
                held.pop()
            self.statements.append(statement)
            words = [token for token, _ in statement]
            if words[0] == "async":
                words = words[1:]
            if words[0] not in ("def", "class") or len(words) < 3:
                decorated = words[0] == "@"
                held[-1].statements.append(statement)
                continue
            part = _part(words, statement, depth, held[-1], decorated)
            decorated = False
            held[-1].parts.append(part)
            self.parts.append(part)
            held.append(part)


def _part(words: list[str], whole: Statement, depth: int, parent: Part, decorated: bool) -> Part:
    name, is_class = words[1], words[0] == "class"
    within = parent.qualname + ("." if parent.is_class else LOCALS) if parent.name else ""
    colon, parameters = _header(words)
    part = Part(name, within + name, whole[0][1], depth, is_class, decorated, parameters, parent)
    rest = whole[len(whole) - len(words) + colon + 1 :]
    if rest:
        part.statements.append(rest)
    return part


def _header(words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """Where the colon of a `def` or `class` is, and the names in its brackets."""
    open_, names = 0, list[str]()
    for at, token in enumerate(words):
        open_ += (token in _OPENING) - (token in _CLOSING)
        if open_ == 0 and token == ":":
            return at, tuple(names)
        if open_ == 1 and token.isidentifier() and words[at - 1] in "(,***":
            names.append(token)
    return len(words), tuple(names)


def _statements(source: str) -> Iterator[tuple[int, Statement]]:
    """Each statement, and how far it is indented; what a semicolon parts is one."""
    depth, tokens = 0, list[tuple[str, int]]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            depth += 1 if token.type == tokenize.INDENT else -1
        elif token.type == tokenize.NEWLINE:
            if tokens:
                yield depth, tuple(tokens)
            tokens = []
        elif token.type not in _LAYOUT:
            tokens.append((token.string, token.start[0]))


def calls_without_brackets(kind: str, part: Part) -> list[int]:
    """The lines of a function that call `kind` with a second value that is no written collection:
    neither in brackets with a comma, nor a list or a set."""
    found = []
    for statement in part.statements:
        for at, (token, line) in enumerate(statement[:-1]):
            if token == kind and statement[at + 1][0] == "(":
                second = _second([token for token, _ in statement[at + 1 :]])
                if second and second[0] not in "[{" and not _is_tuple(second):
                    found.append(line)
    return found


def _second(words: Sequence[str]) -> list[str]:
    """The second value of the call whose brackets begin the words."""
    open_, commas, second = 0, 0, list[str]()
    for token in words:
        open_ += (token in _OPENING) - (token in _CLOSING)
        if open_ == 0:
            break
        if open_ == 1 and token == ",":
            commas += 1
        elif commas == 1:
            second.append(token)
    return second[2:] if second[1:2] == ["="] else second


def _is_tuple(words: Sequence[str]) -> bool:
    return words[0] == "(" and "," in words
