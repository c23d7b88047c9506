"""GitHub Classroom clones: `assignment-username/`, in `assignment-submissions/` or elsewhere.

The assignment's name is what stands before `-submissions` in the name of the folder around the
clones; failing that, what the names of the clones have in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from grader.downloads import plain
from grader.downloads.entry import Claim
from grader.downloads.names import learner_id
from grader.downloads.shelf import Piece, Shelf
from grader.downloads.sources import UploadFolder

NAME = "GitHub Classroom"

_AROUND = "-submissions"
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")  # of a learner or of a team
_LOOKED_AT = 20


def recognise(shelf: Shelf, pieces: Sequence[Piece]) -> bool:
    """Whether most folders share the assignment's name and are clones, or lie where clones do."""
    folders = [piece.name for piece in pieces if piece.is_folder]
    prefix = _prefix(shelf, folders)
    named = sum(_username(folder, prefix) is not None for folder in folders)
    if not prefix or 2 * named < len(pieces):
        return False
    looked_at = folders[:_LOOKED_AT]
    clones = sum(shelf.holds(f"{folder}/.git") for folder in looked_at)
    return shelf.label.endswith(_AROUND) or 2 * clones >= len(looked_at)


def claims(shelf: Shelf, pieces: Iterable[Piece]) -> Iterator[Claim]:
    """One claim for each clone; its learner is the username in its name."""
    others: list[Piece] = []
    pieces = list(pieces)
    prefix = _prefix(shelf, [piece.name for piece in pieces if piece.is_folder])
    for piece in pieces:
        username = _username(piece.name, prefix) if piece.is_folder else None
        if username is None:
            others.append(piece)
        else:
            source = UploadFolder(piece.name)
            yield Claim(learner_id=learner_id(username), source=source)
    yield from plain.claims(shelf, others)


def _prefix(shelf: Shelf, folders: Sequence[str]) -> str:
    """The assignment's name with its hyphen, empty where there is none to be seen."""
    around = shelf.label.removesuffix(_AROUND)
    if around != shelf.label and any(folder.startswith(f"{around}-") for folder in folders):
        return f"{around}-"
    if len(folders) < 2:
        return ""
    first, last = min(folders), max(folders)  # what these two share, all share
    shared = next(
        (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other),
        len(first),
    )
    return first[: first.rfind("-", 0, shared) + 1]


def _username(folder: str, prefix: str) -> str | None:
    name = folder.removeprefix(prefix)
    return name if folder.startswith(prefix) and _USERNAME.fullmatch(name) else None
