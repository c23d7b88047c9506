"""A download as a shelf of named pieces, the same whether it is a folder or a zip.

The names are listed once; a piece is read only when it is asked for, and nothing is unpacked.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from grader.intake.archive import has_unsafe_name, member_path
from grader.intake.folder import FolderTree, trusted
from grader.intake.refusal import passed_by, refuse_unreadable
from grader.intake.take import MOST_ENTRIES, limit_of, take_source, take_tree
from grader.intake.tree import Tree
from grader.intake.zip_tree import ZipTree
from grader.model.errors import UsageProblem
from grader.model.exercise import Submission
from grader.text.clean import clean_name, clean_text
from grader.text.words import said

OUTPUT_MARKS = ("gradebook.sqlite", "gradebook.lock")
"""What lies in the folder of a batch's outputs, and together in no other."""

OUTPUTS = frozenset({*OUTPUT_MARKS, "grades.csv", "class.json", "class.html", "reports"})


class Piece(NamedTuple):
    """Something at the top of a download."""

    name: str
    is_folder: bool


class Shelf:
    """What the recognisers and readers see of a download; paths are relative to its top.

    `label` is the name of the folder or zip; `unsafe` are names that cannot belong to anybody,
    each with the sentence that refuses it; `outputs`, known once the top was listed, are those of
    batches, which are nobody's.
    """

    def __init__(
        self, tree: Tree, path: Path, label: str, unsafe: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self._tree = tree
        self._path = path
        self.label = label
        self.unsafe = unsafe
        self._listed: dict[str, list[Piece]] | None = None
        self.outputs: tuple[str, ...] = ()

    def remembering(self) -> Shelf:
        """The same, which lists a folder once: for as long as one platform after another looks."""
        shelf = Shelf(self._tree, self._path, self.label, self.unsafe)
        shelf._listed = {}
        return shelf

    def pieces(self, folder: str = "") -> list[Piece]:
        """What lies in the folder, sorted, without hidden files and clutter.

        Raises SubmissionRefused, or UsageProblem for the download itself.
        """
        if self._listed is None:
            return self._pieces(folder)
        if folder not in self._listed:
            self._listed[folder] = self._pieces(folder)
        return self._listed[folder]

    def _pieces(self, folder: str) -> list[Piece]:
        try:
            with self._tree.opened() as tree:
                entries = tree.entries(folder, MOST_ENTRIES + 1 if folder else None)
        except OSError as error:
            if folder:
                refuse_unreadable(clean_name(folder), error)
            words = error.strerror or said("it cannot be read")
            raise UsageProblem(
                said("{shown}: {words}.", shown=clean_text(str(self._path)), words=words),
                next_move=said("Check the path and its permissions."),
            ) from None
        # A forged zip may have a file and a folder of one name: the folder, which comes last.
        found = {name: Piece(name, is_folder) for name, is_folder, _ in entries}
        left = [piece for name, piece in found.items() if not passed_by(name)]
        if folder:
            return left
        self.outputs = tuple(sorted(piece.name for piece in left if self._is_ours(piece)))
        return [piece for piece in left if piece.name not in self.outputs]

    def _is_ours(self, piece: Piece) -> bool:
        """Whether it is the folder of a batch's outputs, or one of them."""
        if piece.is_folder and self._has_outputs(f"{piece.name}/"):
            return True
        return piece.name in OUTPUTS and self._has_outputs("")

    def _has_outputs(self, around: str) -> bool:
        return all(self.holds(around + name) for name in OUTPUT_MARKS)

    def holds(self, path: str) -> bool:
        """Whether there is a file or folder of that path, hidden or not."""
        with self._tree.opened() as tree:
            return tree.holds(path)

    def inside(self, folder: str) -> Shelf:
        """The folder as a shelf of its own."""
        return Shelf(self._tree.inside(folder), self._path / folder, folder, self.unsafe)

    def take(self, path: str, module_file: str) -> Submission:
        """The submission that the file or folder is; raises SubmissionRefused."""
        name, shown = path.rpartition("/")[2], clean_name(path)
        with self._tree.opened() as tree:
            if tree.is_folder(path):
                return take_tree(name, tree, path, shown, module_file)
            data = tree.read(path, limit_of(name, shown, module_file))
        return take_source(name, data, module_file)

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; raises SubmissionRefused."""
        with self._tree.opened() as tree:
            return tree.read(path, limit)

    def modified(self, path: str) -> float | None:
        """When the file, or the newest file in the folder, was last changed, in seconds."""
        with self._tree.opened() as tree:
            return tree.modified(path)

    def close(self) -> None:
        """Lets go of the download."""
        self._tree.close()


def open_folder(path: Path) -> Shelf:
    """The folder at `path`, which a teacher named; no step below it may be a link."""
    return Shelf(FolderTree(partial(trusted, path)), path, Path(os.path.abspath(path)).name)


def open_zip(path: Path) -> Shelf:
    """The zip at `path`, its names listed; raises UsageProblem when it is not sound."""
    try:
        archive = ZipFile(path)
    except Exception as error:
        # zipfile raises a dozen kinds of exception on a damaged archive; all mean the same here.
        words = clean_text(str(error)) or type(error).__name__
        raise UsageProblem(
            said(
                "{path} is not a sound zip file: {words}.", path=clean_text(str(path)), words=words
            ),
            next_move=said("Download it again, or unpack it and give the folder."),
        ) from None
    infos = archive.infolist()
    unsafe = [info.orig_filename for info in infos if has_unsafe_name(info)]
    members = ((member_path(info), info) for info in infos if not has_unsafe_name(info))
    tree = ZipTree(archive, members, clean_name(path.stem), said("Download it again."))
    return Shelf(
        tree,
        path,
        path.stem,
        tuple(
            (
                name,
                said(
                    "{whole} in {path} has an unsafe name.",
                    whole=clean_name(name),
                    path=clean_name(path.name),
                ),
            )
            for name in unsafe
        ),
    )
