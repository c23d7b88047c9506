"""ILIAS, "Download All Submissions": `Lovelace_Ada_ada_12345/20240115103000_value.py`.

A folder for each learner: last and first name, login, the number of the account. Each file carries
the time it was handed in; of files of one name the newest counts, and the others belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.course.downloads.entry import Claim
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import Matched, Reading, iso_time, matched, pieces_in
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import UploadFolder, Uploads
from grader.text.clean import clean_name
from grader.text.words import said

NAME = "ILIAS"

_FOLDER = re.compile(r"(?P<name>[^_]+_.+)_(?P<login>[^_]+)_(?P<number>[0-9]+)", re.DOTALL)
_FILE = re.compile(r"(?P<time>[0-9]{14})_(?P<upload>.+)", re.DOTALL)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each learner: all the files of one belong together."""
    named, stray = matched(_FOLDER, pieces, folders=True)
    files = [matched(_FILE, pieces_in(shelf, piece.name), folders=False)[0] for piece, _ in named]
    return Reading(
        claims=[_claim(folder, inside) for folder, inside in zip(named, files, strict=True)],
        found=[piece for piece, _ in named],
        stray=stray,
        sound=2 * sum(map(bool, files)) >= len(named),
    )


def _claim(folder: Matched, files: list[Matched]) -> Claim:
    piece, match = folder
    newest = {file["upload"]: file for _, file in sorted(files)}
    times = [file["time"] for file in newest.values()]
    numbers = _DIGITS.fullmatch(max(times)) if times else None
    parts = match["name"].split("_")
    paths = tuple((upload, f"{piece.name}/{file.string}") for upload, file in newest.items())
    return Claim(
        learner_id=learner_id(match["login"]),
        learner_name=learner_id(" ".join(reversed(parts) if len(parts) == 2 else parts)),
        source=Uploads(paths) if paths else UploadFolder(piece.name),
        submitted_at=iso_time(*numbers.groups()) if numbers else None,
        notes=tuple(_notes(files, newest)),
    )


def _notes(files: list[Matched], newest: dict[str, re.Match[str]]) -> list[str]:
    counts = {upload: sum(file["upload"] == upload for _, file in files) for upload in newest}
    return [
        said(
            "Handed in {counts} times: the newest, {upload}, counts.",
            counts=counts[upload],
            upload=clean_name(file.string),
        )
        for upload, file in newest.items()
        if counts[upload] > 1
    ]
