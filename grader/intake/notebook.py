"""Makes one Python file of a notebook: its code cells joined, magics and shell lines dropped.

Saved output is never kept: it is no part of a submission.
"""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

import msgspec

from grader.intake.decoding import refuse_utf16
from grader.intake.kinds import Kind, refuse_other_kind
from grader.intake.magics import without_cell_magics
from grader.intake.refusal import refuse, refuse_large
from grader.model.exercise import Cell
from grader.text.clean import clean_name, with_newlines
from grader.text.words import said

_CONFLICT = re.compile(rb"^<{7} ", re.MULTILINE)
"""JSON has no such line, not even in a text."""

_BEGUN = re.compile(rb"(?:\xef\xbb\xbf)?\s*+\{")


class Joined(NamedTuple):
    """The file made of a notebook, and where its cells are in it."""

    text: str
    cells: tuple[Cell, ...]


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


def joined(data: bytes, shown: str, module_file: str, limit: int) -> Joined:
    """The code cells as one file, each under a comment with its number in the notebook.

    Raises SubmissionRefused.
    """
    try:
        book = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Notebook)
    except (ValueError, RecursionError) as error:
        _refuse_unread(data, shown, module_file, error)
    language = book.metadata.language_info.name
    if not language.lower().startswith(("python", "ipython")):
        refuse(
            said(
                "{shown} is a notebook in {language}.", shown=shown, language=clean_name(language)
            ),
            said("Hand in Python."),
        )
    parts: list[str] = []
    cells: list[Cell] = []
    size, line = 0, 1
    for number, cell in enumerate(book.cells, start=1):
        if cell.cell_type != "code":
            continue
        source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
        size += len(source)
        refuse_large(shown, size, limit)
        body = without_cell_magics(with_newlines(source))
        parts.append(f"# %% cell {number}\n{body}\n")
        cells.append(Cell(number, line + 1, line + 1 + body.count("\n")))
        line = cells[-1].last + 2
    return Joined("\n".join(parts), tuple(cells))


def about_conflict(shown: str, line: int) -> str:
    """That git left a merge conflict in a file."""
    return said("{shown} holds a merge conflict, at line {line}.", shown=shown, line=line)


def _refuse_unread(data: bytes, shown: str, module_file: str, error: Exception) -> NoReturn:
    """Refuses what is no notebook, and says what became of it where that can be told."""
    refuse_utf16(data, shown)
    refuse_other_kind(data, shown, module_file, Kind.NOTEBOOK)
    what: str = said("{shown} is not a notebook of format 4.", shown=shown)
    move = said("Save it again in Jupyter, or export it as a .py file.")
    if conflict := _CONFLICT.search(data):
        line = data.count(b"\n", 0, conflict.start()) + 1
        what = about_conflict(shown, line)
        move = said("Resolve it, and see that the notebook opens in Jupyter.")
    elif not data.strip():
        what = said("{shown} is empty.", shown=shown)
        move = said("Save the notebook, and hand it in again.")
    elif _BEGUN.match(data) and not isinstance(error, msgspec.ValidationError | RecursionError):
        what = said("{shown} is damaged: a part of it is missing or overwritten.", shown=shown)
        move = said("Hand in a copy that opens in Jupyter.")
    refuse(what, move)
