"""Report <-> JSON, version 1.

Keys stand in the order of the records' fields, keys of mappings are sorted, and no value is
outside JSON: equal reports are equal bytes. Reading takes any report of our major version and
passes over keys it does not know, so that an older grader reads what a newer minor wrote.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from grader.model.encoding import encoded_sorted
from grader.model.errors import Fault, UsageProblem
from grader.model.exercise import Limits
from grader.model.report import SAME, SCHEMA_VERSION, Report
from grader.text.clean import clean_name
from grader.text.words import said

LARGEST = 64 * 1024 * 1024
LARGEST_POINTS = 1e9

_MAJOR, _MINOR = (int(part) for part in SCHEMA_VERSION.split("."))

_WRITE_ONE = said("Give a file that `grader grade --json FILE` wrote.")


def encode(report: Report, *, indent: int = 2) -> bytes:
    """The report as UTF-8 JSON with a final newline; `indent=0` puts it on one line.

    Fault where it holds what JSON cannot.
    """
    try:
        data = encoded_sorted(report)
    except (TypeError, ValueError, OverflowError) as error:
        raise Fault(
            said("The report cannot be written as JSON: {error}.", error=_shown(error))
        ) from error
    if b"null" in data:
        _refuse_non_finite(report, "report")
    return (msgspec.json.format(data, indent=indent) if indent else data) + b"\n"


def decode(data: bytes | str) -> Report:
    """The report in `data`; UsageProblem when there is none of our major version in it."""
    if len(data) > LARGEST:
        raise UsageProblem(
            said(
                "The report is larger than {largest} MiB: no report of this grader is.",
                largest=LARGEST // 2**20,
            ),
            next_move=_WRITE_ONE,
        )
    if not data.strip():
        raise UsageProblem(said("The report is empty."), next_move=_WRITE_ONE)
    try:
        text = data.encode() if isinstance(data, str) else data
        text = text.removeprefix(b"\xef\xbb\xbf")
        raw = msgspec.json.decode(text)
        _refuse_doubled_keys(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise _not_json(error) from None
    if not isinstance(raw, dict) or "schema_version" not in raw:
        raise UsageProblem(
            said("This is JSON, but not a report of this grader: it has no `schema_version`."),
            next_move=_WRITE_ONE,
        )
    newer = _check_version(raw["schema_version"])
    if isinstance(limits := raw.get("limits"), dict):
        # tasks.yaml refuses unknown limits; a report of a newer minor may well have some.
        raw["limits"] = {key: limits[key] for key in _keys(Limits) if key in limits}
    try:
        report = msgspec.convert(raw, Report)
    except RecursionError:
        raise _too_deep() from None
    except (ValueError, OverflowError) as error:
        raise UsageProblem(
            said(
                "This report does not follow format version {major}: {error}.",
                major=_MAJOR,
                error=_shown(error),
            ),
            next_move=said("Update the grader: the report is from a newer one.")
            if newer
            else _WRITE_ONE,
        ) from None
    _refuse_odd_points(report)
    return report


def _refuse_doubled_keys(text: bytes) -> None:
    """For of two values of one key every reader takes another one."""

    def single(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageProblem(
            said("The key `{key}` stands twice in one object of the report.", key=_shown(twice)),
            next_move=_WRITE_ONE,
        )

    json.loads(text, object_pairs_hook=single, parse_int=float)


def _refuse_odd_points(report: Report) -> None:
    """UsageProblem for a score that no grading gives: below 0, or above what is to be had."""
    places = [("report", report.score or 0.0, report.max_score or 0.0)]
    for task in report.tasks:
        places.append((task.id, task.score, task.max_score))
        places += [(check.id, check.score, check.max_score) for check in task.checks]
    for place, score, most in places:
        if not (-SAME <= score <= most + SAME and most <= LARGEST_POINTS):
            raise UsageProblem(
                said(
                    "This report gives {place} {score:g} of {most:g} points: no grading does.",
                    place=clean_name(place),
                    score=score,
                    most=most,
                ),
                next_move=_WRITE_ONE,
            )


def _refuse_non_finite(value: object, place: str) -> None:
    """For msgspec writes NaN and infinity as null in silence; and null reads as "no mark"."""
    if isinstance(value, float) and not math.isfinite(value):
        raise Fault(
            said(
                "The report cannot be written as JSON: {place} is {value}.",
                place=place,
                value=value,
            )
        )
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            _refuse_non_finite(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_non_finite(item, f"{place}[{key!r}]")
    elif isinstance(value, (tuple, list)):
        for at, item in enumerate(value):
            _refuse_non_finite(item, f"{place}[{at}]")


def _too_deep() -> UsageProblem:
    return UsageProblem(
        said("The report is nested too deeply: no report of this grader is."), next_move=_WRITE_ONE
    )


def _not_json(error: Exception) -> UsageProblem:
    if "truncated" in str(error):
        return UsageProblem(
            said("The report ends in the middle: the file was cut short."),
            next_move=said("Copy it again, or grade again."),
        )
    return UsageProblem(
        said("This is not JSON: {error}.", error=_shown(error)), next_move=_WRITE_ONE
    )


def _check_version(version: object) -> bool:
    """True when the report is of a newer minor version than ours."""
    text = version if isinstance(version, str) else ""
    number = re.fullmatch(r"([0-9]{1,6})\.([0-9]{1,6})", text)
    if number is None:
        raise UsageProblem(
            said(
                "`schema_version` of this report is not a version such as {schema_version}.",
                schema_version=SCHEMA_VERSION,
            ),
            next_move=_WRITE_ONE,
        )
    major, minor = int(number[1]), int(number[2])
    if major != _MAJOR:
        raise UsageProblem(
            said(
                "This report has format version {major}.{minor}; this grader reads version {ours}.",
                major=major,
                minor=minor,
                ours=_MAJOR,
            ),
            next_move=said("Update the grader.")
            if major > _MAJOR
            else said("Grade again with this grader."),
        )
    return minor > _MINOR


def _shown(error: Exception | str) -> str:
    """The error's words for a terminal: they may quote the file, and the file is anyone's."""
    words = str(error) or type(error).__name__
    return clean_name(words, limit=300).rstrip(".")


def _keys(record: type[Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(record)]
