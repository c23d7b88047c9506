"""What is said when a submission cannot be taken, and the bounds one submission has.

The lowest part of the intake: the readers of folders, zips and notebooks stand on it.
"""

from __future__ import annotations

import errno
import stat
from pathlib import PurePosixPath
from typing import NamedTuple, NoReturn

from grader.model.errors import SubmissionMissing, SubmissionRefused
from grader.text.clean import clean_name
from grader.text.words import said

ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
"""A folder with one of these in it is an environment, not a learner's work."""

_CACHES = ("__pycache__", "__MACOSX")
_CLUTTER = ("thumbs.db", "desktop.ini")


class Bounds(NamedTuple):
    """How much one submission may be: bytes of source, Python files, entries, bytes unpacked."""

    source: int
    files: int
    entries: int
    unpacked: int


def refuse(what: str, next_move: str) -> NoReturn:
    """Refuses the submission: what is wrong, and what to do about it."""
    raise SubmissionRefused(what, next_move=next_move)


def refuse_link(where: str) -> NoReturn:
    """Refuses a link among the files of a submission."""
    refuse(said("{where} is a link.", where=where), said("Put the file itself in its place."))


def refuse_unreadable(shown: str, error: Exception, near: str | None = None) -> NoReturn:
    """Refuses what the system does not let us open or look at, and says why.

    Where nothing is there, `near` is the path that may have been meant.
    """
    number = getattr(error, "errno", None)
    if number == errno.ELOOP:
        refuse(said("{shown} is a link.", shown=shown), said("Give the file itself."))
    if number in (errno.EACCES, errno.EPERM):
        refuse(
            said("{shown} may not be read.", shown=shown),
            said("Change its permissions, or give a copy."),
        )
    if number not in (errno.ENOENT, errno.ENOTDIR):
        words = getattr(error, "strerror", None) or str(error)
        refuse(
            said("{shown} cannot be read: {words}.", shown=shown, words=clean_name(words)),
            said("Give another path or a copy."),
        )
    next_move = said("Did you mean {path}?", path=near) if near else said("Check the path.")
    what = said("{shown}: there is no such file or folder.", shown=shown)
    raise SubmissionMissing(what, next_move=next_move)


def nearest(word: str, known: list[str]) -> str | None:
    """The name most like `word`; endings are left aside, or all .py files would be alike."""
    from difflib import get_close_matches

    stems = {PurePosixPath(name).stem: name for name in known}
    close = get_close_matches(PurePosixPath(word).stem, stems, 1)
    return stems[close[0]] if close else None


def size_words(count: int) -> str:
    """`3 MiB`, `64 KiB`."""
    return f"{count // 1024**2} MiB" if count >= 1024**2 else f"{count // 1024} KiB"


def refuse_large(shown: str, size: int, limit: int) -> None:
    """Refuses what has more bytes than the limit."""
    if size > limit:
        what = said(
            "{shown} is too large: more than {limit}.", shown=shown, limit=size_words(limit)
        )
        refuse(what, said("Hand in the source only, without data or saved output."))


def refuse_surplus(files: dict[str, bytes], size: int, shown: str, bounds: Bounds) -> None:
    """Called after each file, so that no more is ever read than may be kept."""
    newest = next(reversed(files))
    if not newest.isprintable():
        what = said(
            "The name {newest} in {shown} has characters that cannot be shown.",
            newest=clean_name(newest),
            shown=shown,
        )
        refuse(what, said("Rename it."))
    if len(files) > bounds.files:
        what = said(
            "{shown} holds more than {files} Python files.", shown=shown, files=bounds.files
        )
        refuse(what, said("Give only the files of your solution."))
    refuse_large(shown, size, bounds.source)


def kind_words(mode: int) -> str:
    """What a path is that is neither file nor folder nor link."""
    if stat.S_ISFIFO(mode):
        return said("a FIFO")
    return said("a socket") if stat.S_ISSOCK(mode) else said("a device")


class Entry(NamedTuple):
    """Something in a folder of a tree."""

    name: str
    is_folder: bool
    is_link: bool = False


def passed_by(name: str) -> bool:
    """Whether a file or folder of that name is never part of a submission."""
    return name.startswith(".") or name in _CACHES or name.lower() in _CLUTTER
