"""Canvas, "Download Submissions": `doejane_LATE_1234_56789_value-1.py`.

The parts are the sortable name without spaces and commas (or the group's name), a mark when
late, the learner's number, the number of the upload, and the name it was uploaded under.
Canvas adds -1, -2 to a name that the learner has used before. Where Canvas hides the names,
`anon_` and a code stand in place of name and number. Text typed into Canvas ends in `_text.html`.

Other names have such parts as well, a date say. Canvas's own numbers begin with no 0, a learner's
number goes with one name, and none of a learner's uploads has the number or the name of another.
The "Test Student" of a course is its teacher.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.course.downloads.entry import Claim, Source
from grader.course.downloads.names import learner_id
from grader.course.downloads.onlinetext import OnlineText
from grader.course.downloads.reading import Reading, matched
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import AsIs, Uploads, is_readable
from grader.text.clean import clean_name
from grader.text.words import said

NAME = "Canvas"

_FILE = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_)(?:(?!_[0-9]+_)[^@])+?)_|(?=(?:LATE_)?anon_))(?P<late>LATE_)?"
    r"(?P<learner>anon_[A-Za-z0-9]+|[1-9][0-9]{0,18})"
    r"_(?:(?P<number>[1-9][0-9]{0,18})_(?P<upload>.+)|(?P<typed>text|link)\.html)",
    re.DOTALL,
)
_TEST_STUDENT = "studenttest"
_VERSION = re.compile(r"(?P<stem>.+)-(?P<version>[0-9]{1,4})(?P<ending>\.[A-Za-z]\w*)", re.DOTALL)


class _Upload(NamedTuple):
    """A file of a learner; of one name, the greatest version counts, then the latest number."""

    name: str
    version: int
    number: int
    path: str


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each learner: all the files of one belong together."""
    everybody, stray = matched(_FILE, pieces, folders=False)
    named = [(piece, match) for piece, match in everybody if match["name"] != _TEST_STUDENT]
    by_learner: dict[tuple[str, str], list[re.Match[str]]] = {}
    for _, match in named:
        by_learner.setdefault((match["learner"], match["name"] or ""), []).append(match)
    learners = {learner for learner, _ in by_learner}
    numbers = {(match["learner"], match["number"] or match["typed"]) for _, match in named}
    uploads = {(match["learner"], match["upload"] or match["typed"]) for _, match in named}
    return Reading(
        claims=[_claim(learner_id(learner), found) for (learner, _), found in by_learner.items()],
        found=[piece for piece, _ in named],
        stray=stray,
        own=[piece for piece, match in everybody if match["name"] == _TEST_STUDENT],
        sound=len(numbers) == len(uploads) == len(named) and len(learners) == len(by_learner),
    )


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
