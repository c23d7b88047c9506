"""Sakai, "Download All": `Autograd/Lovelace, Ada(ada)/Submission attachment(s)/value.py`.

A folder for each learner, with the username in brackets. Beside the attachments Sakai lays the
time, comments and feedback, and a text that was typed; at the top, a list of grades.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.course.downloads.entry import Claim, Source
from grader.course.downloads.names import learner_id
from grader.course.downloads.onlinetext import OnlineText
from grader.course.downloads.reading import Matched, Reading, matched, pieces_in
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import AsIs, UploadFolder
from grader.text.words import said

NAME = "Sakai"

_FOLDER = re.compile(r"(?P<name>.+)\((?P<username>[^()]+)\)", re.DOTALL)
_UPLOADS = "Submission attachment(s)"
_TYPED = "_submissionText.html"


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each learner: the attachments, else what was typed."""
    named, stray = matched(_FOLDER, pieces, folders=True)
    inside = {piece.name: pieces_in(shelf, piece.name) for piece, _ in named}
    known = sum(
        Piece(_UPLOADS, True) in found or Piece("timestamp.txt", False) in found
        for found in inside.values()
    )
    return Reading(
        claims=[_claim(one, inside[one[0].name]) for one in named],
        found=[piece for piece, _ in named],
        stray=stray,
        sound=2 * known >= len(named),
    )


def _claim(one: Matched, inside: Sequence[Piece]) -> Claim:
    (folder, _), match = one
    last, comma, first = match["name"].strip().partition(", ")
    source: Source = AsIs(folder)
    refusal = None
    typed = [piece.name for piece in inside if piece.name.endswith(_TYPED)]
    if Piece(_UPLOADS, True) in inside:
        source = UploadFolder(f"{folder}/{_UPLOADS}")
    elif len(typed) == 1:
        source = OnlineText(f"{folder}/{typed[0]}")
    else:
        refusal = said("Nothing was handed in: the folder holds no attachments.")
    return Claim(
        learner_id=learner_id(match["username"]),
        learner_name=learner_id(f"{first} {last}" if comma else last),
        source=source,
        refusal=refusal,
    )
