"""What the headers of a zip say: how its members are called, and which are harmful."""

from __future__ import annotations

import contextlib
import re
import stat
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.intake.refusal import kind_words, refuse, refuse_link
from grader.text.words import said

if TYPE_CHECKING:
    from zipfile import ZipInfo

BOMB_RATIO = 100
BOMB_FLOOR = 128 * 1024
_UTF8_NAME = 0x800

_ARCHIVES = frozenset(
    {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl", ".egg", ".jar"}
)


def is_archive(name: str) -> bool:
    """Whether the ending is that of an archive of any kind."""
    return PurePosixPath(name).suffix.lower() in _ARCHIVES


def member_path(info: ZipInfo) -> str:
    """The path by which a member is called, without empty steps and `.`."""
    return "/".join(part for part in member_name(info).split("/") if part not in ("", "."))


def member_name(info: ZipInfo) -> str:
    r"""The member's name, with `/` between its steps.

    Many tools write UTF-8 without saying so, which reads as gibberish; PowerShell 5 writes `\`.
    """
    name = info.filename
    if not (info.flag_bits & _UTF8_NAME or name.isascii()):
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def is_folder_entry(info: ZipInfo) -> bool:
    """Whether the member is a folder and not a file."""
    return member_name(info).endswith("/")


def has_unsafe_name(info: ZipInfo) -> bool:
    """Whether a member would land outside of the folder it is unpacked into."""
    # zipfile takes a name from elsewhere in the header, or only what stands before a NUL.
    return any(map(_leads_out, (member_name(info), info.orig_filename)))


def _leads_out(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    outside = not parts[0] or ".." in parts or not any(part.strip(".") for part in parts)
    return outside or bool(re.match(r"[A-Za-z]:", name)) or "\0" in name


def refuse_unsafe(info: ZipInfo, where: str) -> None:
    """Refuses a member that its header shows to be harmful."""
    if has_unsafe_name(info):
        refuse(
            said("{where} has an unsafe name.", where=where),
            said("Pack the folder again with an ordinary zip tool."),
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        refuse_link(where)
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
