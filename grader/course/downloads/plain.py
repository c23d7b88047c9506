"""A folder or zip made by hand: `ada.py`, `ada.zip`, `ada.ipynb`, or a folder `ada`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.course.downloads.entry import Claim, Source
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import Reading
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import AsIs, UploadFolder, is_readable
from grader.text.clean import clean_name
from grader.text.words import said

NAME = "files and folders"


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each piece; other files beside a learner's submission are only mentioned."""
    others: dict[str, list[str]] = {}
    known: dict[str, list[Source]] = {}
    # a roster or a list of grades is no submission
    tables = [piece for piece in pieces if not piece.is_folder and _is_table(piece.name)]
    found = [piece for piece in pieces if piece.is_folder or not _is_table(piece.name)]
    for name, is_folder in found:
        if is_folder:
            known.setdefault(learner_id(name), []).append(UploadFolder(name))
        elif is_readable(name):
            known.setdefault(learner_id(PurePosixPath(name).stem), []).append(AsIs(name))
        else:
            others.setdefault(learner_id(PurePosixPath(name).stem), []).append(name)
    claims: list[Claim] = []
    for learner, sources in known.items():
        notes = tuple(
            said("{name} was not read.", name=clean_name(name)) for name in others.pop(learner, ())
        )
        claims += (Claim(learner_id=learner, source=source, notes=notes) for source in sources)
    for learner, names in others.items():
        claims += (Claim(learner_id=learner, source=AsIs(name)) for name in names)
    return Reading(claims=claims, found=found, stray=tables)


def _is_table(name: str) -> bool:
    return name.lower().endswith(".csv")
