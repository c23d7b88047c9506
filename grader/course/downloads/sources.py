"""The ways a submission lies in a download: one piece, a folder of uploads, loose uploads."""

from __future__ import annotations

from pathlib import PurePosixPath

from msgspec import Struct

from grader.course.downloads.entry import Source
from grader.course.downloads.shelf import Shelf
from grader.intake.archive import is_archive
from grader.intake.refusal import refuse
from grader.intake.take import bounds_now, take_files
from grader.intake.tree import read_sources
from grader.intake.which import is_beside, taken_as
from grader.model.exercise import Submission
from grader.text.clean import clean_name
from grader.text.words import said, some

READABLE = (".py", ".zip", ".ipynb")


def is_readable(name: str) -> bool:
    """Whether a file of that name may be a submission."""
    return name.lower().endswith(READABLE)


class AsIs(Struct, frozen=True, gc=False):
    """A file or folder, taken as `grader grade` takes it."""

    path: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders the submission is made of."""
        return (self.path,)

    def take(self, shelf: Shelf, module_file: str) -> Submission:
        """Reads the submission; raises SubmissionRefused."""
        return shelf.take(self.path, module_file)


class UploadFolder(Struct, frozen=True, gc=False):
    """A folder around what one learner handed in.

    A zip, notebook or Python file that lies in it alone is the submission, whatever its name.
    """

    path: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders the submission is made of."""
        return (self.path,)

    def take(self, shelf: Shelf, module_file: str) -> Submission:
        """Reads the submission; raises SubmissionRefused."""
        pieces = shelf.pieces(self.path)
        names = [piece.name for piece in pieces if not piece.is_folder]
        lone = None
        if not any(piece.is_folder for piece in pieces):
            lone = lone_upload(names, module_file)
        if lone is None:
            notes = tuple(not_read(name) for name in names if is_archive(name))
            return shelf.take(self.path, module_file).noting(*notes)
        submission = shelf.take(f"{self.path}/{lone}", module_file)
        return submission.noting(*about_lone(lone, names, module_file))


class Uploads(Struct, frozen=True):
    """Files of one learner among those of others: pairs of the uploaded name and the path."""

    files: tuple[tuple[str, str], ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders the submission is made of."""
        return tuple(path for _, path in self.files)

    def take(self, shelf: Shelf, module_file: str) -> Submission:
        """Reads the submission; raises SubmissionRefused."""
        where = dict(self.files)
        lone = lone_upload(list(where), module_file)
        if lone is not None:
            submission = shelf.take(where[lone], module_file)
            return submission.noting(*about_lone(lone, list(where), module_file))
        if module_file not in where:
            _refuse_choice(list(where), module_file)
        shown = said("What was handed in")
        sources = read_sources(where.items(), shelf.read, shown, bounds_now())
        notes = tuple(not_read(name) for name in where if is_archive(name))
        main = PurePosixPath(where[module_file]).name
        return take_files(main, sources, module_file).noting(*notes)


def holds_code(shelf: Shelf, source: Source) -> bool:
    """Whether there is anything in the folder or the uploads that may be a submission."""
    if isinstance(source, Uploads):
        return any(is_readable(name) for name, _ in source.files)
    found = (piece for path in source.paths for piece in shelf.pieces(path))
    return any(piece.is_folder or is_readable(piece.name) for piece in found)


def lone_upload(names: list[str], module_file: str) -> str | None:
    """The one file that can be the submission where there is no module file, else None."""
    readable = [name for name in names if is_readable(name) and not is_beside(name)]
    return readable[0] if len(readable) == 1 and module_file not in readable else None


def about_lone(lone: str, names: list[str], module_file: str) -> tuple[str, ...]:
    """What to say when a lone file was taken: its name, and what was left unread."""
    notes = [not_read(name) for name in names if name != lone and is_archive(name)]
    if not is_archive(lone):
        notes.insert(0, taken_as(lone, module_file))
    return tuple(notes)


def not_read(name: str) -> str:
    """That an archive beside the source was left alone."""
    return said("{name} was not read: only the source beside it counts.", name=clean_name(name))


def _refuse_choice(names: list[str], module_file: str) -> None:
    shown = some([clean_name(name) for name in sorted(names)])
    if any(map(is_readable, names)):
        what = said(
            "None of the files is called {module_file}. Found: {shown}.",
            module_file=module_file,
            shown=shown,
        )
    else:
        what = said("There is no Python file among those handed in. Found: {shown}.", shown=shown)
    refuse(what, said("Hand in {module_file}.", module_file=module_file))
