"""Brightspace (D2L), "Download": `1001-2001 - Ada Lovelace - Jan 15, 2024 1030 AM/value.py`.

A folder or, with ` - ` before the file, a file for each attempt. The learner is known by name
alone: the numbers may be others in each attempt. `index.html` lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.course.downloads.entry import Claim
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import Matched, Part, Reading, iso_time, matched, together
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import UploadFolder

NAME = "Brightspace"

_ATTEMPT = (
    r"(?P<numbers>(?P<first>[0-9]+)-[0-9]+) - (?P<name>.+?) ?- "
    r"(?P<month>[A-Z][a-z]{2})[a-z]*\.? (?P<day>[0-9]{1,2}), (?P<year>[0-9]{4}) "
    r"(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2})(?: (?P<half>AM|PM))?"
)
_FOLDER = re.compile(_ATTEMPT, re.DOTALL)
_FILE = re.compile(_ATTEMPT + r" - (?P<upload>.+)", re.DOTALL)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each attempt of each learner."""
    folders, rest = matched(_FOLDER, pieces, folders=True)
    files, rest = matched(_FILE, rest, folders=False)
    ids = _ids([*folders, *files])
    whole = (
        Claim(
            learner_id=learner_id(ids[match["first"], match["name"]]),
            learner_name=learner_id(match["name"]),
            source=UploadFolder(piece.name),
            submitted_at=_time(match),
        )
        for piece, match in folders
    )
    parts = (
        Part(
            learner=ids[match["first"], match["name"]],
            key=(match["numbers"], _time(match) or ""),
            upload=match["upload"],
            path=piece.name,
            name=match["name"],
            submitted_at=_time(match),
        )
        for piece, match in files
    )
    found = [piece for piece, _ in (*folders, *files)]
    return Reading(claims=[*whole, *together(parts)], found=found, stray=rest)


def beside(path: str, name: str) -> str:
    """Where a file of that name belongs that is for whoever handed in what lies at the path."""
    match = _FILE.fullmatch(path)
    return path[: match.start("upload")] + name if match else f"{path}/{name}"


def _ids(attempts: Sequence[Matched]) -> dict[tuple[str, str], str]:
    """By first number and name: the name, with the number where two people share the name.

    They are two where the first number is a person's, as somebody's in two attempts shows.
    """
    numbers: dict[str, list[str]] = {}
    for _, match in attempts:
        numbers.setdefault(match["name"], []).append(match["first"])
    personal = any(len(set(found)) < len(found) for found in numbers.values())
    return {
        (first, name): f"{name} {first}" if personal and len(set(found)) > 1 else name
        for name, found in numbers.items()
        for first in found
    }


def _time(match: re.Match[str]) -> str | None:
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"] == "PM")
    month = _MONTHS.index(match["month"]) + 1 if match["month"] in _MONTHS else 0
    return iso_time(match["year"], month, match["day"], hour, match["minute"])
