"""Canvas, "Download Submissions": `doejane_LATE_1234_56789_value-1.py`.

The parts are the sortable name without spaces and commas (or the group's name), a mark when
late, the learner's number, the number of the upload, and the name it was uploaded under.
Canvas adds -1, -2 to a name that the learner has used before. Where Canvas hides the names,
`anon_` and a code stand in place of name and number. Text typed into Canvas ends in `_text.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from grader.downloads import plain
from grader.downloads.entry import Claim, Source
from grader.downloads.names import learner_id
from grader.downloads.onlinetext import OnlineText
from grader.downloads.shelf import Piece, Shelf
from grader.downloads.sources import AsIs, Uploads, is_readable
from grader.text.clean import clean_name
from grader.text.words import said

NAME = "Canvas"

_FILE = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_).+?)_)?(?P<late>LATE_)?(?P<learner>anon_[A-Za-z0-9]+|[0-9]+)"
    r"_(?:(?P<number>[0-9]+)_(?P<upload>.+)|(?P<typed>text|link)\.html)",
    re.DOTALL,
)
_VERSION = re.compile(r"(?P<stem>.+)-(?P<version>[0-9]{1,4})(?P<ending>\.[A-Za-z]\w*)", re.DOTALL)


class _Upload(NamedTuple):
    """A file of a learner; of one name, the greatest version counts, then the latest number."""

    name: str
    version: int
    number: int
    path: str


def recognise(shelf: Shelf, pieces: Sequence[Piece]) -> bool:
    """Whether most of the files are named as Canvas names them."""
    named = sum(not piece.is_folder and bool(_FILE.fullmatch(piece.name)) for piece in pieces)
    return named > 0 and 2 * named >= len(pieces)


def claims(shelf: Shelf, pieces: Iterable[Piece]) -> Iterator[Claim]:
    """One claim for each learner: all the files of one belong together."""
    others: list[Piece] = []
    by_learner: dict[str, list[re.Match[str]]] = {}
    for piece in pieces:
        match = None if piece.is_folder else _FILE.fullmatch(piece.name)
        if match is None:
            others.append(piece)
        else:
            by_learner.setdefault(match["learner"], []).append(match)
    for learner, matches in by_learner.items():
        yield _claim(learner_id(learner), matches)
    yield from plain.claims(shelf, others)


def _claim(learner: str, matches: list[re.Match[str]]) -> Claim:
    name = matches[0]["name"]
    uploads = [_upload(match) for match in matches if match["upload"]]
    source: Source
    refusal, attempt = None, None
    notes: tuple[str, ...] = ()
    if uploads:
        newest = _newest(uploads)
        source = Uploads(tuple((upload.name, upload.path) for upload in newest))
        readable = [upload.version for upload in newest if is_readable(upload.name)]
        attempt = max(readable) + 1 if readable else None
        notes = _notes(uploads, newest)
    elif typed := [match.string for match in matches if match["typed"] == "text"]:
        source = OnlineText(typed[0], heading_end="</h1>")
    else:
        source = AsIs(matches[0].string)
        refusal = said("A web address was handed in, not a file. Ask for the file itself.")
    return Claim(
        learner_id=learner,
        learner_name=learner_id(name) if name else None,
        source=source,
        late=any(match["late"] for match in matches),
        attempt=attempt,
        notes=notes,
        refusal=refusal,
    )


def _upload(match: re.Match[str]) -> _Upload:
    name, version = match["upload"], 0
    if again := _VERSION.fullmatch(name):
        name, version = again["stem"] + again["ending"], int(again["version"])
    return _Upload(name, version, int(match["number"]), match.string)


def _newest(uploads: list[_Upload]) -> list[_Upload]:
    newest: dict[str, _Upload] = {}
    for upload in sorted(uploads):
        newest[upload.name] = upload
    return list(newest.values())


def _notes(uploads: list[_Upload], newest: list[_Upload]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for upload in uploads:
        counts[upload.name] = counts.get(upload.name, 0) + 1
    return tuple(
        said(
            "Handed in {counts} times: the newest, {upload}, counts.",
            counts=counts[upload.name],
            upload=clean_name(upload.path),
        )
        for upload in newest
        if counts[upload.name] > 1
    )
