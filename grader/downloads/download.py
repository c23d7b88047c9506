"""Opens a download: finds out whose it is from the names in it, then reads one at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

from msgspec.structs import replace

from grader.downloads import canvas, classroom, gradescope, moodle, plain
from grader.downloads.entry import Claim, Entry
from grader.downloads.names import learner_id
from grader.downloads.newest import settle
from grader.downloads.shelf import Piece, Shelf, open_folder, open_zip
from grader.downloads.sources import AsIs, is_readable
from grader.model.errors import SubmissionRefused, UsageProblem
from grader.text.clean import clean_name, clean_text
from grader.text.words import said

DEEPEST_WRAPPING = 3


class Platform(Protocol):
    """What a file for a platform has: its name, and how it tells and sorts its downloads."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """The platform as people call it."""

    def recognise(self, shelf: Shelf, pieces: Sequence[Piece]) -> bool:
        """Whether the names are this platform's."""

    def claims(self, shelf: Shelf, pieces: Iterable[Piece]) -> Iterator[Claim]:
        """The submissions in the download, by name alone."""


PLATFORMS: tuple[Platform, ...] = (gradescope, moodle, canvas, classroom)
"""In this order asked; the first that recognises a download sorts it, `plain` what is left."""


class Download:
    """The submissions of a class in the order of their learners' ids.

    Only names are held in memory: an entry is read when it is asked for. Iterating reads all,
    `read` one by its place; `len` and `claims` cost nothing.
    """

    def __init__(
        self, shelf: Shelf, platform: str, claims: Sequence[Claim], module_file: str
    ) -> None:
        self.platform = platform
        self.claims = claims
        self._shelf = shelf
        self._module_file = module_file

    def __len__(self) -> int:
        return len(self.claims)

    def __iter__(self) -> Iterator[Entry]:
        return (self.read(place) for place in range(len(self.claims)))

    def __enter__(self) -> Download:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the zip, if it is one."""
        self._shelf.close()

    def read(self, place: int) -> Entry:
        """The entry at that place; whatever is wrong with it stays its own."""
        claim = self.claims[place]
        submission, refusal, notes = None, claim.refusal, claim.notes
        if refusal is None:
            try:
                taken = claim.source.take(self._shelf, self._module_file)
            except SubmissionRefused as error:
                refusal = f"{error.message} {error.next_move}".rstrip()
            except OSError as error:
                words = error.strerror or type(error).__name__
                refusal = said(
                    "{paths} cannot be read: {words}.",
                    paths=clean_name(claim.source.paths[0]),
                    words=words,
                )
            else:
                notes = (*notes, *taken.notes)
                submission = replace(
                    taken.submission,
                    learner_id=claim.learner_id,
                    learner_name=claim.learner_name,
                )
        return Entry(
            learner_id=claim.learner_id,
            learner_name=claim.learner_name,
            submission=submission,
            refusal=refusal,
            late=claim.late,
            submitted_at=claim.submitted_at,
            attempt=claim.attempt,
            notes=notes,
            members=claim.members,
            aliases=claim.aliases,
        )


def open_download(source: Path, module_file: str) -> Download:
    """The download at `source`, a folder or a zip; raises UsageProblem when it is neither."""
    shelf = _top(_shelf(source), module_file)
    try:
        pieces = shelf.pieces()
        platform = next((one for one in PLATFORMS if one.recognise(shelf, pieces)), plain)
        unsafe = (
            Claim(learner_id=learner_id(name), source=AsIs(name), refusal=sentence)
            for name, sentence in dict(shelf.unsafe).items()
        )
        claims = settle([*platform.claims(shelf, pieces), *unsafe], shelf)
        if not claims:
            raise UsageProblem(
                said("{source} holds no submissions.", source=clean_text(str(source))),
                next_move=said("Give the folder or zip that you downloaded."),
            )
    except BaseException:
        shelf.close()
        raise
    return Download(shelf, platform.NAME, claims, module_file)


def discover(source: Path, module_file: str) -> Iterator[Entry]:
    """Every submission in a download, in the order of ids, each read when it is its turn."""
    with open_download(source, module_file) as download:
        yield from download


def _shelf(source: Path) -> Shelf:
    shown = clean_text(str(source))
    if source.is_dir():
        return open_folder(source)
    if not source.exists():
        raise UsageProblem(
            said("{shown}: there is no such file or folder.", shown=shown),
            next_move=said("Check the path."),
        )
    if source.suffix.lower() == ".zip" or (source.is_file() and zipfile.is_zipfile(source)):
        return open_zip(source)
    raise UsageProblem(
        said("{shown} is neither a folder nor a zip.", shown=shown),
        next_move=said(
            "Give the folder or zip of a class; for one submission there is `grader grade`."
        ),
    )


def _top(shelf: Shelf, module_file: str) -> Shelf:
    """The folder in which the submissions lie side by side: often one lies around them all."""
    inner = shelf
    for _ in range(DEEPEST_WRAPPING):
        pieces = [piece for piece in inner.pieces() if not piece.name.lower().endswith(".csv")]
        if any(platform.recognise(inner, pieces) for platform in PLATFORMS):
            return inner
        if len(pieces) != 1 or not pieces[0].is_folder:
            alike = sum(piece.is_folder or is_readable(piece.name) for piece in pieces)
            is_class = alike > 1 and Piece(module_file, False) not in pieces
            return inner if is_class else shelf
        inner = inner.inside(pieces[0].name)
    return shelf
