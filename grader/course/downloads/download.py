"""Opens a download: finds out whose it is from the names in it, then reads one at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from msgspec.structs import replace

from grader.course.downloads import (
    autolab,
    blackboard,
    brightspace,
    canvas,
    classroom,
    gradescope,
    ilias,
    moodle,
    nbgrader,
    okpy,
    plain,
    prairielearn,
    sakai,
    submitty,
)
from grader.course.downloads.entry import Claim, Entry
from grader.course.downloads.names import learner_id
from grader.course.downloads.newest import settle
from grader.course.downloads.pattern import IdPattern
from grader.course.downloads.reading import Platform
from grader.course.downloads.recognise import Choice, asked_for, by_hand, recognised
from grader.course.downloads.shelf import Shelf, open_folder, open_zip
from grader.course.downloads.sources import AsIs
from grader.course.downloads.summary import Summary, download_of
from grader.model.errors import SubmissionRefused, UsageProblem
from grader.text.clean import clean_name, clean_text
from grader.text.words import said

FORMATS: dict[str, Platform] = {
    "gradescope": gradescope,
    "moodle": moodle,
    "canvas": canvas,
    "github-classroom": classroom,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "sakai": sakai,
    "prairielearn": prairielearn,
    "autolab": autolab,
    "okpy": okpy,
    "ilias": ilias,
    "submitty": submitty,
    "nbgrader": nbgrader,
    "plain": plain,
}
"""By the word that asks for them, in the order in which they are asked whether they recognise it.

What none of the others recognises is read as `plain`.
"""


class Download:
    """The submissions of a class in the order of their learners' ids.

    Only names are held in memory: an entry is read when it is asked for. Iterating reads all,
    `read` one by its place; `len` and `claims` cost nothing.
    """

    def __init__(
        self,
        shelf: Shelf,
        platform: str,
        claims: Sequence[Claim],
        module_file: str,
        summary: Summary,
    ) -> None:
        self.platform = platform
        self.claims = claims
        self.summary = summary
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
                # one report serves all who handed in the same, and these may name one's own files
                notes = (*notes, *taken.notes)
                submission = replace(
                    taken,
                    learner_id=claim.learner_id,
                    learner_name=claim.learner_name,
                    notes=(),
                )
        return Entry(
            learner_id=claim.learner_id,
            learner_name=claim.learner_name,
            submission=submission,
            refusal=refusal,
            paths=claim.source.paths,
            late=claim.late,
            submitted_at=claim.submitted_at,
            attempt=claim.attempt,
            notes=notes,
            members=claim.members,
            aliases=claim.aliases,
            undecided=claim.undecided,
        )


def open_download(
    source: Path, module_file: str, *, layout: str | None = None, id_pattern: str | None = None
) -> Download:
    """The download at `source`, a folder or a zip, by a platform's naming or by a pattern.

    `layout` is one of FORMATS. With neither, the platform is recognised. Raises UsageProblem when
    there is no download, no such layout or pattern, or when two platforms would read it
    differently.
    """
    asked = _asked(layout, id_pattern)
    top = _shelf(source)
    try:
        if asked is None:
            platforms = {word: one for word, one in FORMATS.items() if one is not plain}
            choice = recognised(top, platforms) or by_hand(top, plain, module_file)
        elif asked is plain:
            choice = by_hand(top, plain, module_file)
        else:
            choice = asked_for(top, asked)
        return _download(choice, source, module_file)
    except BaseException:
        top.close()
        raise


def _download(choice: Choice, source: Path, module_file: str) -> Download:
    shelf, platform, reading = choice
    refused = {learner_id(name): (name, why) for name, why in shelf.unsafe}
    unsafe = (
        Claim(learner_id=learner, source=AsIs(name), refusal=why)
        for learner, (name, why) in refused.items()
    )
    claims = settle([*reading.claims, *unsafe], shelf)
    if not claims:
        raise UsageProblem(
            said("{source} holds no submissions.", source=clean_text(str(source))),
            next_move=said("Give the folder or zip that you downloaded."),
        )
    people = (claim for claim in claims if claim.learner_id not in refused)
    shelf.pieces()
    summary = Summary(
        kind=_kind(platform),
        people=sum(len(claim.members) or 1 for claim in people),
        files=sum(not piece.is_folder for piece in reading.found),
        folders=sum(piece.is_folder for piece in reading.found),
        aside=[*(piece.name for piece in (*reading.stray, *reading.own)), *shelf.outputs],
    )
    return Download(shelf, platform.NAME, claims, module_file, summary)


def _kind(platform: Platform) -> str:
    """What the download was taken for."""
    if platform is plain:
        return said("files and folders")
    if isinstance(platform, IdPattern):
        return said("names read by --id-pattern")
    return download_of(platform.NAME)


def _asked(word: str | None, id_pattern: str | None) -> Platform | None:
    """The platform that was asked for, None where it is to be recognised. UsageProblem."""
    if word is not None and id_pattern is not None:
        raise UsageProblem(said("give --format or --id-pattern, not both"))
    if id_pattern is not None:
        return IdPattern(id_pattern)
    if word is None:
        return None
    if word not in FORMATS:
        raise UsageProblem(
            said("there is no format {word}", word=clean_text(word, limit=40)),
            next_move=said("The formats are {known}.", known=", ".join(FORMATS)),
        )
    return FORMATS[word]


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
