"""Blackboard, "Assignment File Download": `HW 2_ada_attempt_2024-01-15-10-30-00_value.py`.

The parts are the assignment, the username, the time of the attempt, and the file. To each attempt
Blackboard adds a slip that ends with the time: who handed in what, and the learner's remarks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.course.downloads.reading import Part, Reading, common_start, iso_time, matched, together
from grader.course.downloads.shelf import Piece, Shelf
from grader.model.errors import SubmissionRefused

NAME = "Blackboard"

_FILE = re.compile(
    r"(?P<whose>[^_]+_.+?)_attempt_(?P<time>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<upload>.+)|\.txt)",
    re.DOTALL,
)
_USERNAME = re.compile(rb"\(([^()\r\n]+)\)[ \t]*[\r\n]")
_LARGEST_SLIP = 1024 * 1024


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each attempt: its files belong together."""
    named, stray = matched(_FILE, pieces, folders=False)
    files = [match for _, match in named if match["upload"]]
    assignment = _assignment(shelf, [match for _, match in named])
    parts = (
        Part(
            learner=match["whose"].removeprefix(assignment),
            key=(match["time"],),
            upload=match["upload"],
            path=match.string,
            submitted_at=iso_time(*match["time"].split("-")),
        )
        for match in files
    )
    return Reading(
        claims=list(together(parts)),
        found=[piece for piece, match in named if match["upload"]],
        stray=stray,
        own=[piece for piece, match in named if not match["upload"]],
    )


def _assignment(shelf: Shelf, named: Sequence[re.Match[str]]) -> str:
    """What stands before the username: a slip tells, as either may hold a `_`.

    Failing that, it is what all names have in common.
    """
    whose = {match["whose"] for match in named}
    slip = next((match for match in named if not match["upload"]), None)
    if slip is not None:
        assignment = slip["whose"].removesuffix(_username(shelf, slip.string))
        told = assignment.endswith("_") and assignment not in whose
        if told and all(one.startswith(assignment) for one in whose):
            return assignment
    return common_start(whose, "_")


def _username(shelf: Shelf, slip: str) -> str:
    """The username in the first line of a slip: `Name: Ada Lovelace (ada)`."""
    try:
        match = _USERNAME.search(shelf.read(slip, _LARGEST_SLIP)[:1000])
    except (SubmissionRefused, OSError):
        return ""
    return match[1].decode("utf-8", "replace") if match else ""
