"""nbgrader: `submitted/ada/ps1/problem1.ipynb`, given as `submitted` or the folder around it.

A folder for each learner, in it one for each assignment, with a `timestamp.txt` where nbgrader
collected it. A download is read for one assignment.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.downloads.entry import Claim
from grader.downloads.names import learner_id
from grader.downloads.reading import Reading, pieces_in
from grader.downloads.shelf import Piece, Shelf
from grader.downloads.sources import UploadFolder, is_readable

NAME = "nbgrader"
TOP = "submitted"

_EQUAL = (0,)  # which of two assignments is meant cannot be told
_STAMP = Piece("timestamp.txt", False)


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each assignment of each learner."""
    learners = {
        piece: found
        for piece in pieces
        if piece.is_folder and (found := _assignments(shelf, piece.name))
    }
    names = {name for found in learners.values() for name in found}
    return Reading(
        claims=[
            Claim(
                learner_id=learner_id(piece.name),
                source=UploadFolder(f"{piece.name}/{assignment}"),
                rank=_EQUAL,
            )
            for piece, found in learners.items()
            for assignment in found
        ],
        found=list(learners),
        stray=[piece for piece in pieces if piece not in learners],
        sound=shelf.label == TOP or (len(names) == 1 and len(learners) > 1),
    )


def _assignments(shelf: Shelf, learner: str) -> list[str]:
    """The folders with a notebook, or that nbgrader collected; none where code lies beside them."""
    inside = pieces_in(shelf, learner)
    if any(is_readable(piece.name) for piece in inside if not piece.is_folder):
        return []
    return [
        piece.name
        for piece in inside
        if piece.is_folder and _is_assignment(pieces_in(shelf, f"{learner}/{piece.name}"))
    ]


def _is_assignment(inside: Sequence[Piece]) -> bool:
    return _STAMP in inside or any(piece.name.lower().endswith(".ipynb") for piece in inside)
