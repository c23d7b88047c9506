"""Autolab, "Download submissions": `ada@example.edu_2_value.py`.

The parts are the address, the version, and the file: there is one for each version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.course.downloads.reading import Part, Reading, matched, together
from grader.course.downloads.shelf import Piece, Shelf

NAME = "Autolab"

_FILE = re.compile(
    r"(?P<email>[^@]+@[^@_]+)_(?P<version>[1-9][0-9]{0,8})_(?P<upload>.+)", re.DOTALL
)


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each version: the highest is the newest."""
    named, stray = matched(_FILE, pieces, folders=False)
    versions = {(match["email"], match["version"]) for _, match in named}
    parts = (
        Part(
            learner=match["email"],
            key=(match["version"],),
            upload=match["upload"],
            path=piece.name,
            rank=(int(match["version"]),),
            attempt=int(match["version"]),
        )
        for piece, match in named
    )
    return Reading(
        claims=list(together(parts)),
        found=[piece for piece, _ in named],
        stray=stray,
        sound=len(versions) == len(named),
    )
