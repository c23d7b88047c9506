"""nbgrader: `submitted/ada/ps1/problem1.ipynb`, given as `submitted` or the folder around it.

A folder for each learner, in it one for each assignment, with a `timestamp.txt` where nbgrader
collected it. A download is read for one assignment.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.course.downloads.entry import Claim
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import Reading, pieces_in
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import UploadFolder, is_readable

NAME = "nbgrader"
TOP = "submitted"

_EQUAL = (0,)  # which of two assignments is meant cannot be told
_STAMP = Piece("timestamp.txt", False)


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each assignment of each learner."""
    inside = {piece: pieces_in(shelf, piece.name) for piece in pieces if piece.is_folder}
    known = {name for piece, found in inside.items() for name in _known(shelf, piece, found)}
    learners = {
        piece: assignments
        for piece, found in inside.items()
        if (assignments := [one.name for one in _folders(found) if one.name in known])
    }
    return Reading(
        claims=[
            Claim(
                learner_id=learner_id(piece.name),
                source=UploadFolder(f"{piece.name}/{assignment}"),
                rank=_EQUAL,
            )
            for piece, assignments in learners.items()
            for assignment in assignments
        ],
        found=list(learners),
        stray=[piece for piece in pieces if piece not in learners],
        sound=shelf.label == TOP or (len(known) == 1 and len(learners) > 1),
    )


def _folders(inside: Sequence[Piece]) -> list[Piece]:
    """A learner's folders; none where code lies beside them."""
    if any(is_readable(piece.name) for piece in inside if not piece.is_folder):
        return []
    return [piece for piece in inside if piece.is_folder]


def _known(shelf: Shelf, learner: Piece, inside: Sequence[Piece]) -> list[str]:
    """The assignments that hold a notebook, or that nbgrader collected."""
    return [
        folder.name
        for folder in _folders(inside)
        if any(map(_tells, pieces_in(shelf, f"{learner.name}/{folder.name}")))
    ]


def _tells(piece: Piece) -> bool:
    return piece == _STAMP or piece.name.lower().endswith(".ipynb")
