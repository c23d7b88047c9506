"""Where a class came from: the files given beside it, and each learner's names in the download.

All of it is for the way back: a platform knows whose an upload is by the name it gave it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from msgspec import Struct

from grader.gradebook.store import Gradebook

PLATFORM, ROSTER, POLICY, TIMES = "platform", "roster", "policy", "times"
"""What is given beside a class; of the platform there is a name alone."""


class Given(Struct, frozen=True):
    """A file as it was given: its name and what was in it."""

    name: str
    content: bytes = b""


def keep_given(book: Gradebook, given: Mapping[str, Given]) -> None:
    """These came with the class, and nothing else did."""
    book.do("DELETE FROM given")
    book.do_each(
        "INSERT INTO given(what, name, content) VALUES (?, ?, ?)",
        ((what, one.name, one.content) for what, one in given.items()),
    )


def given_with(book: Gradebook) -> dict[str, Given]:
    """What came with the class, by its kind."""
    rows = book.rows("SELECT what, name, content FROM given")
    return {what: Given(name, content) for what, name, content in rows}


def keep_paths(book: Gradebook, learner: str, paths: Iterable[str]) -> None:
    """The learner's submission has these names in the download, the one that counts first."""
    told = json.dumps(list(paths))  # a name on a disk may hold bytes that are no text
    book.do("INSERT OR REPLACE INTO paths(learner, paths) VALUES (?, ?)", (learner, told))


def paths_of(book: Gradebook) -> dict[str, list[str]]:
    """By learner, the names in the download."""
    rows = book.rows("SELECT learner, paths FROM paths")
    return {learner: json.loads(told) for learner, told in rows}


def made(book: Gradebook) -> dict[str, str]:
    """The files of the feedback folder that were made, and what from."""
    return dict(book.rows("SELECT path, version FROM made"))


def keep_made(book: Gradebook, versions: Mapping[str, str]) -> None:
    """These files are made from that now."""
    command = "INSERT OR REPLACE INTO made(path, version) VALUES (?, ?)"
    book.do_each(command, versions.items())


def forget_made(book: Gradebook, paths: Iterable[str]) -> None:
    """These files are there no more."""
    book.do_each("DELETE FROM made WHERE path = ?", ((path,) for path in paths))
