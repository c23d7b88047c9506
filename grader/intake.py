"""Takes a submission in: a file, a folder, a zip, a notebook, or text; refuses what it must.

Everything here is read by the trusted side, so nothing a learner can put on a disk may make
it hang, follow a link, fill the memory or run. Paths are opened without following links and
without waiting, sizes are capped while reading and not by what a header claims, a zip is
never unpacked to disk, and the walk through a folder has a bound on entries, not on time.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import stat
from collections.abc import Mapping
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NoReturn

import msgspec

from grader.errors import SubmissionRefused
from grader.model import SourceFile, Submission

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

LARGEST_SOURCE = 1024 * 1024
"""Bytes of Python source in one submission."""

LARGEST_CONTAINER = 8 * 1024 * 1024
"""Bytes of a zip or notebook file: pictures in it weigh something and are not read."""

LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_FILES = 200
MOST_ENTRIES = 10_000
BOMB_RATIO = 100
BOMB_FLOOR = 128 * 1024

_ARCHIVES = frozenset(
    {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl", ".egg", ".jar"}
)
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
_PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun"})


def take(path: Path, module_file: str) -> Submission:
    """The submission at `path`: a `.py` file of any name, a folder, a `.zip` or an `.ipynb`."""
    shown = _safe(str(path))
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        _refuse_unreadable(path, error)
    if stat.S_ISLNK(mode):
        _refuse(f"{shown} is a link.", "Give the file itself.")
    name = Path(os.path.abspath(path)).name or "submission"
    if stat.S_ISDIR(mode):
        return _assemble(name, _folder(path, module_file), module_file, shown)
    if not stat.S_ISREG(mode):
        _refuse(f"{shown} is {_kind(mode)}, not a file.", "Give a .py file or a folder.")
    ending = path.suffix.lower()
    if ending not in (".py", ".zip", ".ipynb"):
        what = f"{shown} does not end in .py: a submission is Python source."
        _refuse(what, f"Rename it to {module_file} if it is, or give a folder, .zip or .ipynb.")
    limit = LARGEST_SOURCE if ending == ".py" else LARGEST_CONTAINER
    return take_source(name, _read(path, limit), module_file)


def take_source(name: str, data: bytes, module_file: str) -> Submission:
    """The submission in `data`; only a name in .zip or .ipynb makes it more than Python text."""
    ending, shown = PurePosixPath(name).suffix.lower(), _safe(name)
    if ending == ".zip":
        _refuse_large(shown, len(data), LARGEST_CONTAINER)
        return _assemble(name, _zip(data, shown, module_file), module_file, shown)
    if ending == ".ipynb":
        _refuse_large(shown, len(data), LARGEST_CONTAINER)
        data = _notebook(data, shown)
    return _assemble(name, {module_file: data}, module_file, shown, single=True)


def _assemble(
    name: str, files: Mapping[str, bytes], module_file: str, shown: str, *, single: bool = False
) -> Submission:
    if module_file not in files:
        _refuse_without_module(shown, files, module_file)
    _refuse_large(shown, sum(map(len, files.values())), LARGEST_SOURCE)
    sources = []
    for path, data in sorted(files.items()):
        text = _decoded(data, shown if single else f"{path} in {shown}")
        sources.append(SourceFile(path, text, hashlib.sha256(data).hexdigest(), len(data)))
    lines = "".join(f"{source.path}\0{source.sha256}\n" for source in sources)
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return Submission(_safe(name), module_file, tuple(sources), digest)


# --- refusing -----------------------------------------------------------------------------


def _refuse(what: str, next_move: str) -> NoReturn:
    raise SubmissionRefused(what, next_move=next_move)


def _safe(text: str) -> str:
    """A name that cannot do anything to a terminal: no control, direction or broken characters."""
    return "".join(ch if ch.isprintable() else "?" for ch in text)[:200]


def _size(count: int) -> str:
    return f"{count // 1024**2} MiB" if count >= 1024**2 else f"{count // 1024} KiB"


def _refuse_large(shown: str, size: int, limit: int) -> None:
    if size > limit:
        what = f"{shown} is too large: more than {_size(limit)}."
        _refuse(what, "Hand in the source only, without data or saved output.")


def _refuse_unreadable(path: Path, error: Exception) -> NoReturn:
    shown = _safe(str(path))
    number = getattr(error, "errno", None)
    if number == errno.ELOOP:
        _refuse(f"{shown} is a link.", "Give the file itself.")
    if number in (errno.EACCES, errno.EPERM):
        _refuse(f"{shown} may not be read.", "Change its permissions, or give a copy.")
    if number not in (errno.ENOENT, errno.ENOTDIR):
        words = getattr(error, "strerror", None) or str(error)
        _refuse(f"{shown} cannot be read: {_safe(words)}.", "Give another path or a copy.")
    try:
        near = _nearest(path.name, [entry.name for entry in islice(path.parent.iterdir(), 1000)])
    except (OSError, ValueError):
        near = None
    next_move = f"Did you mean {_safe(str(path.with_name(near)))}?" if near else "Check the path."
    _refuse(f"{shown}: there is no such file or folder.", next_move)


def _refuse_without_module(shown: str, files: Mapping[str, bytes], module_file: str) -> NoReturn:
    names = [_safe(name) for name in sorted(files)]
    if not names:
        what = f"{shown} holds no {module_file}, and no other Python file."
        _refuse(what, f"Put your {module_file} into it, at the top.")
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    next_move = f"Give the folder that holds {module_file} at its top."
    inner = [name for name in names if PurePosixPath(name).name == module_file]
    if inner:
        next_move = f"Found {inner[0]}: give the folder it is in."
    elif near := names[0] if len(names) == 1 else _nearest(module_file, _without_tests(names)):
        next_move = f"If {near} is your solution, rename it to {module_file}."
    what = f"{shown} holds no {module_file} at its top. Found: {', '.join(names[:5])}{more}."
    _refuse(what, next_move)


def _without_tests(names: list[str]) -> list[str]:
    return [name for name in names if not PurePosixPath(name).name.startswith("test_")]


def _nearest(word: str, known: list[str]) -> str | None:
    """The name most like `word`; endings are left aside, or all .py files would be alike."""
    from difflib import get_close_matches

    stems = {PurePosixPath(name).stem: name for name in known}
    close = get_close_matches(PurePosixPath(word).stem, stems, 1)
    return stems[close[0]] if close else None


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a FIFO"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _decoded(data: bytes, shown: str) -> str:
    """The text; NUL and anything but UTF-8 are refused by offset and line."""
    at, what = data.find(b"\0"), "a NUL byte"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark.
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        if at < 0 or start < at:
            at, what = start, f"the byte 0x{data[start]:02X}, which is not UTF-8"
    if at < 0:
        return text
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(f"{shown} is saved as UTF-16, not UTF-8.", "Save it as UTF-8 in your editor.")
    line = data.count(b"\n", 0, at) + 1
    _refuse(f"{shown} has {what}, at offset {at} (line {line}).", "Save it as plain UTF-8 text.")


# --- files and folders --------------------------------------------------------------------


def _read(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a regular file, without waiting and without following a link."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    try:
        with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                what = f"{_safe(str(path))} is {_kind(mode)}, not a file."
                _refuse(what, "Give a .py file or a folder.")
            data = file.read(limit + 1)
    except OSError as error:
        _refuse_unreadable(path, error)
    _refuse_large(_safe(str(path)), len(data), limit)
    return data


def _folder(top: Path, module_file: str) -> dict[str, bytes]:
    """Every Python file below, by its path inside; hidden folders, environments are left out."""
    files: dict[str, bytes] = {}
    shown, waiting, entries, size = _safe(str(top)), [top], 0, 0
    while waiting:
        found = _listing(waiting.pop(), top)
        entries += len(found)
        if entries > MOST_ENTRIES:
            what = f"{shown} holds more than {MOST_ENTRIES} files and folders."
            _refuse(what, f"Give the folder that holds your {module_file}, nothing around it.")
        for entry in found:
            inside = Path(entry.path).relative_to(top).as_posix()
            if entry.is_symlink():
                what = f"{_safe(inside)} in {shown} is a link."
                _refuse(what, "Put the file itself in its place.")
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            elif entry.name.endswith(".py"):
                files[inside] = _read(Path(entry.path), LARGEST_SOURCE)
                size += len(files[inside])
                _refuse_surplus(files, size, shown)
    return files


def _listing(folder: Path, top: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            found = sorted(islice(listing, MOST_ENTRIES + 1), key=lambda entry: entry.name)
    except OSError as error:
        _refuse_unreadable(folder, error)
    if folder != top and _ENVIRONMENT_MARKS.intersection(entry.name for entry in found):
        return []
    return [entry for entry in found if not _passed_by(entry.name)]


def _passed_by(name: str) -> bool:
    return name.startswith(".") or name in ("__pycache__", "__MACOSX")


def _refuse_surplus(files: dict[str, bytes], size: int, shown: str) -> None:
    """Called after each file, so that no more is ever read than may be kept."""
    newest = next(reversed(files))
    if not newest.isprintable():
        what = f"The name {_safe(newest)} in {shown} has characters that cannot be shown."
        _refuse(what, "Rename it.")
    if len(files) > MOST_FILES:
        what = f"{shown} holds more than {MOST_FILES} Python files."
        _refuse(what, "Give only the files of your solution.")
    _refuse_large(shown, size, LARGEST_SOURCE)


# --- zip ----------------------------------------------------------------------------------


def _zip(data: bytes, shown: str, module_file: str) -> dict[str, bytes]:
    """The Python files of an archive, read in memory; a single top folder is taken off."""
    from zipfile import ZipFile

    try:
        with ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive.infolist(), shown)
            return _extracted(archive, _below_top(members, module_file), shown)
    except SubmissionRefused:
        raise
    except Exception as error:
        # zipfile raises a dozen kinds of exception on a forged archive; all mean the same here.
        what = f"{shown} is not a sound zip file: {_safe(str(error)) or type(error).__name__}."
        _refuse(what, "Pack it again, or give the folder.")


def _members(infos: list[ZipInfo], shown: str) -> dict[str, ZipInfo]:
    """Every file member by name, after every member was found harmless by its header."""
    if len(infos) > MOST_ENTRIES:
        _refuse(f"{shown} holds more than {MOST_ENTRIES} members.", "Pack only your solution.")
    members: dict[str, ZipInfo] = {}
    for info in infos:
        _refuse_unsafe(info, shown)
        if info.is_dir():
            continue
        name = str(PurePosixPath(info.filename))
        if name in members:
            _refuse(f"{shown} holds {_safe(name)} twice.", "Pack it again.")
        members[name] = info
    if sum(info.file_size for info in members.values()) > LARGEST_UNPACKED:
        what = f"{shown} unpacks to more than {_size(LARGEST_UNPACKED)}."
        _refuse(what, "Pack only the source of your solution.")
    return members


def _refuse_unsafe(info: ZipInfo, shown: str) -> None:
    name = info.orig_filename
    where, pure = f"{_safe(name)} in {shown}", PurePosixPath(name)
    leads_out = pure.is_absolute() or ".." in pure.parts or not pure.parts
    if leads_out or re.match(r"[A-Za-z]:", name) or "\\" in name or "\0" in name:
        _refuse(f"{where} has an unsafe name.", "Pack the folder again with an ordinary zip tool.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        _refuse(f"{where} is a link.", "Put the file itself in its place.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _refuse(f"{where} is {_kind(kind)}, not a file.", "Leave it out.")
    if pure.suffix.lower() in _ARCHIVES:
        _refuse(f"{where} is an archive in an archive.", "Pack the files themselves.")
    if info.flag_bits & 0x1:
        _refuse(f"{where} is encrypted.", "Pack it without a password.")
    # The other methods let a small member ask for gigabytes of working memory.
    if info.compress_type not in (0, 8):
        _refuse(f"{where} is packed with an unusual method.", "Pack it as an ordinary zip.")
    if info.file_size > max(BOMB_FLOOR, BOMB_RATIO * info.compress_size):
        _refuse(f"{where} unpacks to far more than it holds: a zip bomb.", "Leave it out.")


def _below_top(members: dict[str, ZipInfo], module_file: str) -> dict[str, ZipInfo]:
    kept = {name: info for name, info in members.items() if not _any_passed_by(name)}
    paths = [PurePosixPath(name) for name in kept]
    homes = tuple(f"{path.parent}/" for path in paths if path.name == "pyvenv.cfg")
    kept = {name: info for name, info in kept.items() if not name.startswith(homes)}
    tops = {name.partition("/")[0] for name in kept}
    if module_file in kept or len(tops) != 1:
        return kept
    return {name.removeprefix(f"{min(tops)}/"): info for name, info in kept.items()}


def _any_passed_by(name: str) -> bool:
    return any(_passed_by(part) for part in name.split("/"))


def _extracted(archive: ZipFile, members: dict[str, ZipInfo], shown: str) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    size = 0
    for name, info in sorted(members.items()):
        if name.endswith(".py"):
            with archive.open(info) as member:
                # Bounded here again: what the header says of the size may be a lie.
                files[name] = member.read(LARGEST_SOURCE + 1)
            size += len(files[name])
            _refuse_surplus(files, size, shown)
    return files


# --- notebooks ----------------------------------------------------------------------------


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""


class _Language(msgspec.Struct):
    name: str = "python"


class _Metadata(msgspec.Struct):
    language_info: _Language = msgspec.field(default_factory=_Language)


class _Notebook(msgspec.Struct):
    nbformat: int
    cells: list[_Cell]
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


def _notebook(data: bytes, shown: str) -> bytes:
    """The code cells as one file, each under a comment with its number in the notebook."""
    try:
        book = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Notebook)
    except (ValueError, RecursionError):
        what = f"{shown} is not a notebook of format 4."
        _refuse(what, "Save it again in Jupyter, or export it as a .py file.")
    language = book.metadata.language_info.name
    if not language.lower().startswith(("python", "ipython")):
        _refuse(f"{shown} is a notebook in {_safe(language)}.", "Hand in Python.")
    parts, size = [], 0
    for number, cell in enumerate(book.cells, start=1):
        if cell.cell_type == "code":
            source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
            size += len(source)
            _refuse_large(shown, size, LARGEST_SOURCE)
            parts.append(f"# %% cell {number}\n{_without_magics(source)}\n")
    return "\n".join(parts).encode()


# Possessive throughout (*+): whatever a cell holds, matching takes one pass and no stack.
_MAGIC = re.compile(r"[ \t]*+(?:[%!?]|[\w., \t]+=[ \t]*+[%!]|[\w.]++\?{1,2}[ \t]*+$)")
_LEXEME = re.compile(
    r"""
      (?P<quote>\"{3}|'{3}) (?:\\.|(?!(?P=quote)).)*+ (?:(?P=quote))?
    | "(?:\\.|[^"\\\n])*+"? | '(?:\\.|[^'\\\n])*+'? | \#[^\n]*+
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | \\\n | (?P<newline>\n)
    """,
    re.VERBOSE | re.DOTALL,
)


def _without_magics(cell: str) -> str:
    """The cell as Python; a dropped line leaves a `pass`, so that blocks and line numbers hold."""
    foreign = re.match(r"\s*%%(\w*)", cell)
    if foreign and foreign[1] not in _PYTHON_CELL_MAGICS:
        return "".join(f"# {line}" for line in cell.splitlines(keepends=True))
    kept: list[str] = []
    at = depth = 0
    fresh = True  # at the start of a statement; elsewhere % and ! are operators or text
    while at < len(cell):
        line_end = cell.find("\n", at) + 1 or len(cell)
        if fresh and _MAGIC.match(cell, at, line_end):
            kept.append(_dropped(cell[at:line_end]))
            at = line_end
            continue
        lexeme = _LEXEME.search(cell, at)
        end = lexeme.end() if lexeme else len(cell)
        kept.append(cell[at:end])
        at = end
        if lexeme:
            depth = max(0, depth + bool(lexeme["open"]) - bool(lexeme["close"]))
            fresh = depth == 0 and bool(lexeme["newline"])
    return "".join(kept)


def _dropped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return f"{indent}pass  # dropped: {line.strip()}" + ("\n" if line.endswith("\n") else "")
