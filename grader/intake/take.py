"""Takes a submission in: a file, a folder, a zip, a notebook, or text; refuses what it must.

Everything here is read by the trusted side, so nothing a learner can put on a disk may make
it hang, follow a link, fill the memory or run. Files and folders are opened without following
links and without waiting, sizes are capped while reading and not by what a header claims, a zip
is never unpacked to disk, and the walk through a folder has a bound on entries, not on time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from grader.intake.decoding import decoded
from grader.intake.folder import FolderTree, Place, is_folder, read_file
from grader.intake.kinds import refuse_by_name, refuse_other_kind
from grader.intake.magics import without_magics
from grader.intake.notebook import about_conflict, joined
from grader.intake.refusal import Bounds, refuse, refuse_large
from grader.intake.tree import Tree, join, read_sources, unzipped, walk
from grader.intake.which import NOTEBOOK, choose
from grader.model.exercise import SourceFile, Submission
from grader.text.clean import clean_name, clean_text, with_newlines
from grader.text.words import said, said_many

LARGEST_SOURCE = 1024 * 1024
"""Bytes of Python source in one submission."""

LARGEST_CONTAINER = 8 * 1024 * 1024
"""Bytes of a zip or notebook file: pictures in it weigh something and are not read."""

LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_FILES = 200
MOST_ENTRIES = 10_000
MOST_NOTES = 20
"""Of its files; a report is read by people."""


def take(path: Path, module_file: str) -> Submission:
    """The submission at `path`: a `.py` file of any name, a folder, a `.zip` or an `.ipynb`.

    Raises SubmissionRefused.
    """
    place = Place(path)
    name = Path(os.path.abspath(path)).name or "submission"
    if not is_folder(place):
        data = read_file(place, limit_of(path.name, place.words, module_file))
        return take_source(name, data, module_file)
    with closing(FolderTree(place.folder)) as tree:
        return take_tree(name, tree, "", place.words, module_file)


def limit_of(name: str, shown: str, module_file: str) -> int:
    """How many bytes a file of that name may have; refuses endings that are no submission's."""
    ending = os.path.splitext(name)[1].lower()
    if ending not in (".py", ".zip", NOTEBOOK):
        refuse_by_name(name, shown, module_file)
        what = said("{shown} does not end in .py: a submission is Python source.", shown=shown)
        refuse(
            what,
            said(
                "Rename it to {module_file} if it is, or give a folder, .zip or .ipynb.",
                module_file=module_file,
            ),
        )
    return LARGEST_SOURCE if ending == ".py" else LARGEST_CONTAINER


def take_source(name: str, data: bytes, module_file: str) -> Submission:
    """The submission in `data`; only a name in .zip or .ipynb makes it more than Python text."""
    ending, shown = os.path.splitext(name)[1].lower(), clean_name(name)
    if ending == ".zip":
        refuse_large(shown, len(data), LARGEST_CONTAINER)
        with unzipped(data, shown, module_file, bounds_now()) as tree:
            return take_tree(name, tree, "", shown, module_file)
    return _submission(name, [_one(name, data, module_file, shown)], module_file)


def take_files(name: str, files: Mapping[str, bytes], module_file: str) -> Submission:
    """The submission made of these Python files, which are called by their path in it."""
    return _several(name, files, module_file, clean_name(name))


def take_tree(name: str, tree: Tree, top: str, shown: str, module_file: str) -> Submission:
    """The submission among the files below the folder `top` of a tree.

    An archive among them is left unread. Raises SubmissionRefused.
    """
    bounds = bounds_now()
    paths = list(walk(tree, top, shown, module_file, bounds))
    chosen = choose(paths, module_file, shown)
    if chosen.folder is None:
        limit = limit_of(chosen.path, shown, module_file)
        data = tree.read(join(top, chosen.path), limit)
        read = _one(chosen.path, data, module_file, f"{clean_name(chosen.path)} in {shown}")
        return _submission(name, [read], module_file, chosen.notes)
    below = [path for path in paths if path.startswith(chosen.folder)]
    named = ((path.removeprefix(chosen.folder), join(top, path)) for path in below)
    files = read_sources(named, tree.read, shown, bounds)
    return _several(name, files, module_file, shown, chosen.notes)


def bounds_now() -> Bounds:
    """The bounds of one submission as they stand."""
    return Bounds(LARGEST_SOURCE, MOST_FILES, MOST_ENTRIES, LARGEST_UNPACKED)


class _Read(NamedTuple):
    """A file of a submission, and what there is to say about it."""

    file: SourceFile
    notes: tuple[str, ...] = ()


def _one(name: str, data: bytes, module_file: str, shown: str) -> _Read:
    """The module made of one file of any name."""
    if not name.lower().endswith(NOTEBOOK):
        return _source(module_file, data, module_file, shown, clean_name(name))
    refuse_large(shown, len(data), LARGEST_CONTAINER)
    book = joined(data, shown, module_file, LARGEST_SOURCE)
    code = book.text.encode()
    return _Read(SourceFile(module_file, decoded(code, shown), _hash(code), len(code), book.cells))


def _source(path: str, data: bytes, module_file: str, shown: str, called: str) -> _Read:
    """A Python file, without what only a notebook can run: where such a line begins a statement,
    the file does not compile as it stands. Notes use the name by which it is `called`."""
    refuse_large(shown, len(data), LARGEST_SOURCE)
    refuse_other_kind(data, shown, module_file)
    text, notes = decoded(data, shown), []
    plain = without_magics(with_newlines(text))
    if plain.dropped:
        text = plain.text
        notes.append(_about_dropped(called, plain.dropped))
    if plain.conflict:
        notes.append(about_conflict(called, plain.conflict))
    return _Read(SourceFile(path, text, _hash(data), len(data)), tuple(notes))


def _several(
    name: str, files: Mapping[str, bytes], module_file: str, shown: str, notes: tuple[str, ...] = ()
) -> Submission:
    """The submission made of Python files of which one is the module."""
    read = [
        _source(path, data, module_file, f"{path} in {shown}", clean_name(path))
        for path, data in sorted(files.items())
    ]
    return _submission(name, read, module_file, notes)


def _submission(
    name: str, read: Sequence[_Read], module_file: str, notes: tuple[str, ...] = ()
) -> Submission:
    files = [one.file for one in read]
    # what is decoded, or taken out, may have grown
    size = sum(len(file.text.encode("utf-8", "replace")) for file in files)
    refuse_large(clean_name(name), size, LARGEST_SOURCE)
    told = [note for one in read for note in one.notes][:MOST_NOTES]
    digest = _hash("".join(map(_line, files)).encode())
    return Submission(clean_name(name), module_file, (*files,), digest, notes=(*notes, *told))


def _line(file: SourceFile) -> str:
    """What the digest of a submission has of a file: two with one digest are graded as one."""
    cells = "".join(f"\0{cell.number} {cell.first} {cell.last}" for cell in file.cells)
    return f"{file.path}\0{file.sha256}{cells}\n"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _about_dropped(shown: str, dropped: Sequence[tuple[int, str]]) -> str:
    line, text = dropped[0]
    return said_many(
        "Line {line} of {shown}, `{text}`, is a command of a notebook and not Python: it was left "
        "out.",
        "{number} lines of {shown} are commands of a notebook and not Python, and were left out: "
        "the first is line {line}, `{text}`.",
        number=len(dropped),
        shown=shown,
        line=line,
        text=clean_text(text, limit=60),
    )
