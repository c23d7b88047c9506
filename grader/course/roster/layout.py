"""Where the marks go in a table that a platform wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from grader.course.roster.table import Table, column_key
from grader.model.errors import UsageProblem
from grader.text.clean import clean_text
from grader.text.words import listed, said

_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


class Platform(StrEnum):
    """Whose table it is."""

    MOODLE = "moodle"
    CANVAS = "canvas"
    BRIGHTSPACE = "brightspace"
    BLACKBOARD = "blackboard"


class Layout(Struct, frozen=True, kw_only=True):
    """Where the marks go.

    `grade` and `comments` are the places of the columns that are filled. Handed back are the
    `columns` with the `lines` that hold no learner and the learners who have a mark; without
    `columns` the whole table. `maximum` is the most that the platform gives, where the table tells,
    and `comma` says that its numbers have a decimal comma.
    """

    platform: Platform
    grade: int
    comments: int | None = None
    columns: Sequence[int] | None = None
    lines: frozenset[int] = frozenset()
    maximum: float | None = None
    comma: bool = False


class Wanted(Struct, frozen=True):
    """What a column for the marks is known by: the header that was asked for, or the exercise."""

    column: str | None
    title: str


def number(text: str) -> float | None:
    """The number that a cell is, with a point or a comma; None for any other text."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def pick(
    table: Table, named: Mapping[int, str], wanted: Wanted, *, only_one_will_do: bool = True
) -> int:
    """The column for the marks: the one asked for, else the only one, else that of the exercise.

    `named` are the columns that could be meant, by place, with what the platform calls them.
    Raises UsageProblem, which lists them, where it is not clear.
    """
    asked = wanted.column is not None
    key = column_key(wanted.title if wanted.column is None else wanted.column)
    keys = {place: column_key(name) for place, name in named.items()}
    found = [place for place in named if key in {keys[place], table.columns[place]}]
    if not asked:
        found = found or [place for place in named if key and key in keys[place]]
        found = list(named) if only_one_will_do and len(named) == 1 else found
    if len(found) == 1:
        return found[0]
    shown = listed([f'"{clean_text(table.titles[place], limit=60)}"' for place in named], most=8)
    name = clean_text(table.name)
    if asked and not found:
        column = clean_text(wanted.column or "", limit=60)
        what = said(
            '{table} has no column "{column}" for marks; it has {columns}',
            table=name,
            column=column,
            columns=shown,
        )
    else:
        what = said(
            "{table}: it is not clear which column the marks go into; it could be {columns}",
            table=name,
            columns=shown,
        )
    raise UsageProblem(what, next_move=said("Name one with --column."))
