"""Reads the roster of a course.

Platforms name the same columns in many ways; whatever is an identifier may be what a download
calls a learner by, so all of them are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from grader.downloads import learner_id
from grader.roster.table import Table
from grader.text.clean import clean_text
from grader.text.words import said

_IDS = (
    "id learnerid studentid studentnumber identifier sisuserid sisid sid userid idnumber "
    "canvasid moodleid matriculationnumber username loginid sisloginid login githubusername "
    "githubid email emailaddress mail"
).split()
"""Names of columns that identify a learner, the best first: it becomes the id of the row."""

_NAMES = "name fullname student studentname learner learnername displayname".split()
_FIRST_NAMES = "firstname first givenname forename".split()
_LAST_NAMES = "lastname last surname familyname".split()
_GROUPS = "group groupname team teamname".split()
_NUMBERED = re.compile(r"\D+ ([0-9]+)")  # Moodle's "Participant 1234", in any language
_POINTS_ROW = "pointspossible"  # Canvas puts the maximum points into a row of their own


class Enrolled(Struct, frozen=True, gc=False):
    """A learner of the roster. `others` are further identifiers, such as login and address."""

    id: str
    name: str | None = None
    group: str | None = None
    others: tuple[str, ...] = ()


class Roster:
    """The learners of a course, found by any identifier, by name or by group."""

    def __init__(self, learners: Sequence[Enrolled]) -> None:
        self.learners = tuple(learners)
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

    def named(self, name: str) -> Enrolled | None:
        """The only learner of that name, written in either order."""
        found = (self._by_name.get(key) for key in name_keys(name))
        return next((one for one in found if one is not None), None)

    def group(self, name: str) -> Sequence[Enrolled]:
        """The learners of that group."""
        return self._by_group.get(_squashed(name), ())


def read_roster(path: Path) -> Roster:
    """The roster in a CSV; raises UsageProblem, with the line where there is one."""
    table = Table(path)
    ids = table.find(_IDS)
    if not ids:
        table.refuse_columns(
            said("has no column that identifies a learner"),
            said("Call one id, student id, login or email."),
        )
    names = table.find(_NAMES)
    firsts, lasts, groups = map(table.find, (_FIRST_NAMES, _LAST_NAMES, _GROUPS))
    lines: dict[str, int] = {}
    learners = []
    for line, cells in table.rows():
        full = _first(cells, names) or " ".join(
            part for part in (_first(cells, firsts), _first(cells, lasts)) if part
        )
        identifiers = _identifiers(cells, ids)
        if not identifiers:
            if full and _squashed(full) != _POINTS_ROW:
                table.refuse(
                    line, said("{full} has no id", full=clean_text(full, limit=80)), said("Add it.")
                )
            continue
        key = id_key(identifiers[0])
        if key in lines:
            shown = clean_text(identifiers[0], limit=80)
            what = said("the id {shown} is already on line {lines}", shown=shown, lines=lines[key])
            table.refuse(line, what, said("Keep one of the two lines."))
        lines[key] = line
        name = clean_text(full, limit=200) or None
        learners.append(Enrolled(identifiers[0], name, _first(cells, groups), identifiers[1:]))
    if not learners:
        table.refuse_columns(said("lists no learners"), said("Give the whole roster."))
    return Roster(learners)


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


def _identifiers(cells: Sequence[str], places: Iterable[int]) -> tuple[str, ...]:
    found = [learner_id(cells[place]) for place in places if cells[place]]
    found += [match[1] for text in found if (match := _NUMBERED.fullmatch(text))]
    return tuple(dict.fromkeys(found))


def _unique(pairs: Iterable[tuple[str, Enrolled]]) -> dict[str, Enrolled]:
    """A lookup without the keys that more than one learner has."""
    found: dict[str, Enrolled | None] = {}
    for key, one in pairs:
        found[key] = one if found.get(key, one) is one else None
    return {key: one for key, one in found.items() if one is not None}
