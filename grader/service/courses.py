"""The courses of a service: who may ask, what is graded for them, and their page's key."""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from grader.exercise.content import right_styles
from grader.model.errors import UsageProblem
from grader.model.exercise import Exercise
from grader.render.html.full_page import FullPages
from grader.text.words import said

LOCAL = "local"
"""The one course of a service without tokens, and the key of its page."""

SECRET = r"^[A-Za-z0-9._~-]{20,200}$"
"""What goes into a header and into an address as it is, and cannot be guessed."""


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """A course in the token file. Without a key it has no page."""

    token: Annotated[str, Meta(pattern=SECRET)]
    key: Annotated[str, Meta(pattern=SECRET)] | None = None
    exercise: str | None = None


class Course(Struct, frozen=True, dict=True):  # `dict` for what is kept of it
    """A course: its name, its exercise, and hashes of what opens it."""

    name: str
    exercise: Exercise
    token: bytes | None = None
    key: bytes | None = None

    @cached_property
    def pages(self) -> FullPages:
        """Makes the learners' pages."""
        return FullPages(self.exercise, right_styles(self.exercise))


class Courses:
    """All courses of a service. Without tokens, everybody who reaches it may ask."""

    def __init__(self, courses: Iterable[Course]) -> None:
        self.all = tuple(courses)
        self.open = self.all[0] if self.all[0].token is None else None

    def by_token(self, token: str) -> Course | None:
        """The course of a token. How long it takes does not tell how near a wrong one is."""
        return _first([(one.token, one) for one in self.all], token)

    def by_key(self, key: str) -> Course | None:
        """The course of a page's key, with the same care."""
        return _first([(one.key, one) for one in self.all], key)


def local_course(exercise: Exercise) -> Courses:
    """The one course of a service without tokens."""
    return Courses([Course(LOCAL, exercise, key=_hash(LOCAL))])


def read_courses(
    path: Path, load: Callable[[Path | None], Exercise], exercise: Path | None
) -> Courses:
    """The courses of a token file; those that name no exercise have the one given. UsageProblem."""
    lines = _lines(path)
    _refuse_doubles(path, [line.token for line in lines.values()])
    _refuse_doubles(path, [line.key for line in lines.values() if line.key is not None])
    return Courses(
        Course(
            name,
            load(path.parent / line.exercise if line.exercise is not None else exercise),
            _hash(line.token),
            None if line.key is None else _hash(line.key),
        )
        for name, line in lines.items()
    )


_Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,60}$")]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    courses: Annotated[dict[_Name, Line], Meta(min_length=1)]


def _lines(path: Path) -> dict[str, Line]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
        return msgspec.convert(found, _File).courses
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise UsageProblem(
            said("cannot read the tokens in {path}: {error}", path=path, error=words),
            next_move=said(
                "Every course has a table [courses.NAME] with a token of at least 20 letters and "
                "digits; docs/reference.md shows one."
            ),
        ) from None


def _refuse_doubles(path: Path, secrets: Sequence[str]) -> None:
    if len(set(secrets)) < len(secrets):
        raise UsageProblem(
            said("two courses in {path} have the same token or key", path=path),
            next_move=said("Give every course its own."),
        )


def _first(known: Sequence[tuple[bytes | None, Course]], secret: str) -> Course | None:
    asked, found = _hash(secret), None
    for one, course in known:
        if one is not None and hmac.compare_digest(one, asked):
            found = course
    return found


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
