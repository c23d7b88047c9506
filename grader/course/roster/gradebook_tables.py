"""The gradebooks of Canvas, Brightspace and Blackboard as they export them.

Of such a table only the learners who have a mark are handed back, with what identifies them and the
one column that is filled: what is not in it, the platform leaves as it is.
"""

from __future__ import annotations

import re

from grader.course.roster.columns import Rows
from grader.course.roster.layout import Layout, Platform, Wanted, number, pick
from grader.course.roster.table import Table

_CANVAS = re.compile(r"(?P<name>.+) \([0-9]+\)")
_BRIGHTSPACE = re.compile(r"(?P<name>.+) Points Grade(?: <(?:.*?MaxPoints:(?P<most>[0-9.]+))?.*>)?")
_BLACKBOARD = re.compile(r"(?P<name>.*?)\s*\[[^\[\]]*?(?P<most>[0-9.,]+)[^\[\]]*\]\s*\|\s*[0-9]+")
_CALCULATED = re.compile(r"(?:Weighted |Running )?Total|Overall Grade|.*\[[^\[\]]*up to .*")
"""Blackboard's own sums, which cannot be uploaded."""


def canvas(table: Table, rows: Rows, wanted: Wanted) -> Layout | None:
    """The layout of Canvas's gradebook; None for another table."""
    heads = table.columns[:3]
    if not heads or heads[0] not in {"student", "lastname"} or "id" not in heads:
        return None
    section = next((at for at, key in enumerate(table.columns) if key == "section"), None)
    if section is None:
        return None
    points = next(((line, row) for line, row in rows if "Points Possible" in row[0]), None)
    named = {}
    for place in range(section + 1, len(table.columns)):
        match = _CANVAS.fullmatch(table.titles[place])
        if match and not (points and "read only" in points[1][place]):
            named[place] = match["name"]
    if not named:
        return None
    grade = pick(table, named, wanted)
    most = points[1][grade] if points else ""
    return Layout(
        platform=Platform.CANVAS,
        grade=grade,
        columns=[*range(section + 1), grade],
        lines=frozenset([points[0]] if points else []),
        maximum=number(most),
        comma="," in most,
    )


def brightspace(table: Table, rows: Rows, wanted: Wanted) -> Layout | None:
    """The layout of Brightspace's grades; None for another table."""
    ids = table.find(["orgdefinedid", "username"])
    end = table.find(["endoflineindicator"])
    titles = {place: _BRIGHTSPACE.fullmatch(title) for place, title in enumerate(table.titles)}
    found = {place: match for place, match in titles.items() if match}
    if not ids or not end or not found:
        return None
    grade = pick(table, {place: match["name"] for place, match in found.items()}, wanted)
    return Layout(
        platform=Platform.BRIGHTSPACE,
        grade=grade,
        columns=sorted([*ids, grade, *end]),
        maximum=number(found[grade]["most"] or ""),
    )


def blackboard(table: Table, rows: Rows, wanted: Wanted) -> Layout | None:
    """The layout of Blackboard's gradebook; None for another table."""
    titles = {place: _BLACKBOARD.fullmatch(title) for place, title in enumerate(table.titles)}
    found = {place: match for place, match in titles.items() if match}
    named = {
        place: match["name"]
        for place, match in found.items()
        if not _CALCULATED.fullmatch(match["name"]) and not _CALCULATED.fullmatch(match[0])
    }
    if not named:
        return None
    grade = pick(table, named, wanted)
    others = (place for place in titles if place not in found)
    return Layout(
        platform=Platform.BLACKBOARD,
        grade=grade,
        columns=sorted([*others, grade]),
        maximum=number(found[grade]["most"]),
    )
