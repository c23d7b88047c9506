"""okpy, `ok-client` exports: `ada@example.edu/hw1/aBcD/value.py`.

A folder for each learner by address, in it one for each assignment, in that one for each backup.
The name of a backup does not tell when it was made.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.course.downloads.entry import Claim
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import Reading, pieces_in
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import UploadFolder

NAME = "okpy"

_EQUAL = (0,)  # several backups of one learner cannot be told apart


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each backup."""
    backups = {
        piece: _backups(shelf, piece.name)
        for piece in pieces
        if piece.is_folder and "@" in piece.name
    }
    return Reading(
        claims=[
            Claim(learner_id=learner_id(piece.name), source=UploadFolder(path), rank=_EQUAL)
            for piece, paths in backups.items()
            for path in paths
        ],
        found=[piece for piece, paths in backups.items() if paths],
        stray=[piece for piece in pieces if not backups.get(piece)],
    )


def _backups(shelf: Shelf, learner: str) -> list[str]:
    """The paths of the backups; none where a file lies beside one of the folders."""
    folders = [f"{learner}/{assignment.name}" for assignment in _folders(shelf, learner)]
    inside = {folder: _folders(shelf, folder) for folder in folders}
    if not all(inside.values()):
        return []
    return [f"{folder}/{backup.name}" for folder in folders for backup in inside[folder]]


def _folders(shelf: Shelf, folder: str) -> list[Piece]:
    """What lies in the folder, where it is nothing but folders."""
    inside = pieces_in(shelf, folder)
    return inside if all(piece.is_folder for piece in inside) else []
