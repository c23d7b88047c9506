"""Reads policy.yaml, and the table of times beside it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, NoReturn
from zoneinfo import ZoneInfo, available_timezones

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from grader.course.policy.moments import Clock, clock, instant, moment
from grader.course.policy.rules import Amount, Extension, Late, Policy, Rounding, Way
from grader.course.roster.learners import id_key
from grader.course.roster.table import read_table
from grader.exercise.document import Document, nearest
from grader.exercise.find import read_bytes
from grader.model.errors import ExerciseProblem, UsageProblem
from grader.text.clean import clean_name, clean_text
from grader.text.words import said

FORMAT = 1

_ID = "id learnerid studentid userid".split()
_TIME = "time submittedat submitted timestamp".split()
_AMOUNT = re.compile(r"(?P<number>[0-9]{1,6}(?:\.[0-9]{1,4})?) ?(?P<unit>%|points?)")
_LENGTH = re.compile(r"(?P<number>[0-9]{1,4}) ?(?P<unit>minute|hour)s?")
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,4})?")

WRITE_A_TIME = said("Write 2026-03-28 23:59, with an offset behind it where it is of another zone.")


class LateKeys(Struct, forbid_unknown_fields=True):
    """`late` in policy.yaml."""

    per_day: Any
    floor: Any = UNSET


class RoundingKeys(Struct, forbid_unknown_fields=True):
    """`rounding` in policy.yaml."""

    to: Any
    way: Any


class PolicyKeys(Struct, forbid_unknown_fields=True):
    """policy.yaml, format 1. What scalars mean is found out one by one, each with its line."""

    format: Literal[1]
    due: Any
    time_zone: Any
    grace: Any = UNSET
    late: LateKeys | UnsetType = UNSET
    rounding: RoundingKeys | UnsetType = UNSET
    extensions: dict[str, Any] = {}


_SHAPES = {"$": PolicyKeys, "$.late": LateKeys, "$.rounding": RoundingKeys}


def read_policy(path: Path, times: Path | None = None) -> Policy:
    """The policy in a file, with the times of a CSV. UsageProblem, with the line in either."""
    try:
        policy = _Reader(path).policy()
    except ExerciseProblem as error:
        # the reader is that of tasks.yaml; but no exercise is broken here
        raise UsageProblem(error.message, next_move=error.next_move) from None
    if times is None:
        return policy
    return replace(policy, times=read_times(times, policy.zone))


def read_times(path: Path, zone: ZoneInfo) -> dict[str, datetime]:
    """When learners handed in: a CSV with the columns id and time. UsageProblem with the line.

    A time without a zone is one of the policy's zone; a learner whose cell is empty has none.
    """
    table = read_table(path)
    places = [table.find(names) for names in (_ID, _TIME)]
    if not all(places):
        table.refuse_columns(
            said("does not have the columns of times"), said("Give it the columns id and time.")
        )
    found: dict[str, datetime] = {}
    lines: dict[str, int] = {}
    for line, cells in table.rows():
        given, text = (cells[place[0]] for place in places)
        key = id_key(given)
        if not key:
            table.refuse(line, said("there is no id"), said("Add it."))
        if key in lines:
            what = said(
                "{given} is already on line {lines}",
                given=clean_text(given, limit=80),
                lines=lines[key],
            )
            table.refuse(line, what, said("Keep one of the two lines."))
        lines[key] = line
        if not text:
            continue
        time = moment(text)
        if time is None:
            what = said(
                "`{text}` is not a date with a time of day", text=clean_name(text, limit=60)
            )
            table.refuse(line, what, WRITE_A_TIME)
        found[key] = instant(time, zone)
    return found


class _Reader:
    """Reads one file; every complaint has its line."""

    def __init__(self, path: Path) -> None:
        self.page = Document(
            clean_text(str(path)),
            read_bytes(path, path),
            lambda path, depth: _SHAPES.get(path),
            said("Begin it with `format: {format}`.", format=FORMAT),
        )

    def policy(self) -> Policy:
        keys = self.page.typed(self.page.formatted(FORMAT), PolicyKeys)
        zone = self._zone(keys.time_zone)
        due = self._moment("$.due", keys.due, zone)
        return Policy(
            zone=zone,
            due=due,
            grace=self._length("$.grace", keys.grace) if keys.grace is not UNSET else timedelta(),
            late=self._late(keys.late) if keys.late is not UNSET else None,
            rounding=self._rounding(keys.rounding) if keys.rounding is not UNSET else None,
            extensions=self._extensions(keys.extensions, due, zone),
        )

    def _zone(self, value: object) -> ZoneInfo:
        name = self._text("$.time_zone", value)
        try:
            return ZoneInfo(name)
        except (ValueError, LookupError, OSError):  # a folder in the package tzdata is an OSError
            self._refuse_zone(name)

    def _refuse_zone(self, name: str) -> NoReturn:
        zones = available_timezones()
        what: str = said("`{value:.60}` is not a time zone.", value=name)
        next_move: str = said("Write a name such as Europe/Berlin or America/New_York.")
        if not zones:
            what = said("this machine has no list of time zones.")
            next_move = said("Install its package tzdata, or `pip install tzdata`.")
        elif close := get_close_matches(name, zones, 1):
            next_move = nearest(name, close)
        self.page.refuse("$.time_zone", what, next_move)

    def _text(self, path: str, value: object) -> str:
        """What is written at a path. YAML takes some of it for a number."""
        if value is None:
            name = path.removeprefix("$.")
            self.page.refuse(path, said("`{name}` is empty.", name=name), said("Write it."))
        return str(value)

    def _moment(self, path: str, value: object, zone: ZoneInfo) -> datetime:
        """A point in time that is there exactly once, in UTC."""
        text = self._text(path, value)
        time = moment(text)
        if time is None:
            what = said("`{value:.60}` is not a date with a time of day.", value=text)
            self.page.refuse(path, what, WRITE_A_TIME)
        if time.tzinfo is None and (found := clock(time, zone)) is not Clock.PLAIN:
            if found is Clock.SKIPPED:
                what = said("clocks in {zone} never show {value}.", zone=zone.key, value=text)
                self.page.refuse(path, what, said("They are put forward then: choose another."))
            what = said("clocks in {zone} show {value} twice.", zone=zone.key, value=text)
            self.page.refuse(path, what, said("Say which: add the offset, such as +01:00."))
        return instant(time, zone)

    def _length(self, path: str, value: object) -> timedelta:
        text = self._text(path, value)
        match = _LENGTH.fullmatch(text)
        if match is None:
            what = said("`{value:.60}` is not a length of time.", value=text)
            self.page.refuse(path, what, said("Write minutes or hours: 15 minutes."))
        return timedelta(**{f"{match['unit']}s": int(match["number"])})

    def _late(self, keys: LateKeys) -> Late:
        floor = None
        if keys.floor is not UNSET:
            floor = self._amount("$.late.floor", keys.floor)
        return Late(self._amount("$.late.per_day", keys.per_day), floor)

    def _amount(self, path: str, value: object) -> Amount:
        text = self._text(path, value)
        match = _AMOUNT.fullmatch(text)
        if match is None:
            what = said("`{value:.60}` is neither points nor per cent.", value=text)
            self.page.refuse(path, what, said("Write one of the two: 0.5 points, or 10 %."))
        amount = Amount(Fraction(match["number"]), match["unit"] == "%")
        if amount.per_cent and amount.value > 100:
            what = said("`{value:.60}` is more than all of it.", value=text)
            self.page.refuse(path, what, said("Write at most 100 %."))
        return amount

    def _rounding(self, keys: RoundingKeys) -> Rounding:
        number = self._text("$.rounding.to", keys.to)
        if not _NUMBER.fullmatch(number) or not Fraction(number):
            what = said("`{value:.60}` is not a number of points above 0.", value=number)
            self.page.refuse("$.rounding.to", what, said("Write one such as 0.5."))
        way, ways = self._text("$.rounding.way", keys.way), [way.value for way in Way]
        if way not in ways:
            what = said("`{value:.60}` is no way to round.", value=way)
            self.page.refuse("$.rounding.way", what, nearest(way, ways))
        return Rounding(Fraction(number), Way(way))

    def _extensions(
        self, dates: dict[str, Any], due: datetime, zone: ZoneInfo
    ) -> dict[str, Extension]:
        found: dict[str, Extension] = {}
        for learner, value in dates.items():
            path, key = f"$.extensions.{learner}", id_key(learner)
            if key in found:
                what = said("`{name}` is here twice.", name=learner[:60])
                first = self.page.lines[f"$.extensions.{found[key].learner}"]
                self.page.refuse(path, what, said("The first is in line {first}.", first=first))
            time = self._moment(path, value, zone)
            if time <= due:
                what = said("the extension of `{name:.60}` is not after `due`.", name=learner)
                self.page.refuse(path, what, said("Correct the date, or take the line out."))
            found[key] = Extension(learner, time)
        return found
