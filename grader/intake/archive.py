"""Takes the Python files out of a zip, in memory: nothing is ever unpacked to disk.

What a header claims is checked before anything is read, and counted again while reading,
because a header may lie.
"""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.intake.refusal import (
    ENVIRONMENT_MARKS,
    Bounds,
    kind_words,
    passed_by,
    refuse,
    refuse_surplus,
    size_words,
)
from grader.model.errors import SubmissionRefused
from grader.text.clean import clean_name
from grader.text.words import said

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

BOMB_RATIO = 100
BOMB_FLOOR = 128 * 1024
_UTF8_NAME = 0x800

_ARCHIVES = frozenset(
    {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl", ".egg", ".jar"}
)


def unzip(data: bytes, shown: str, module_file: str, bounds: Bounds) -> dict[str, bytes]:
    """The Python files of an archive, read in memory; a single top folder is taken off."""
    from zipfile import ZipFile

    try:
        with ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive.infolist(), shown, bounds)
            return extract(archive, _below_top(members, module_file), shown, bounds)
    except SubmissionRefused:
        raise
    except Exception as error:
        # zipfile raises a dozen kinds of exception on a forged archive; all mean the same here.
        what = said(
            "{shown} is not a sound zip file: {name}.",
            shown=shown,
            name=clean_name(str(error)) or type(error).__name__,
        )
        refuse(what, said("Pack it again, or give the folder."))


def extract(
    archive: ZipFile, members: Mapping[str, ZipInfo], shown: str, bounds: Bounds
) -> dict[str, bytes]:
    """The Python files among the members, which are called by their path in the submission."""
    files: dict[str, bytes] = {}
    size = 0
    for name, info in sorted(members.items()):
        if name.endswith(".py"):
            files[name] = read_member(archive, info, shown, bounds.source)
            size += len(files[name])
            refuse_surplus(files, size, shown, bounds)
    return files


def read_member(archive: ZipFile, info: ZipInfo, shown: str, limit: int) -> bytes:
    """At most `limit` bytes of a member and one more; SubmissionRefused, and all of zipfile's."""
    refuse_unsafe(info, shown)
    with archive.open(info) as member:
        # Bounded here again: what the header says of the size may be a lie.
        return member.read(limit + 1)


def is_archive(name: str) -> bool:
    """Whether the ending is that of an archive of any kind."""
    return PurePosixPath(name).suffix.lower() in _ARCHIVES


def member_path(info: ZipInfo) -> str:
    """The path by which a member is called, without empty steps and `.`."""
    return "/".join(part for part in _name(info).split("/") if part not in ("", "."))


def _name(info: ZipInfo) -> str:
    """The member's name; many tools write UTF-8 without saying so, which reads as gibberish."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def has_unsafe_name(info: ZipInfo) -> bool:
    """Whether a member would land outside of the folder it is unpacked into."""
    # zipfile takes a name from elsewhere in the header, or only what stands before a NUL.
    return any(map(_leads_out, (_name(info), info.orig_filename)))


def _leads_out(name: str) -> bool:
    parts = name.split("/")
    outside = name.startswith("/") or ".." in parts or not any(part.strip(".") for part in parts)
    return outside or bool(re.match(r"[A-Za-z]:", name)) or "\\" in name or "\0" in name


def refuse_unsafe(info: ZipInfo, shown: str) -> None:
    """Refuses a member that its header shows to be harmful."""
    where = f"{clean_name(_name(info))} in {shown}"
    if has_unsafe_name(info):
        where = f"{clean_name(info.orig_filename)} in {shown}"
        refuse(
            said("{where} has an unsafe name.", where=where),
            said("Pack the folder again with an ordinary zip tool."),
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        refuse(said("{where} is a link.", where=where), said("Put the file itself in its place."))
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        refuse(
            said("{where} is {kind}, not a file.", where=where, kind=kind_words(kind)),
            said("Leave it out."),
        )
    if info.flag_bits & 0x1:
        refuse(said("{where} is encrypted.", where=where), said("Pack it without a password."))
    # The other methods let a small member ask for gigabytes of working memory.
    if info.compress_type not in (0, 8):
        refuse(
            said("{where} is packed with an unusual method.", where=where),
            said("Pack it as an ordinary zip."),
        )
    if info.file_size > max(BOMB_FLOOR, BOMB_RATIO * info.compress_size):
        refuse(
            said("{where} unpacks to far more than it holds: a zip bomb.", where=where),
            said("Leave it out."),
        )


def _members(infos: list[ZipInfo], shown: str, bounds: Bounds) -> dict[str, ZipInfo]:
    """Every file member by name, after every member was found harmless by its header."""
    if len(infos) > bounds.entries:
        refuse(
            said("{shown} holds more than {entries} members.", shown=shown, entries=bounds.entries),
            said("Pack only your solution."),
        )
    members: dict[str, ZipInfo] = {}
    for info in infos:
        refuse_unsafe(info, shown)
        if is_archive(info.orig_filename):
            where = f"{clean_name(_name(info))} in {shown}"
            refuse(
                said("{where} is an archive in an archive.", where=where),
                said("Pack the files themselves."),
            )
        if info.is_dir():
            continue
        name = member_path(info)
        if name in members:
            refuse(
                said("{shown} holds {name} twice.", shown=shown, name=clean_name(name)),
                said("Pack it again."),
            )
        members[name] = info
    if sum(info.file_size for info in members.values()) > bounds.unpacked:
        what = said(
            "{shown} unpacks to more than {unpacked}.",
            shown=shown,
            unpacked=size_words(bounds.unpacked),
        )
        refuse(what, said("Pack only the source of your solution."))
    return members


def without_surroundings(members: Mapping[str, ZipInfo]) -> dict[str, ZipInfo]:
    """The members without hidden files, caches and virtual environments."""
    kept = {name: info for name, info in members.items() if not _any_passed_by(name)}
    homes = tuple({home for name in kept if (home := _environment(name))})
    return {name: info for name, info in kept.items() if not name.startswith(homes)}


def _below_top(members: dict[str, ZipInfo], module_file: str) -> dict[str, ZipInfo]:
    kept = without_surroundings(members)
    tops = {name.partition("/")[0] for name in kept}
    if module_file in kept or len(tops) != 1:
        return kept
    return {name.removeprefix(f"{min(tops)}/"): info for name, info in kept.items()}


def _environment(name: str) -> str | None:
    """The outermost folder that this name shows to be an environment."""
    steps = name.split("/")
    marks = (at for at, step in enumerate(steps) if at and step in ENVIRONMENT_MARKS)
    at = next(marks, None)
    return None if at is None else "/".join(steps[:at]) + "/"


def _any_passed_by(name: str) -> bool:
    return any(passed_by(part) for part in name.split("/"))
