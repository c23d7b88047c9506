"""What a submission is made of: the same files by the same rules, from a folder or from a zip.

A tree lists and reads; which of its files belong to a submission, and how many they may be, is
decided here alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from grader.intake.archive import (
    is_archive,
    is_folder_entry,
    member_name,
    member_path,
    refuse_unsafe,
)
from grader.intake.folder import FolderTree
from grader.intake.kinds import Kind, refuse_other_kind
from grader.intake.refusal import (
    ENVIRONMENT_MARKS,
    Bounds,
    Entry,
    passed_by,
    refuse,
    refuse_link,
    refuse_surplus,
    refuse_unreadable,
    size_words,
)
from grader.intake.zip_tree import ZipTree
from grader.text.clean import clean_name
from grader.text.words import said

if TYPE_CHECKING:
    from zipfile import ZipInfo


Tree = FolderTree | ZipTree
"""Paths are relative to its top and have `/` between their steps."""


def join(*parts: str) -> str:
    """The path of these parts, of which some may be empty."""
    return "/".join(filter(None, parts))


def walk(tree: Tree, top: str, shown: str, module_file: str, bounds: Bounds) -> Iterator[str]:
    """The files below `top`, by their path there; hidden ones, environments are left out.

    Raises SubmissionRefused for what must not lie among them.
    """
    left, count = [""], 0
    while left:
        folder = left.pop()
        if folder and tree.deepest is not None and folder.count("/") >= tree.deepest:
            what = said(
                "{shown} holds folders more than {deepest} deep.",
                shown=shown,
                deepest=tree.deepest,
            )
            _refuse_surroundings(what, module_file)
        entries = _entries(tree, join(top, folder), join(shown, clean_name(folder)), bounds)
        if folder and not ENVIRONMENT_MARKS.isdisjoint(entry.name for entry in entries):
            continue
        kept = [entry for entry in entries if not passed_by(entry.name)]
        count += len(kept)
        _refuse_crowd(count, shown, module_file, bounds)
        for entry in kept:
            inside = join(folder, entry.name)
            if entry.is_link:
                refuse_link(f"{clean_name(inside)} in {shown}")
            tree.refuse_harmful(join(top, inside), inside, shown)
            if entry.is_folder:
                left.append(inside)
            else:
                yield inside


def read_sources(
    files: Iterable[tuple[str, str]], read: Callable[[str, int], bytes], shown: str, bounds: Bounds
) -> dict[str, bytes]:
    """The Python files among pairs of a name and where it is read; raises SubmissionRefused."""
    found: dict[str, bytes] = {}
    size = 0
    for name, path in files:
        if name.endswith(".py"):
            found[name] = read(path, bounds.source)
            size += len(found[name])
            refuse_surplus(found, size, shown, bounds)
    return found


@contextmanager
def unzipped(data: bytes, shown: str, module_file: str, bounds: Bounds) -> Iterator[ZipTree]:
    """A zip by itself, as a tree. Raises SubmissionRefused."""
    from zipfile import ZipFile

    again = said("Pack it again, or give the folder.")
    try:
        archive = ZipFile(io.BytesIO(data))
    except Exception as error:
        # zipfile raises a dozen kinds of exception on a forged archive; all mean the same here.
        refuse_other_kind(data, shown, module_file, Kind.ZIP)
        what = said(
            "{shown} is not a sound zip file: {name}.",
            shown=shown,
            name=clean_name(str(error)) or type(error).__name__,
        )
        refuse(what, again)
    with archive:
        infos = archive.infolist()
        _refuse_crowd(len(infos), shown, module_file, bounds)
        _refuse_headers(infos, shown, bounds)
        yield ZipTree(archive, ((member_path(info), info) for info in infos), shown, again)


def _refuse_crowd(count: int, shown: str, module_file: str, bounds: Bounds) -> None:
    """Refuses more files and folders than one submission may have."""
    if count > bounds.entries:
        what = said(
            "{shown} holds more than {most_entries} files and folders.",
            shown=shown,
            most_entries=bounds.entries,
        )
        _refuse_surroundings(what, module_file)


def _refuse_surroundings(what: str, module_file: str) -> NoReturn:
    """Refuses what is likely more than the submission."""
    refuse(
        what,
        said(
            "Give the folder that holds your {module_file}, nothing around it.",
            module_file=module_file,
        ),
    )


def _entries(tree: Tree, path: str, shown: str, bounds: Bounds) -> list[Entry]:
    try:
        return tree.entries(path, bounds.entries + 1)
    except OSError as error:
        refuse_unreadable(shown, error)


def _refuse_headers(infos: list[ZipInfo], shown: str, bounds: Bounds) -> None:
    """Refuses a zip if any member is harmful, be it one that is left out."""
    for info in infos:
        where = f"{clean_name(member_name(info))} in {shown}"
        refuse_unsafe(info, where)
        if is_archive(member_name(info)):
            refuse(
                said("{where} is an archive in an archive.", where=where),
                said("Pack the files themselves."),
            )
    if sum(info.file_size for info in infos if not is_folder_entry(info)) > bounds.unpacked:
        what = said(
            "{shown} unpacks to more than {unpacked}.",
            shown=shown,
            unpacked=size_words(bounds.unpacked),
        )
        refuse(what, said("Pack only the source of your solution."))
