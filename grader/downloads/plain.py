"""A folder or zip made by hand: `ada.py`, `ada.zip`, `ada.ipynb`, or a folder `ada`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from grader.downloads.entry import Claim, Source
from grader.downloads.names import learner_id
from grader.downloads.shelf import Piece, Shelf
from grader.downloads.sources import AsIs, UploadFolder, is_readable
from grader.text.clean import clean_name
from grader.text.words import said

NAME = "files and folders"


def recognise(shelf: Shelf, pieces: Sequence[Piece]) -> bool:
    """Anything may be a folder of submissions: this is asked last."""
    return True


def claims(shelf: Shelf, pieces: Iterable[Piece]) -> Iterator[Claim]:
    """One claim for each piece; other files beside a learner's submission are only mentioned."""
    others: dict[str, list[str]] = {}
    known: dict[str, list[Source]] = {}
    for piece in pieces:
        name, is_folder = piece
        if is_folder:
            known.setdefault(learner_id(name), []).append(UploadFolder(name))
        elif is_readable(name):
            known.setdefault(learner_id(PurePosixPath(name).stem), []).append(AsIs(name))
        elif not name.lower().endswith(".csv"):  # a roster or a list of grades, no submission
            others.setdefault(learner_id(PurePosixPath(name).stem), []).append(name)
    for learner, sources in known.items():
        notes = tuple(
            said("{name} was not read.", name=clean_name(name)) for name in others.pop(learner, ())
        )
        for source in sources:
            yield Claim(learner_id=learner, source=source, notes=notes)
    for learner, names in others.items():
        for name in names:
            yield Claim(learner_id=learner, source=AsIs(name))
