"""Takes a submission in: a file, a folder, a zip, a notebook, or text; refuses what it must.

Everything here is read by the trusted side, so nothing a learner can put on a disk may make
it hang, follow a link, fill the memory or run. Files and folders are opened without following
links and without waiting, sizes are capped while reading and not by what a header claims, a zip
is never unpacked to disk, and the walk through a folder has a bound on entries, not on time.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NoReturn

from grader.intake.archive import extract, refuse_unsafe, unzip, without_surroundings
from grader.intake.folder import Place, read_file, read_folder, refuse_unreadable
from grader.intake.notebook import code_of
from grader.intake.refusal import Bounds, kind_words, nearest, refuse, refuse_large, some
from grader.model.exercise import SourceFile, Submission
from grader.text.clean import clean_name
from grader.text.words import said

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

LARGEST_SOURCE = 1024 * 1024
"""Bytes of Python source in one submission."""

LARGEST_CONTAINER = 8 * 1024 * 1024
"""Bytes of a zip or notebook file: pictures in it weigh something and are not read."""

LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_FILES = 200
MOST_ENTRIES = 10_000


def take(path: Path, module_file: str) -> Submission:
    """The submission at `path`: a `.py` file of any name, a folder, a `.zip` or an `.ipynb`."""
    return take_place(Place(path), module_file)


def take_place(place: Place, module_file: str) -> Submission:
    """The submission that is there, be it in a folder that is open already."""
    path, shown = place.path, clean_name(str(place.path))
    try:
        mode = place.look().st_mode
    except (OSError, ValueError) as error:
        refuse_unreadable(place, error)
    if stat.S_ISLNK(mode):
        refuse(said("{shown} is a link.", shown=shown), said("Give the file itself."))
    name = Path(os.path.abspath(path)).name or "submission"
    if stat.S_ISDIR(mode):
        files = read_folder(place, module_file, bounds_now())
        return _assemble(name, files, module_file, shown)
    if not stat.S_ISREG(mode):
        refuse(
            said("{shown} is {mode}, not a file.", shown=shown, mode=kind_words(mode)),
            said("Give a .py file or a folder."),
        )
    data = read_file(place, limit_of(path.name, shown, module_file))
    return take_source(name, data, module_file)


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


def take_members(
    name: str, archive: ZipFile, members: Mapping[str, ZipInfo], module_file: str
) -> Submission:
    """The submission that some members of a large archive are, by their path in the submission.

    An archive among them is left unread, like one in a folder.
    """
    shown = clean_name(name)
    kept = without_surroundings(members)
    if len(kept) > MOST_ENTRIES:
        refuse(
            said(
                "{shown} holds more than {most_entries} files.",
                shown=shown,
                most_entries=MOST_ENTRIES,
            ),
            said("Hand in your solution only."),
        )
    for info in kept.values():
        refuse_unsafe(info, shown)
    return _assemble(name, extract(archive, kept, shown, bounds_now()), module_file, shown)


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
