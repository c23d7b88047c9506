"""Reads the roster of a course.

Platforms name the same columns in many ways; whatever is an identifier may be what a download
calls a learner by, so all of them are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from grader.course.downloads import learner_id
from grader.course.roster.columns import Columns, Rows, chosen, columns_of, participant_number
from grader.course.roster.table import Table, read_table
from grader.text.clean import clean_text
from grader.text.words import said

_NUMBERED = re.compile(r"\D+ ([0-9]+)")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_WITH_DECIMALS = re.compile(r"([0-9]+)[.,]0")  # what pandas makes of numbers with gaps between
_POINTS_ROW = "pointspossible"  # Canvas puts the maximum points into a row of their own
_TEST_STUDENT = "Student, Test"  # and a learner that is nobody


class Enrolled(Struct, frozen=True, gc=False):
    """A learner of the roster. `others` are further identifiers, such as login and address."""

    id: str
    name: str | None = None
    group: str | None = None
    others: tuple[str, ...] = ()


class Roster:
    """The learners of a course, found by any identifier, by name or by group.

    `choice` says which column gave the ids, where several could; `lines` are those of the file on
    which learners stand, by the key of the id.
    """

    def __init__(
        self,
        learners: Sequence[Enrolled],
        *,
        choice: str | None = None,
        lines: Mapping[str, int] | None = None,
    ) -> None:
        self.learners = tuple(learners)
        self.choice = choice
        self._lines = lines or {}
        self._by_id = {id_key(one.id): one for one in learners}
        self._by_other = _unique((id_key(other), one) for one in learners for other in one.others)
        self._by_name = _unique((key, one) for one in learners for key in name_keys(one.name))
        self._by_group: dict[str, list[Enrolled]] = {}
        for one in learners:
            if one.group:
                self._by_group.setdefault(_squashed(one.group), []).append(one)

    def with_id(self, identifier: str) -> Enrolled | None:
        """The learner whose id this is."""
        return self._by_id.get(id_key(identifier))

    def find(self, identifier: str) -> Enrolled | None:
        """The learner whom this identifies: by id, else by any other column that does so alone."""
        return self.with_id(identifier) or self._by_other.get(id_key(identifier))

    def line(self, learner: Enrolled) -> int:
        """The line of the file on which the learner stands."""
        return self._lines[id_key(learner.id)]

    def named(self, name: str) -> Enrolled | None:
        """The only learner of that name, written in either order."""
        found = (self._by_name.get(key) for key in name_keys(name))
        return next((one for one in found if one is not None), None)

    def group(self, name: str) -> Sequence[Enrolled]:
        """The learners of that group."""
        return self._by_group.get(_squashed(name), ())


def read_roster(path: Path) -> Roster:
    """The roster in a CSV; raises UsageProblem, with the line where there is one."""
    table = read_table(path)
    return roster_of(table, list(table.rows()))


def roster_of(table: Table, rows: Rows) -> Roster:
    """The roster that a table of these rows is. UsageProblem, with the line where there is one."""
    columns = columns_of(table, rows)
    if not columns.ids:
        table.refuse_columns(
            said("has no column that identifies a learner"),
            said("Call one id, student id, login or email."),
        )
    lines: dict[str, int] = {}
    learners = []
    for line, cells in rows:
        full = _name(cells, columns)
        identifiers = _identifiers(table, line, cells, columns)
        if not identifiers:
            if full and _squashed(full) != _POINTS_ROW:
                table.refuse(
                    line, said("{full} has no id", full=clean_text(full, limit=80)), said("Add it.")
                )
            continue
        if full == _TEST_STUDENT:
            continue
        key = id_key(identifiers[0])
        if key in lines:
            shown = clean_text(identifiers[0], limit=80)
            what = said("the id {shown} is already on line {lines}", shown=shown, lines=lines[key])
            table.refuse(line, what, said("Keep one of the two lines."))
        lines[key] = line
        name = clean_text(full, limit=200) or None
        group = _first(cells, columns.groups)
        learners.append(Enrolled(identifiers[0], name, group, identifiers[1:]))
    if not learners:
        table.refuse_columns(said("lists no learners"), said("Give the whole roster."))
    return Roster(learners, choice=chosen(table, columns.ids), lines=lines)


def id_key(identifier: str) -> str:
    """What two spellings of one identifier have in common."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", identifier.strip()).casefold())


def name_keys(name: str | None) -> tuple[str, ...]:
    """The ways to write a name: `Jane Doe`, `Doe, Jane` and Canvas's `doejane` share one."""
    if not name:
        return ()
    last, comma, first = name.partition(",")
    if comma:
        return _squashed(first + last), _squashed(last + first)
    first, _, last = name.strip().rpartition(" ")
    return tuple(dict.fromkeys((_squashed(name), _squashed(last + first))))


def _squashed(text: str) -> str:
    return "".join(ch for ch in id_key(text) if ch.isalnum() or unicodedata.combining(ch))


def _first(cells: Sequence[str], places: Iterable[int]) -> str | None:
    return next((cells[place] for place in places if cells[place]), None)


def _name(cells: Sequence[str], columns: Columns) -> str:
    """The whole name. Beside a first name alone, or a last, a column `name` may be the other."""
    first, last = _first(cells, columns.first_names), _first(cells, columns.last_names)
    full = _first(cells, columns.names)
    part = last if first is None else first
    if full is None:
        return " ".join(one for one in (first, last) if one)
    if (first and last) or part is None or _squashed(part) in _squashed(full):
        return full
    return f"{first or full} {last or full}"


def _identifiers(
    table: Table, line: int, cells: Sequence[str], columns: Columns
) -> tuple[str, ...]:
    found: list[str] = []
    numbers: list[str | None] = []
    for place in columns.ids:
        # Brightspace writes a # before ids, so that a spreadsheet leaves their zeros alone
        text = learner_id(cells[place].removeprefix("#"))
        if not text:
            continue
        if _SHORTENED.fullmatch(text):
            table.refuse(
                line,
                said("the id {text} was shortened by a spreadsheet program", text=text),
                said("Export the roster again, and give it before a spreadsheet program saves it."),
            )
        if match := _WITH_DECIMALS.fullmatch(text):
            text = match[1]
        found.append(text)
        if place in columns.participants:
            numbers.append(participant_number(text))
        elif match := _NUMBERED.fullmatch(text):
            numbers.append(match[1])
    return tuple(dict.fromkeys([*found, *filter(None, numbers)]))


def _unique(pairs: Iterable[tuple[str, Enrolled]]) -> dict[str, Enrolled]:
    """A lookup without the keys that more than one learner has."""
    found: dict[str, Enrolled | None] = {}
    for key, one in pairs:
        found[key] = one if found.get(key, one) is one else None
    return {key: one for key, one in found.items() if one is not None}
