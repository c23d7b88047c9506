"""What the formats share: harmless text, finite numbers, JSON, cells of a table, points in time.

Text of a report is hostile: a learner's code wrote some of it. JSON is written in ASCII, so that
no locale and no encoding of a platform can spoil it.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from grader.model.errors import Fault, UsageProblem
from grader.model.report import Report
from grader.text.clean import ELLIPSIS, clean_text
from grader.text.words import said

OURS = "autograd-grader"
TITLE, MESSAGE, OUTPUT = 200, 2000, 4000
"""Characters of a title, of a message, of printed output."""

_FORMULA = ("=", "+", "-", "@")


def shorten(text: str, limit: int, *, ending: str = ELLIPSIS) -> str:
    """`text` in at most `limit` characters, `ending` included where something was cut off."""
    return text if len(text) <= limit else text[: max(0, limit - len(ending))] + ending


def visible(text: str, limit: int = MESSAGE) -> str:
    """`text` as lines of characters that can be seen, at most `limit` of them."""
    return shorten(clean_text(text, limit=limit, lines=True).strip("\n"), limit)


def one_line(text: str, limit: int = TITLE) -> str:
    """`text` visible, on a single line."""
    return shorten(" ".join(visible(text, limit).split()), limit)


def number(value: float) -> int | float:
    """A number as JSON knows it, whole ones without a fraction. Fault when it is not finite."""
    if not math.isfinite(value):
        raise Fault(said("The report holds {value} where there must be a number.", value=value))
    return int(value) if value == int(value) else value


def points_text(value: float) -> str:
    """Points as in the report: four decimals, no trailing zeros, never an exponent."""
    return f"{number(value):.4f}".rstrip("0").rstrip(".")


def json_text(data: Any, *, indent: int | None = 2) -> str:
    """`data` as ASCII JSON with a final newline; `indent=None` puts it on one line."""
    separators = (",", ":") if indent is None else None
    return json.dumps(data, allow_nan=False, indent=indent, separators=separators) + "\n"


def fitting(write: Callable[[int], str], largest: int) -> str | None:
    """What `write` gives with the longest texts that keep it within `largest` characters."""
    for limit in (20_000, 1000, 100):
        if len(text := write(limit)) <= largest:
            return text
    return None


def cell(text: str, limit: int = MESSAGE) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    line = one_line(text, limit)
    return f"'{line}" if line.startswith(_FORMULA) else line


def csv_line(cells: Iterable[str], delimiter: str = ",") -> str:
    """One line of a CSV file, quoted where it has to be."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return stream.getvalue()


def began(report: Report) -> datetime:
    """When the grading began, in UTC. UsageProblem when the report does not say so."""
    text = report.timing.started_at
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageProblem(
            said(
                "`timing.started_at` of this report is not a point in time: {text!r}.",
                text=one_line(text, 60),
            ),
            next_move=said("Grade again, or choose a format without times."),
        ) from None


def ended(report: Report) -> datetime:
    """When the grading ended, in UTC."""
    try:
        return began(report) + timedelta(seconds=seconds(report.timing.duration_s))
    except OverflowError:
        raise UsageProblem(
            said("`timing.duration_s` of this report is longer than time.")
        ) from None


def instant(time: datetime) -> str:
    """ISO 8601 with milliseconds and zone."""
    return time.isoformat(timespec="milliseconds")


def seconds(value: float) -> float:
    """A length of time, never negative, in milliseconds' precision."""
    return round(max(0.0, float(number(value))), 3)


def seconds_text(value: float) -> str:
    """Seconds with three decimals."""
    return f"{seconds(value):.3f}"
