"""Makes one Python file of a notebook: its code cells joined, magics and shell lines dropped.

Every pattern takes one pass over a cell, whatever the cell holds, and saved output is never
kept: it is no part of a submission.
"""

from __future__ import annotations

import re

import msgspec

from grader.intake.refusal import refuse, refuse_large
from grader.text.clean import clean_name
from grader.text.words import said

_PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun"})


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""


class _Language(msgspec.Struct):
    name: str = "python"


class _Metadata(msgspec.Struct):
    language_info: _Language = msgspec.field(default_factory=_Language)


class _Notebook(msgspec.Struct):
    nbformat: int
    cells: list[_Cell]
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


def code_of(data: bytes, shown: str, limit: int) -> bytes:
    """The code cells as one file, each under a comment with its number in the notebook."""
    try:
        book = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Notebook)
    except (ValueError, RecursionError):
        what = said("{shown} is not a notebook of format 4.", shown=shown)
        refuse(what, said("Save it again in Jupyter, or export it as a .py file."))
    language = book.metadata.language_info.name
    if not language.lower().startswith(("python", "ipython")):
        refuse(
            said(
                "{shown} is a notebook in {language}.", shown=shown, language=clean_name(language)
            ),
            said("Hand in Python."),
        )
    parts, size = [], 0
    for number, cell in enumerate(book.cells, start=1):
        if cell.cell_type == "code":
            source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
            size += len(source)
            refuse_large(shown, size, limit)
            parts.append(f"# %% cell {number}\n{_without_magics(source)}\n")
    return "\n".join(parts).encode()


# Possessive throughout (*+): whatever a cell holds, matching takes one pass and no stack.
_MAGIC = re.compile(r"[ \t]*+(?:[%!?]|[\w., \t]+=[ \t]*+[%!]|[\w.]++\?{1,2}[ \t]*+$)")
_LEXEME = re.compile(
    r"""
      (?P<quote>\"{3}|'{3}) (?:\\.|(?!(?P=quote)).)*+ (?:(?P=quote))?
    | "(?:\\.|[^"\\\n])*+"? | '(?:\\.|[^'\\\n])*+'? | \#[^\n]*+
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | \\\n | (?P<newline>\n)
    """,
    re.VERBOSE | re.DOTALL,
)


def _without_magics(cell: str) -> str:
    """The cell as Python; a dropped line leaves a `pass`, so that blocks and line numbers hold."""
    foreign = re.match(r"\s*%%(\w*)", cell)
    if foreign and foreign[1] not in _PYTHON_CELL_MAGICS:
        return "".join(f"# {line}" for line in cell.splitlines(keepends=True))
    kept: list[str] = []
    at = depth = 0
    fresh = True  # at the start of a statement; elsewhere % and ! are operators or text
    while at < len(cell):
        line_end = cell.find("\n", at) + 1 or len(cell)
        if fresh and _MAGIC.match(cell, at, line_end):
            kept.append(_dropped(cell[at:line_end]))
            at = line_end
            continue
        lexeme = _LEXEME.search(cell, at)
        end = lexeme.end() if lexeme else len(cell)
        kept.append(cell[at:end])
        at = end
        if lexeme:
            depth = max(0, depth + bool(lexeme["open"]) - bool(lexeme["close"]))
            fresh = depth == 0 and bool(lexeme["newline"])
    return "".join(kept)


def _dropped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return f"{indent}pass  # dropped: {line.strip()}" + ("\n" if line.endswith("\n") else "")
