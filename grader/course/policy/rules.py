"""A policy, and what it makes of one mark."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from fractions import Fraction
from math import ceil, floor
from zoneinfo import ZoneInfo

from msgspec import Struct

from grader.course.policy.moments import days_late, instant, moment
from grader.course.roster.learners import id_key

_DECIMALS = 4
_NO_TIME = timedelta()


class Amount(Struct, frozen=True):
    """So many points, or so many per cent of the most that can be earned."""

    value: Fraction
    per_cent: bool

    def of(self, max_score: Fraction) -> Fraction:
        """The amount in points."""
        return self.value * max_score / 100 if self.per_cent else self.value


class Late(Struct, frozen=True):
    """What late work loses with each day that has begun, and what it never falls below."""

    per_day: Amount
    floor: Amount | None = None


class Way(StrEnum):
    """Which way a mark is rounded; `nearest` goes up from the middle."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


class Rounding(Struct, frozen=True):
    """The marks there are: multiples of `to`."""

    to: Fraction
    way: Way

    def of(self, mark: Fraction) -> Fraction:
        """The mark, rounded."""
        steps = mark / self.to
        match self.way:
            case Way.UP:
                return ceil(steps) * self.to
            case Way.DOWN:
                return floor(steps) * self.to
            case Way.NEAREST:
                return floor(steps + Fraction(1, 2)) * self.to


class Extension(Struct, frozen=True):
    """A learner's own due date in UTC; `learner` is the id as it was written."""

    learner: str
    due: datetime


class Standing(Enum):
    """How a hand-in stands to its due date."""

    ON_TIME = auto()
    IN_GRACE = auto()
    LATE = auto()
    UNKNOWN = auto()


class Ruling(Struct, frozen=True):
    """What a policy makes of one mark.

    `lost` are the points that being late costs, `before_rounding` is the mark without them, and
    `final` the mark in the end. `at_floor` says that more would be lost without a floor, and
    `extended` is the learner's own due date as local clocks show it.
    """

    standing: Standing
    final: float
    before_rounding: float
    days: int = 0
    lost: float = 0.0
    at_floor: bool = False
    extended: datetime | None = None

    @property
    def rounded(self) -> bool:
        """Whether rounding made a difference."""
        return self.final != self.before_rounding


class Policy(Struct, frozen=True):
    """What is decided about a class. Points in time are in UTC, learners under `id_key`.

    `times` are those that no download knows.
    """

    zone: ZoneInfo
    due: datetime
    grace: timedelta = _NO_TIME
    late: Late | None = None
    rounding: Rounding | None = None
    extensions: dict[str, Extension] = {}
    times: dict[str, datetime] = {}

    def ruling(
        self, learner: str, submitted_at: str | None, score: float, max_score: float
    ) -> Ruling:
        """What becomes of a mark; a time that the download knows comes before a given one."""
        extension = self.extensions.get(id_key(learner))
        due = extension.due if extension else self.due
        standing, days = self._standing(self._time(learner, submitted_at), due)
        mark, most = _exact(score), _exact(max_score)
        kept, at_floor = self._kept(mark, most, days)
        final = min(self.rounding.of(kept), most) if self.rounding else kept
        return Ruling(
            standing=standing,
            final=_points(final),
            before_rounding=_points(kept),
            days=days,
            lost=_points(mark - kept),
            at_floor=at_floor,
            extended=extension.due.astimezone(self.zone) if extension else None,
        )

    def strangers(self, learners: Iterable[str]) -> tuple[str, ...]:
        """The ids with an extension that are none of these learners'."""
        known = set(map(id_key, learners))
        return tuple(one.learner for key, one in self.extensions.items() if key not in known)

    def _time(self, learner: str, submitted_at: str | None) -> datetime | None:
        told = moment(submitted_at) if submitted_at else None
        return instant(told, self.zone) if told else self.times.get(id_key(learner))

    def _standing(self, time: datetime | None, due: datetime) -> tuple[Standing, int]:
        if time is None:
            return Standing.UNKNOWN, 0
        days = days_late(time, due, self.zone, self.grace)
        if days:
            return Standing.LATE, days
        return Standing.IN_GRACE if time > due else Standing.ON_TIME, 0

    def _kept(self, mark: Fraction, most: Fraction, days: int) -> tuple[Fraction, bool]:
        """What is left of a mark after so many days, and whether it is the floor that left it."""
        if not days or self.late is None:
            return mark, False
        left = mark - days * self.late.per_day.of(most)
        lowest = self.late.floor.of(most) if self.late.floor else Fraction(0)
        # a mark that was below the floor stays what it was
        kept = max(left, min(mark, lowest))
        return kept, self.late.floor is not None and kept > left


def _exact(points: float) -> Fraction:
    """The number as it is written: of 0.1 a float holds a little more."""
    return Fraction(repr(points))


def _points(value: Fraction) -> float:
    return float(round(value, _DECIMALS))
