"""Submitty: `submissions/ada/2/value.py`.

A folder for each learner, in it one for each version. `user_assignment_settings.json` beside the
versions names the active one, which counts; 0 where the learner took the submission back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from grader.course.downloads.entry import Claim
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import Reading, pieces_in
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import UploadFolder
from grader.model.errors import SubmissionRefused
from grader.text.words import said

NAME = "Submitty"
TOP = "submissions"

_SETTINGS = Piece("user_assignment_settings.json", False)
_LARGEST_SETTINGS = 16 * 1024 * 1024
_VERSION = re.compile(r"[1-9][0-9]{0,5}")


class _Settings(Struct, frozen=True):
    active_version: Annotated[int, Meta(ge=0)]


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each learner: the active version, else the highest."""
    inside = {piece: pieces_in(shelf, piece.name) for piece in pieces if piece.is_folder}
    learners = {
        piece: [int(one.name) for one in found if one != _SETTINGS]
        for piece, found in inside.items()
        if found and all(one == _SETTINGS or _is_version(one) for one in found)
    }
    told = {piece for piece in learners if _SETTINGS in inside[piece]}
    return Reading(
        claims=[_claim(shelf, piece, found, piece in told) for piece, found in learners.items()],
        found=list(learners),
        stray=[piece for piece in pieces if piece not in learners],
        sound=shelf.label == TOP or 2 * len(told) >= len(learners),
    )


def _is_version(piece: Piece) -> bool:
    return piece.is_folder and bool(_VERSION.fullmatch(piece.name))


def _claim(shelf: Shelf, piece: Piece, versions: list[int], told: bool) -> Claim:
    active = _active(shelf, piece.name) if told else None
    if active is None:
        active = max(versions, default=0)
    refusal = None
    if active == 0:
        refusal = said("No version counts: the learner took the submission back.")
    elif active not in versions:
        refusal = said("Version {number} counts, and the download does not hold it.", number=active)
    return Claim(
        learner_id=learner_id(piece.name),
        source=UploadFolder(f"{piece.name}/{active}"),
        attempt=active or None,
        refusal=refusal,
    )


def _active(shelf: Shelf, learner: str) -> int | None:
    """The version in the settings, None where they do not tell."""
    try:
        data = shelf.read(f"{learner}/{_SETTINGS.name}", _LARGEST_SETTINGS)
        return msgspec.json.decode(data, type=_Settings).active_version
    except (msgspec.MsgspecError, RecursionError, SubmissionRefused, OSError):
        return None
