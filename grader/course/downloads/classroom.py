"""GitHub Classroom clones: `assignment-username/`, in `assignment-submissions/` or elsewhere.

The assignment's name is what stands before `-submissions` in the name of the folder around the
clones; failing that, what the names of the clones have in common.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.course.downloads.entry import Claim
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import Reading, common_start
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import UploadFolder

NAME = "GitHub Classroom"

_AROUND = "-submissions"
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")  # of a learner or of a team
_LOOKED_AT = 20


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each clone; its learner is the username in its name."""
    folders = [piece.name for piece in pieces if piece.is_folder]
    prefix = _prefix(shelf, folders)
    usernames = {folder: name for folder in folders if (name := _username(folder, prefix))}
    looked_at = folders[:_LOOKED_AT]
    clones = sum(shelf.holds(f"{folder}/.git") for folder in looked_at)
    return Reading(
        claims=[
            Claim(learner_id=learner_id(name), source=UploadFolder(folder))
            for folder, name in usernames.items()
        ],
        found=[piece for piece in pieces if piece.is_folder and piece.name in usernames],
        stray=[piece for piece in pieces if not piece.is_folder or piece.name not in usernames],
        sound=shelf.label.endswith(_AROUND) or 2 * clones >= len(looked_at),
    )


def _prefix(shelf: Shelf, folders: Sequence[str]) -> str:
    """The assignment's name with its hyphen, empty where there is none to be seen."""
    around = shelf.label.removesuffix(_AROUND)
    if around != shelf.label and any(folder.startswith(f"{around}-") for folder in folders):
        return f"{around}-"
    return common_start(folders, "-") if len(folders) > 1 else ""


def _username(folder: str, prefix: str) -> str | None:
    name = folder.removeprefix(prefix)
    named = prefix and folder.startswith(prefix) and _USERNAME.fullmatch(name)
    return name if named else None
