"""Takes out of a source what only Jupyter can run: magics, shell lines and questions.

Every pattern takes one pass over the source, whatever it holds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun"})


class Plain(NamedTuple):
    """A source as Python, and what was found in it.

    `dropped` has the number and text of each line that was taken out, `conflict` the number of the
    line at which git left a merge conflict.
    """

    text: str
    dropped: tuple[tuple[int, str], ...] = ()
    conflict: int | None = None


# Possessive throughout (*+): whatever a source holds, matching takes one pass and no stack.
_WORDS = r"""
    (?P<indent>[ \t]*+)(?P<command>
        (?:[\w.,:\[\] \t]++=[ \t]*+)?+ (?:%%[^\n]*+ | [!%?](?:[^\\\n]|\\\n?)*+)
      | [\w.*\[\]]++ \?{1,2} [ \t]*+ (?=\n|\Z)
      | (?:pip3?|conda) [ \t]++ (?:un)?install\b (?:[^\\\n]|\\\n?)*+
    )"""
_COMMAND = re.compile(_WORDS, re.VERBOSE)
_SUSPECT = re.compile(rf"^(?:{_WORDS} | <{{7}}[ ])", re.VERBOSE | re.MULTILINE)
_LEXEME = re.compile(
    r"""
      (?P<quote>\"{3}|'{3}) (?:\\.|(?!(?P=quote)).)*+ (?:(?P=quote))?
    | "(?:\\.|[^"\\\n])*+" | '(?:\\.|[^'\\\n])*+' | \#[^\n]*+
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | \\\n | (?P<newline>\n) | (?P<conflict>^<{7}[ ])
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def without_cell_magics(cell: str) -> str:
    """A cell as Python: as `without_magics`, with the whole of it a comment where a magic at its
    top hands it to another program."""
    cell = _unindented(cell)
    foreign = re.match(r"\s*%%(\w*)", cell)
    if foreign and foreign[1] not in _PYTHON_CELL_MAGICS:
        return "\n".join(f"# {line}" for line in cell.split("\n"))
    return without_magics(cell).text


def without_magics(source: str) -> Plain:
    """A source in which commands are comments; all lines keep their numbers, blocks stay whole.

    Lines must end with a newline alone. A command is a statement that can never be Python: it
    begins with `%`, `!` or `?`, is assigned what begins so, ends with `?`, or installs.
    """
    if not _SUSPECT.search(source):  # most sources, in a tenth of the time
        return Plain(source)
    kept: list[str] = []
    dropped: list[tuple[int, str]] = []
    conflict = None
    at, depth, line = 0, 0, 1
    fresh = True  # at the start of a statement; elsewhere % and ! are operators or text
    while at < len(source):
        if fresh and (command := _COMMAND.match(source, at)):
            indent, text = command.groups()
            dropped.append((line, text.partition("\n")[0].rstrip()))
            lines = [part.strip() for part in text.split("\n")]
            kept.append(f"{indent}pass  # dropped: " + "\n# ".join(lines))
            lexeme, end = None, command.end()
        else:
            lexeme = _LEXEME.search(source, at)
            end = lexeme.end() if lexeme else len(source)
            kept.append(source[at:end])
        line += source.count("\n", at, end)
        at, fresh = end, False
        if lexeme:
            depth = max(0, depth + bool(lexeme["open"]) - bool(lexeme["close"]))
            fresh = depth == 0 and bool(lexeme["newline"])
            if lexeme["conflict"]:
                conflict = conflict or line
    return Plain("".join(kept), tuple(dropped), conflict)


def _unindented(cell: str) -> str:
    """The cell without the indentation of its first line, as Jupyter runs it."""
    first = re.match(r"(?:[ \t]*+\n)*+([ \t]*+)", cell)
    if first is None or not first[1]:
        return cell
    return "\n".join(line.removeprefix(first[1]) for line in cell.split("\n"))
