"""Takes a submission in: a file, a folder, a zip, a notebook, or text; refuses what it must.

Everything here is read by the trusted side, so nothing a learner can put on a disk may make
it hang, follow a link, fill the memory or run. Files and folders are opened without following
links and without waiting, sizes are capped while reading and not by what a header claims, a zip
is never unpacked to disk, and the walk through a folder has a bound on entries, not on time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import NoReturn

from grader.intake.folder import FolderTree, Place, is_folder, read_file
from grader.intake.notebook import code_of
from grader.intake.refusal import Bounds, nearest, refuse, refuse_large, some
from grader.intake.tree import Tree, join, read_sources, unzip, walk
from grader.model.exercise import SourceFile, Submission
from grader.text.clean import clean_name
from grader.text.words import said

LARGEST_SOURCE = 1024 * 1024
"""Bytes of Python source in one submission."""

LARGEST_CONTAINER = 8 * 1024 * 1024
"""Bytes of a zip or notebook file: pictures in it weigh something and are not read."""

LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_FILES = 200
MOST_ENTRIES = 10_000


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
    if ending not in (".py", ".zip", ".ipynb"):
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
        return _assemble(name, unzip(data, shown, module_file, bounds_now()), module_file, shown)
    if ending == ".ipynb":
        refuse_large(shown, len(data), LARGEST_CONTAINER)
        data = code_of(data, shown, LARGEST_SOURCE)
    return _assemble(name, {module_file: data}, module_file, shown, single=True)


def take_files(name: str, files: Mapping[str, bytes], module_file: str) -> Submission:
    """The submission made of these Python files, which are called by their path in it."""
    return _assemble(name, files, module_file, clean_name(name))


def take_tree(name: str, tree: Tree, top: str, shown: str, module_file: str) -> Submission:
    """The submission that the files below the folder `top` of a tree are.

    An archive among them is left unread. Raises SubmissionRefused.
    """
    bounds = bounds_now()
    files = walk(tree, top, shown, module_file, bounds)
    named = ((inside, join(top, inside)) for inside in files)
    return _assemble(name, read_sources(named, tree.read, shown, bounds), module_file, shown)


def bounds_now() -> Bounds:
    """The bounds of one submission as they stand."""
    return Bounds(LARGEST_SOURCE, MOST_FILES, MOST_ENTRIES, LARGEST_UNPACKED)


def _assemble(
    name: str, files: Mapping[str, bytes], module_file: str, shown: str, *, single: bool = False
) -> Submission:
    if module_file not in files:
        _refuse_without_module(shown, files, module_file)
    refuse_large(shown, sum(map(len, files.values())), LARGEST_SOURCE)
    sources = []
    for path, data in sorted(files.items()):
        text = _decoded(data, shown if single else f"{path} in {shown}")
        sources.append(SourceFile(path, text, hashlib.sha256(data).hexdigest(), len(data)))
    lines = "".join(f"{source.path}\0{source.sha256}\n" for source in sources)
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return Submission(clean_name(name), module_file, tuple(sources), digest)


# --- refusing -----------------------------------------------------------------------------


def _refuse_without_module(shown: str, files: Mapping[str, bytes], module_file: str) -> NoReturn:
    names = [clean_name(name) for name in sorted(files)]
    if not names:
        what = said(
            "{shown} holds no {module_file}, and no other Python file.",
            shown=shown,
            module_file=module_file,
        )
        refuse(what, said("Put your {module_file} into it, at the top.", module_file=module_file))
    next_move = said(
        "Give the folder that holds {module_file} at its top.", module_file=module_file
    )
    inner = [name for name in names if PurePosixPath(name).name == module_file]
    if inner:
        next_move = said("Found {inner}: give the folder it is in.", inner=inner[0])
    elif near := names[0] if len(names) == 1 else nearest(module_file, _without_tests(names)):
        next_move = said(
            "If {near} is your solution, rename it to {module_file}.",
            near=near,
            module_file=module_file,
        )
    what = said(
        "{shown} holds no {module_file} at its top. Found: {names}.",
        shown=shown,
        module_file=module_file,
        names=some(names),
    )
    refuse(what, next_move)


def _without_tests(names: list[str]) -> list[str]:
    return [name for name in names if not PurePosixPath(name).name.startswith("test_")]


def _decoded(data: bytes, shown: str) -> str:
    """The text; NUL and anything but UTF-8 are refused by offset and line."""
    at, what = data.find(b"\0"), said("a NUL byte")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark.
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        if at < 0 or start < at:
            at, what = start, said("the byte 0x{data:02X}, which is not UTF-8", data=data[start])
    if at >= 0:
        _refuse_bytes(data, at, what, shown)
    return text


def _refuse_bytes(data: bytes, at: int, what: str, shown: str) -> NoReturn:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        refuse(
            said("{shown} is saved as UTF-16, not UTF-8.", shown=shown),
            said("Save it as UTF-8 in your editor."),
        )
    line = data.count(b"\n", 0, at) + 1
    refuse(
        said(
            "{shown} has {what}, at offset {at} (line {line}).",
            shown=shown,
            what=what,
            at=at,
            line=line,
        ),
        said("Save it as plain UTF-8 text."),
    )
