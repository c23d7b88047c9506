"""Points in time, and the days between them as a calendar counts them.

A day late ends at the due date's own time of day, as people on the spot read their clocks: it is
23 or 25 hours long where the clocks are changed. A length in hours and minutes is exact.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ]"
    r"(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)"
    r"(?: ?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
)
_YEARS = range(1970, 2200)
_UTC_NAMES = ("Z", "UTC")


class Clock(Enum):
    """What local clocks do at a time of day."""

    PLAIN = auto()
    SKIPPED = auto()
    TWICE = auto()


def moment(text: str) -> datetime | None:
    """The date with a time of day, in no zone where the text has none; None for anything else."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    zone = "+00:00" if match["zone"] in _UTC_NAMES else match["zone"] or ""
    try:
        found = datetime.fromisoformat(f"{match['day']}T{match['time']}{zone}")
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def instant(time: datetime, zone: ZoneInfo) -> datetime:
    """The time in UTC; one without a zone is local, and the earlier where clocks show it twice."""
    return time.astimezone(UTC) if time.tzinfo else min(_both(time, zone))


def clock(time: datetime, zone: ZoneInfo) -> Clock:
    """What the clocks of the zone do at a time without a zone."""
    first, second = _both(time, zone)
    if first == second:
        return Clock.PLAIN
    shown = first.astimezone(zone).replace(tzinfo=None)
    return Clock.TWICE if shown == time else Clock.SKIPPED


def days_late(time: datetime, due: datetime, zone: ZoneInfo, grace: timedelta) -> int:
    """How many days late have begun at a time when work is due by another, both in UTC.

    The grace is added to the end of each day, that of the due date included.
    """
    counted = time - grace
    if counted <= due:
        return 0
    local = due.astimezone(zone).replace(tzinfo=None)
    days = max(1, (counted - due).days - 1)
    # where a day ends at a time that clocks show twice, or never, it ends at the later one
    while max(_both(local + timedelta(days=days), zone)) < counted:
        days += 1
    return days


def _both(time: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The time in UTC, before and after a change of clocks; the same one but for such hours."""
    first, second = (time.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
