"""Gradescope, "Export Submissions": `submission_123/` and `submission_metadata.yml`.

The metadata names the learners of each folder, several for a group, and when it was handed in.
It lies beside the folders. Files of that name in the folders are believed only where all of
them have one: a learner may hand in a file of any name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from grader.course.downloads.entry import Claim, Source
from grader.course.downloads.gradescope_metadata import (
    Handed,
    MetadataError,
    handed_in,
    own_metadata,
)
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import Reading
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import UploadFolder
from grader.intake.refusal import refuse
from grader.model.errors import SubmissionRefused
from grader.model.exercise import Submission
from grader.text.words import said

NAME = "Gradescope"
METADATA = "submission_metadata.yml"
LARGEST_METADATA = 256 * 1024 * 1024
LARGEST_OWN_METADATA = 64 * 1024

_FOLDER = re.compile(r"submission_[0-9]+")


class _Gone(Struct, frozen=True, gc=False):
    """A submission that the metadata lists and the download does not hold."""

    name: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders the submission is made of."""
        return (self.name,)

    def take(self, shelf: Shelf, module_file: str) -> Submission:
        """Reads the submission; raises SubmissionRefused."""
        what = said(
            "{metadata} lists {name}, and the download does not hold it.",
            metadata=METADATA,
            name=self.name,
        )
        refuse(what, said("Export the submissions again."))


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each folder, with the learners and the time that the metadata tells."""
    found = [piece for piece in pieces if _is_submission(piece)]
    others = [piece for piece in pieces if not _is_submission(piece)]
    folders = [piece.name for piece in found]
    metadata = [piece for piece in others if piece == Piece(METADATA, False)]
    known, trouble = _metadata(shelf, folders) if folders else ({}, "")
    claims = [
        _claim(folder, UploadFolder(folder), known.pop(folder, Handed()), trouble)
        for folder in folders
    ]
    claims += (
        _claim(name, _Gone(name), handed, "")
        for name, handed in known.items()
        if _FOLDER.fullmatch(name)
    )
    stray = [piece for piece in others if piece not in metadata]
    # where the metadata lies, the export is Gradescope's, whatever else lies there
    own = [*metadata, *stray] if metadata else []
    return Reading(claims=claims, found=found, stray=[] if metadata else stray, own=own)


def _is_submission(piece: Piece) -> bool:
    return piece.is_folder and bool(_FOLDER.fullmatch(piece.name))


def _metadata(shelf: Shelf, folders: list[str]) -> tuple[dict[str, Handed], str]:
    """What was handed in, by folder, and what is wrong where that is not known."""
    try:
        if shelf.holds(METADATA):
            known = handed_in(shelf.read(METADATA, LARGEST_METADATA))
            return known, said("The learner is not named in {metadata}.", metadata=METADATA)
        if all(shelf.holds(f"{folder}/{METADATA}") for folder in folders):
            return {folder: _own(shelf, folder) for folder in folders}, ""
    except MetadataError as error:
        return {}, said(
            "{metadata} cannot be read, so the learner is not known: {error}.",
            metadata=METADATA,
            error=error,
        )
    except SubmissionRefused as error:
        return {}, said("The learner is not known: {reason}", reason=error.message)
    return {}, said(
        "The learner is not known: there is no {metadata} in the download.", metadata=METADATA
    )


def _own(shelf: Shelf, folder: str) -> Handed:
    try:
        return own_metadata(shelf.read(f"{folder}/{METADATA}", LARGEST_OWN_METADATA))
    except (MetadataError, SubmissionRefused):
        return Handed()


def _claim(folder: str, source: Source, handed: Handed, trouble: str) -> Claim:
    members = tuple((learner_id(person.id), person.name) for person in handed.people)
    aliases = tuple(
        (other, learner_id(person.id)) for person in handed.people for other in person.others
    )
    learner, name = members[0] if members else (folder, None)
    return Claim(
        learner_id=learner,
        learner_name=name,
        source=source,
        submitted_at=handed.at,
        attempt=handed.attempt,
        members=members if len(members) > 1 else (),
        aliases=aliases,
        notes=()
        if members
        else (trouble or said("The learner is not named in {metadata}.", metadata=METADATA),),
    )
