"""Moodle, "Download all submissions": `Ada Lovelace_1234_assignsubmission_file_/value.py`.

The number is the participant's number in the grading worksheet; in a team assignment, name and
number are the group's, and the number of the default group is left out. Where the download is
not made of folders, the name of the file follows behind the same parts. What was typed into
Moodle's editor lies in `..._assignsubmission_onlinetext_/onlinetext.html`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from grader.course.downloads.entry import Claim, Source
from grader.course.downloads.names import learner_id
from grader.course.downloads.onlinetext import OnlineText
from grader.course.downloads.reading import Reading
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import AsIs, UploadFolder, Uploads, holds_code
from grader.intake.refusal import refuse
from grader.model.exercise import Submission
from grader.text.words import said

NAME = "Moodle"

_PIECE = re.compile(
    r"(?P<name>.+?)(?:_(?P<number>[0-9]+))?_assignsubmission_(?P<kind>[a-z]+)"
    r"(?:_(?P<upload>.*))?",
    re.DOTALL,
)


class _FileOrText(Struct, frozen=True, gc=False):
    """Files and typed text of one learner: where there are files, the text is a remark."""

    files: Source
    text: Source

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders the submission is made of."""
        return (*self.files.paths, *self.text.paths)

    def take(self, shelf: Shelf, module_file: str) -> Submission:
        """Reads the submission; raises SubmissionRefused."""
        if not holds_code(shelf, self.files):
            return self.text.take(shelf, module_file)
        taken = self.files.take(shelf, module_file)
        return taken.noting(said("The online text beside it was not read."))


class _TextFolder(Struct, frozen=True, gc=False):
    """The folder around a typed text; the name of the page in it depends on the language."""

    path: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders the submission is made of."""
        return (self.path,)

    def take(self, shelf: Shelf, module_file: str) -> Submission:
        """Reads the submission; raises SubmissionRefused."""
        names = [piece.name for piece in shelf.pieces(self.path) if not piece.is_folder]
        pages = [name for name in names if name.lower().endswith((".html", ".htm"))]
        if len(pages) != 1:
            refuse(
                said("There is no online text in the folder for it."),
                said("Hand in {module_file}.", module_file=module_file),
            )
        return OnlineText(f"{self.path}/{pages[0]}").take(shelf, module_file)


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each participant or group: files and typed text belong together."""
    named: list[Piece] = []
    by_learner: dict[tuple[str, str], list[tuple[Piece, re.Match[str]]]] = {}
    for piece in pieces:
        if match := _PIECE.fullmatch(piece.name):
            name = match["name"].replace("_", " ")
            key = (match["number"] or match["name"], name)
            by_learner.setdefault(key, []).append((piece, match))
            named.append(piece)
    # Blind marking gives everybody the same name, "Participant" in the language of the site.
    blind = len(by_learner) > 1 and len({name for _, name in by_learner}) == 1
    claims = [
        Claim(
            learner_id=learner_id(learner),
            learner_name=None if blind else learner_id(name),
            source=_source(found),
        )
        for (learner, name), found in by_learner.items()
    ]
    stray = [piece for piece in pieces if not _PIECE.fullmatch(piece.name)]
    return Reading(claims=claims, found=named, stray=stray)


def beside(path: str, name: str) -> str:
    """Where Moodle looks for a file of that name for whoever handed in what lies at the path."""
    match = _PIECE.fullmatch(path)
    if match is None or not match["upload"]:
        return f"{path}/{name}"
    return path[: match.start("upload")] + name


def _source(found: list[tuple[Piece, re.Match[str]]]) -> Source:
    files, text = _files(found), _text(found)
    if files and text:
        return _FileOrText(files, text)
    return files or text or AsIs(found[0][0].name)


def _files(found: list[tuple[Piece, re.Match[str]]]) -> Source | None:
    handed_in = [(piece, match) for piece, match in found if match["kind"] == "file"]
    for piece, _ in handed_in:
        if piece.is_folder:
            return UploadFolder(piece.name)
    loose = tuple((match["upload"], piece.name) for piece, match in handed_in if match["upload"])
    return Uploads(loose) if loose else None


def _text(found: list[tuple[Piece, re.Match[str]]]) -> Source | None:
    for piece, match in found:
        if match["kind"] == "onlinetext":
            return _TextFolder(piece.name) if piece.is_folder else OnlineText(piece.name)
    return None
