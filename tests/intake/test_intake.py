"""Whatever is handed in is either taken as it is or refused with what, where and the next move."""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
import stat
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.intake import folder as intake_folder
from grader.intake import take as intake
from grader.intake.take import take, take_source
from grader.model.errors import SubmissionRefused
from grader.model.exercise import Submission

SOURCE = "class Stack:\n    pass\n"
MODULE = "stack.py"
needs_links = pytest.mark.skipif(os.name == "nt", reason="POSIX files")


def refused(path: Path, code: int = 4) -> SubmissionRefused:
    """What `take` refuses the path with: always a sentence and a next move."""
    with pytest.raises(SubmissionRefused) as caught:
        take(path, MODULE)
    error = caught.value
    assert error.exit_code == code
    assert error.message.endswith((".", "?")), error.message
    assert error.next_move
    assert str(error).isprintable() or len(str(error).splitlines()) == 2
    return error


def texts(submission: Submission) -> dict[str, str]:
    """The submission's files, path to text."""
    return {file.path: file.text for file in submission.files}


def packed(members: dict[str, str | bytes]) -> bytes:
    """An ordinary zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def notebook(*cells: tuple[str, object], **metadata: object) -> bytes:
    """A notebook of (kind, source) cells."""
    book = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata,
        "cells": [
            {"cell_type": kind, "source": source, "outputs": [{"data": {"image/png": "x" * 99}}]}
            for kind, source in cells
        ],
    }
    return json.dumps(book).encode()


# --- one file -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stack.py", "solution-final (2).py", "LÖSUNG.PY"])
def test_a_file_of_any_name_is_the_module(tmp_path: Path, name: str) -> None:
    """The file's name is kept for people; inside, it is the module that is graded."""
    (tmp_path / name).write_text(SOURCE)
    submission = take(tmp_path / name, MODULE)
    assert submission.name == name
    assert submission.main == MODULE
    (file,) = submission.files
    assert (file.path, file.text, file.bytes) == (MODULE, SOURCE, len(SOURCE))
    assert file.sha256 == hashlib.sha256(SOURCE.encode()).hexdigest()


def test_an_empty_file_is_taken(tmp_path: Path) -> None:
    """It is graded with nothing, which is not the same as refused."""
    (tmp_path / MODULE).touch()
    assert texts(take(tmp_path / MODULE, MODULE)) == {MODULE: ""}


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    """Windows editors write one; the digest is still of the bytes handed in."""
    data = b"\xef\xbb\xbf" + SOURCE.encode()
    (tmp_path / MODULE).write_bytes(data)
    (file,) = take(tmp_path / MODULE, MODULE).files
    assert file.text == SOURCE
    assert file.sha256 == hashlib.sha256(data).hexdigest()


def test_the_digest_tells_submissions_apart(tmp_path: Path) -> None:
    """Same content, same digest, whatever the file is called; a byte more, another one."""
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "b.py").write_text(SOURCE)
    (tmp_path / "c.py").write_text(SOURCE + "\n")
    a, b, c = (take(tmp_path / name, MODULE).digest for name in ("a.py", "b.py", "c.py"))
    assert a == b == take_source("-", SOURCE.encode(), MODULE).digest
    assert a != c
    assert len(a) == 64


def test_a_name_cannot_act_on_a_terminal() -> None:
    """Control characters and direction marks of a file name do not travel on."""
    name = take_source("a\x1b[2J\u202ee.py\n", b"", MODULE).name
    assert name == "a?[2J?e.py?"


@pytest.mark.parametrize(
    ("name", "next_move"),
    [("stack.txt", "Rename it to stack.py"), ("stack", "Rename"), ("stack.py.bak", "or give")],
)
def test_other_endings_are_refused(tmp_path: Path, name: str, next_move: str) -> None:
    """A text file may be meant, but we do not guess."""
    (tmp_path / name).write_text(SOURCE)
    error = refused(tmp_path / name)
    assert f"{name} does not end in .py" in error.message
    assert next_move in error.next_move


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"a = 1\nb = '\xe9'\n", "has the byte 0xE9, which is not UTF-8, at offset 11 (line 2)"),
        (b"\xef\xbb\xbfb = '\xe9'\n", "byte 0xE9, which is not UTF-8, at offset 8 (line 1)"),
        (b"a = 1\n\n\0", "has a NUL byte, at offset 7 (line 3)"),
        (b"\0\xff", "has a NUL byte, at offset 0 (line 1)"),
        (b"\xc3", "has the byte 0xC3, which is not UTF-8, at offset 0 (line 1)"),
        ("a = 1\n".encode("utf-16"), "is saved as UTF-16, not UTF-8"),
    ],
)
def test_what_is_not_utf8_is_refused_by_offset_and_line(
    tmp_path: Path, data: bytes, what: str
) -> None:
    """Offset and line of the first byte that cannot be read."""
    (tmp_path / MODULE).write_bytes(data)
    error = refused(tmp_path / MODULE)
    assert f"{MODULE} {what}" in error.message or what in error.message
    assert "UTF-8" in error.next_move


def test_one_mebibyte_is_the_limit(tmp_path: Path) -> None:
    """Exactly 1 MiB is taken, a byte more is not, from a file as from standard input."""
    path = tmp_path / MODULE
    path.write_bytes(b"#" * 2**20)
    assert take(path, MODULE).files[0].bytes == 2**20
    path.write_bytes(b"#" * (2**20 + 1))
    error = refused(path)
    assert "too large: more than 1 MiB" in error.message
    assert "without data" in error.next_move
    with pytest.raises(SubmissionRefused, match="more than 1 MiB"):
        take_source("-", b"#" * (2**20 + 1), MODULE)


# --- what is no file ----------------------------------------------------------------------


def test_a_missing_path_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    """A misspelt name gets a suggestion, a wholly wrong one does not."""
    (tmp_path / "stack.py").write_text(SOURCE)
    error = refused(tmp_path / "stakc.py", 2)
    assert "there is no such file or folder" in error.message
    assert f"Did you mean {tmp_path / 'stack.py'}?" in error.next_move
    assert "Check the path" in refused(tmp_path / "q" / "stack.py", 2).next_move
    assert "Check the path" in refused(tmp_path / "stack.py" / "inner.py", 2).next_move


@pytest.mark.parametrize("name", ["a\0b.py", "x" * 5000 + ".py"])
def test_a_path_no_system_can_have_is_refused(tmp_path: Path, name: str) -> None:
    """NUL in a path and names without end are sentences too."""
    assert "cannot be read" in refused(tmp_path / name).message


@needs_links
def test_links_are_refused(tmp_path: Path) -> None:
    """To a file, to a folder, to nothing: none is followed."""
    (tmp_path / "real.py").write_text(SOURCE)
    (tmp_path / "folder").mkdir()
    for target in ("real.py", "folder", "nowhere", "/dev/zero"):
        link = tmp_path / "link.py"
        link.symlink_to(target)
        error = refused(link)
        assert "link.py is a link" in error.message
        assert "Give the file itself" in error.next_move
        link.unlink()


@needs_links
def test_devices_fifos_and_sockets_are_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is opened, so none is waited for."""
    start = time.monotonic()
    os.mkfifo(tmp_path / "fifo.py")
    assert "is a FIFO, not a file" in refused(tmp_path / "fifo.py").message
    assert "is a device, not a file" in refused(Path("/dev/zero")).message
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # a socket's path has to be short
        server.bind("socket.py")
        error = refused(tmp_path / "socket.py")
    assert "is a socket, not a file" in error.message
    assert "Give a .py file" in error.next_move
    assert time.monotonic() - start < 2


@needs_links
@pytest.mark.parametrize("kind", ["fifo", "link"])
def test_a_file_swapped_while_we_look_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """What is opened is judged, not what stood there a moment before."""
    path = tmp_path / MODULE
    (tmp_path / "secret.py").write_text("secret = 1\n")
    os.mkfifo(path) if kind == "fifo" else path.symlink_to("secret.py")
    regular = os.stat_result((stat.S_IFREG | 0o644, *(0 for _ in range(9))))
    monkeypatch.setattr(intake_folder.Place, "look", lambda _: regular)
    assert {"fifo": "is a FIFO", "link": "is a link"}[kind] in refused(path).message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    """As the system says it."""
    (tmp_path / MODULE).touch(mode=0o000)
    assert "may not be read" in refused(tmp_path / MODULE).message


@pytest.mark.parametrize("call", ["open", "scandir"])
def test_no_permission_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """For a file as for a folder."""

    def denied(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    (tmp_path / MODULE).write_text(SOURCE)
    monkeypatch.setattr(os, call, denied)
    error = refused(tmp_path / MODULE if call == "open" else tmp_path)
    assert "may not be read" in error.message
    assert "permissions" in error.next_move


# --- folders ------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a module and a helper."""
    root = tmp_path / "ada"
    (root / "helpers").mkdir(parents=True)
    (root / MODULE).write_text(SOURCE)
    (root / "helpers" / "nodes.py").write_text("x = 1\n")
    (root / "notes.txt").write_bytes(b"\xff\0")
    return root


def test_a_folder_travels_with_its_python_files(folder: Path) -> None:
    """All .py files below, sorted, other files left behind."""
    submission = take(folder, MODULE)
    assert (submission.name, submission.main) == ("ada", MODULE)
    assert texts(submission) == {"helpers/nodes.py": "x = 1\n", MODULE: SOURCE}


def test_the_folder_we_stand_in_has_a_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`grader grade .` names the submission after the folder."""
    monkeypatch.chdir(folder)
    assert take(Path(), MODULE).name == "ada"
    monkeypatch.chdir(folder / "helpers")
    assert take(Path(".."), MODULE).name == "ada"


def test_caches_hidden_folders_and_environments_stay_behind(folder: Path) -> None:
    """They are neither the learner's work nor small."""
    for name in (".git/x.py", "__pycache__/x.py", "env/lib/x.py", ".x.py", "conda/lib/x.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"\0")
    (folder / "env" / "pyvenv.cfg").touch()
    (folder / "conda" / "conda-meta").mkdir()
    assert sorted(texts(take(folder, MODULE))) == ["helpers/nodes.py", MODULE]


@pytest.mark.parametrize(
    ("present", "what", "next_move"),
    [
        ([], "holds no stack.py, and no other Python file", "Put your stack.py into it"),
        (["stak.py", "zz.py"], "Found: stak.py, zz.py.", "If stak.py is your solution, rename"),
        (["a.py", "b.py"], "Found: a.py, b.py.", "rename it to stack.py"),
        (["test_stack.py"], "Found: test_stack.py.", "rename it to stack.py"),
        (list("abcdefgh"), "", ""),
    ],
)
def test_a_folder_without_the_module_names_what_was_found(
    tmp_path: Path, present: list[str], what: str, next_move: str
) -> None:
    """And the file that was probably meant."""
    if len(present) == 8:
        present = [f"{name}.py" for name in present]
        what, next_move = "Found: a.py, b.py, c.py, d.py, e.py and 3 more.", "rename it"
    for name in present:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    error = refused(tmp_path)
    assert what in error.message
    assert next_move in error.next_move


@needs_links
@pytest.mark.parametrize("target", ["stack.py", "/etc/passwd", "..", ".", "helpers", "nowhere"])
def test_a_link_anywhere_in_a_folder_is_refused(folder: Path, target: str) -> None:
    """Out of the folder, around in a loop, or harmless: none is followed."""
    (folder / "helpers" / "more.py").symlink_to(target)
    error = refused(folder)
    assert "helpers/more.py in " in error.message
    assert "is a link" in error.message
    assert "Put the file itself" in error.next_move


@needs_links
def test_a_fifo_named_like_a_module_is_refused(folder: Path) -> None:
    """At once; a FIFO of another name is left behind like any other file."""
    os.mkfifo(folder / "pipe")
    assert take(folder, MODULE)
    os.mkfifo(folder / "pipe.py")
    assert "pipe.py is a FIFO" in refused(folder).message


def test_a_folder_named_like_the_module_is_not_the_module(tmp_path: Path) -> None:
    """stack.py/ is a folder."""
    (tmp_path / MODULE).mkdir()
    assert "holds no stack.py" in refused(tmp_path).message


def test_a_helper_that_is_not_utf8_is_named(folder: Path) -> None:
    """Which of the files it is, is part of the message."""
    (folder / "helpers" / "nodes.py").write_bytes(b"\xff")
    assert "helpers/nodes.py in " in refused(folder).message


def test_a_folder_has_bounds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, Python files and entries are all counted while walking."""
    (folder / "big.py").write_bytes(b"#" * 2**20)
    assert "too large: more than 1 MiB" in refused(folder).message
    (folder / "big.py").unlink()
    monkeypatch.setattr(intake, "MOST_FILES", 1)
    assert "more than 1 Python files" in refused(folder).message
    monkeypatch.setattr(intake, "MOST_ENTRIES", 2)
    error = refused(folder)
    assert "more than 2 files and folders" in error.message
    assert "the folder that holds your stack.py" in error.next_move


@needs_links
def test_a_file_name_that_cannot_be_shown_is_refused(folder: Path) -> None:
    """Such a name cannot stand in a report."""
    (folder / "a\x1b.py").touch()
    error = refused(folder)
    assert "a?.py" in error.message
    assert error.next_move == "Rename it."


# --- zip ----------------------------------------------------------------------------------


def zip_file(tmp_path: Path, data: bytes) -> Path:
    """A zip on disk."""
    path = tmp_path / "ada.zip"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("top", ["", "ada-1/"])
def test_a_zip_is_read_like_a_folder(tmp_path: Path, top: str) -> None:
    """With or without one top folder; what macOS adds is passed by; nothing lands on disk."""
    data = packed(
        {
            f"{top}stack.py": SOURCE,
            f"{top}helpers/nodes.py": "x = 1\n",
            f"{top}notes.txt": b"\xff",
            f"{top}.git/hook.py": b"\0",
            f"{top}env/pyvenv.cfg": "",
            f"{top}env/lib/x.py": b"\0",
            "__MACOSX/._stack.py": b"\0",
        }
    )
    path = zip_file(tmp_path, data)
    submission = take(path, MODULE)
    assert (submission.name, submission.main) == ("ada.zip", MODULE)
    assert texts(submission) == {"helpers/nodes.py": "x = 1\n", MODULE: SOURCE}
    assert [entry.name for entry in tmp_path.iterdir()] == ["ada.zip"]
    (tmp_path / "same" / "helpers").mkdir(parents=True)
    (tmp_path / "same" / MODULE).write_text(SOURCE)
    (tmp_path / "same" / "helpers" / "nodes.py").write_text("x = 1\n")
    assert take(tmp_path / "same", MODULE).digest == submission.digest


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({}, "holds no stack.py, and no other Python file"),
        ({"a.py": "", "b.py": ""}, "holds no stack.py. Found: a.py, b.py."),
        ({"a/stack.py": "", "b/stack.py": ""}, "more than once: a/stack.py, b/stack.py."),
    ],
)
def test_a_zip_without_the_module_names_what_was_found(
    tmp_path: Path, members: dict[str, str | bytes], what: str
) -> None:
    """As for a folder."""
    assert what in refused(zip_file(tmp_path, packed(members))).message


def member(name: str, data: bytes = b"", **fields: object) -> Callable[[zipfile.ZipFile], None]:
    """Adds a member whose header says `fields`."""

    def add(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        for field, value in fields.items():
            setattr(info, field, value)
        archive.writestr(info, data)

    return add


@pytest.mark.parametrize(
    ("add", "what", "next_move"),
    [
        (member("../stack.py"), "../stack.py in ", "ordinary zip tool"),
        (member("a/../../b.txt"), "has an unsafe name", "ordinary zip tool"),
        (member("/etc/stack.py"), "has an unsafe name", "ordinary zip tool"),
        (member("C:/stack.py"), "has an unsafe name", "ordinary zip tool"),
        (member("a\\..\\..\\b.txt"), "has an unsafe name", "ordinary zip tool"),
        (member("\\b.py"), "has an unsafe name", "ordinary zip tool"),
        (member("C:\\b.py"), "has an unsafe name", "ordinary zip tool"),
        (member("a\\b.zip"), "is an archive in an archive", "the files themselves"),
        (member("more\x1b.py"), "characters that cannot be shown", "Rename"),
        (member("l.txt", b"/etc", external_attr=0o120777 << 16), "l.txt in ", "file itself"),
        (member("f", external_attr=0o010644 << 16), "is a FIFO, not a file", "Leave it out"),
        (member("d", external_attr=0o020644 << 16), "is a device, not a file", "Leave it out"),
        (member("inner.zip"), "is an archive in an archive", "the files themselves"),
        (member("inner.tar.GZ"), "is an archive in an archive", "the files themselves"),
        (member("x.py", b"x", compress_type=14), "packed with an unusual method", "ordinary zip"),
        (
            member("zeros.txt", b"\0" * 10**6, compress_type=8),
            "unpacks to far more than it holds: a zip bomb",
            "Leave it out",
        ),
        (member("stack.py", b"2"), "holds stack.py twice", "Pack it again"),
        (member("./stack.py", b"2"), "holds stack.py twice", "Pack it again"),
        (member(".\\stack.py", b"2"), "holds stack.py twice", "Pack it again"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_harmful_members_are_refused(
    tmp_path: Path, add: Callable[[zipfile.ZipFile], None], what: str, next_move: str
) -> None:
    """Found by their headers, before anything is read, whether or not they are Python."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(MODULE, SOURCE)
        add(archive)
    error = refused(zip_file(tmp_path, buffer.getvalue()))
    assert what in error.message
    assert next_move in error.next_move


def test_a_backslash_in_a_zip_is_a_separator(tmp_path: Path) -> None:
    """PowerShell 5 writes them, for folders too."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("hw\\", "hw\\data\\", f"hw\\{MODULE}", "hw\\data\\x.txt"):
            member(name, b"" if name.endswith("\\") else SOURCE.encode())(archive)
    submission = take(zip_file(tmp_path, buffer.getvalue()), MODULE)
    assert [(file.path, file.text) for file in submission.files] == [(MODULE, SOURCE)]


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    """With the word password, which is what its maker knows it as."""
    data = bytearray(packed({MODULE: SOURCE}))
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(start) + offset] |= 1
    error = refused(zip_file(tmp_path, bytes(data)))
    assert "stack.py in " in error.message
    assert "is encrypted" in error.message
    assert "without a password" in error.next_move


def test_a_member_whose_size_is_a_lie_is_still_bounded(tmp_path: Path) -> None:
    """What the header promises is not what is counted."""
    data = bytearray(packed({MODULE: os.urandom(2**21)}))
    for start, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(start) + offset, 10)
    assert "stack.py is damaged in the zip" in refused(zip_file(tmp_path, bytes(data))).message
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 2**31)
    assert "zip bomb" in refused(zip_file(tmp_path, bytes(data))).message


def test_a_zip_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the archive, of all its members together, of the Python in it, of their number."""
    noise = os.urandom(2**20)
    path = zip_file(tmp_path, packed({MODULE: SOURCE, "noise.bin": noise, "a.py": "", "b": ""}))
    assert take(path, MODULE)
    monkeypatch.setattr(intake, "MOST_FILES", 1)
    assert "more than 1 Python files" in refused(path).message
    monkeypatch.setattr(intake, "LARGEST_UNPACKED", 2**20)
    assert "unpacks to more than 1 MiB" in refused(path).message
    monkeypatch.setattr(intake, "MOST_ENTRIES", 3)
    assert "more than 3 files and folders" in refused(path).message
    monkeypatch.setattr(intake, "LARGEST_CONTAINER", 2**20)
    assert "too large: more than 1 MiB" in refused(path).message
    monkeypatch.undo()
    plain = "".join(f"x{number} = {number}\n" for number in range(40_000))
    path = zip_file(tmp_path, packed({MODULE: SOURCE, "a.py": plain, "b.py": plain, "c.py": plain}))
    assert "too large: more than 1 MiB" in refused(path).message


@pytest.mark.parametrize("cut", [0, 1, 30, 60, -1, -10, -60])
def test_a_damaged_zip_is_refused(tmp_path: Path, cut: int) -> None:
    """Cut anywhere, it is a sentence."""
    whole = packed({MODULE: SOURCE * 9, "a.py": SOURCE})
    error = refused(zip_file(tmp_path, whole[:cut]))
    assert "is not a sound zip file" in error.message
    assert "Pack it again" in error.next_move


def test_rubbish_in_a_zip_never_escapes(tmp_path: Path) -> None:
    """Every byte of a small archive changed in turn: taken or refused, never a crash."""
    whole = packed({MODULE: SOURCE, "a.py": "x = 1\n"})
    messages = []
    for at in range(len(whole)):
        for value in (0x00, 0xFF, whole[at] ^ 0x08):
            data = whole[:at] + bytes([value]) + whole[at + 1 :]
            try:
                take_source("ada.zip", data, MODULE)
            except SubmissionRefused as error:
                messages.append(error.message)
    assert len(messages) > 100
    assert all(message.isprintable() for message in messages)


# --- notebooks ----------------------------------------------------------------------------


def from_notebook(data: bytes) -> str:
    """The text of the one file a notebook becomes."""
    (file,) = take_source("ada.ipynb", data, MODULE).files
    assert file.path == MODULE
    return file.text


def test_code_cells_become_one_file(tmp_path: Path) -> None:
    """In order, each under a comment with its number; text and output stay behind."""
    data = notebook(
        ("markdown", "# My *solution*"),
        ("code", "import math"),
        ("raw", "nothing"),
        ("code", ["class Stack:\n", "    pass"]),
        ("code", ""),
    )
    (tmp_path / "ada.ipynb").write_bytes(data)
    submission = take(tmp_path / "ada.ipynb", MODULE)
    assert (submission.name, submission.main) == ("ada.ipynb", MODULE)
    assert submission.files[0].text == (
        "# %% cell 2\nimport math\n\n# %% cell 4\nclass Stack:\n    pass\n\n# %% cell 5\n\n"
    )


def test_saved_output_is_no_part_of_a_submission() -> None:
    """Run again or not, it is the same submission, and a big picture does not make it large."""
    plain = notebook(("code", "x = 1"))
    drawn = plain.replace(b"x" * 99, b"x" * 2**21)
    first, second = (take_source("a.ipynb", data, MODULE) for data in (plain, drawn))
    assert first.digest == second.digest


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("%matplotlib inline\nx = 1", "pass  # dropped: %matplotlib inline\nx = 1"),
        ("!pip install 'torch\nx = 1", "pass  # dropped: !pip install 'torch\nx = 1"),
        ("if True:\n    !ls (\nx = 1", "if True:\n    pass  # dropped: !ls (\nx = 1"),
        ("files = !ls\nx = 1", "pass  # dropped: files = !ls\nx = 1"),
        ("t = %timeit -o f()", "pass  # dropped: t = %timeit -o f()"),
        ("Stack.push??\n?Stack", "pass  # dropped: Stack.push??\npass  # dropped: ?Stack"),
        ("%%time\nx = 1", "pass  # dropped: %%time\nx = 1"),
        ("%%bash\nls\n# all", "# %%bash\n# ls\n# # all"),
        ("\n%%html\n<b>", "# \n# %%html\n# <b>"),
    ],
)
def test_magics_and_shell_lines_are_dropped(cell: str, kept: str) -> None:
    """A `pass` stands in their place, so that blocks stay whole and lines keep their numbers."""
    text = from_notebook(notebook(("code", cell)))
    assert text == f"# %% cell 1\n{kept}\n"
    compile(text, MODULE, "exec")


@pytest.mark.parametrize(
    "cell",
    [
        "x = (7\n     % 4)",
        "x = 7 \\\n  % 4",
        's = """\n%time\n!ls\n"""',
        "s = '''a\\'''\n%b\n'''",
        "s = f'{1}' # why?\ny = 1",
        "x = [  # a ( in words\n  1\n  % 2]",
        "s = '(' \ny = 1\nassert y != 2",
        's = "a\\\n%b"',
        "x = 1 if 2 else 3  # huh?",
    ],
)
def test_python_that_looks_like_a_magic_is_kept(cell: str) -> None:
    """% and ! inside brackets, strings and continued lines are Python's own."""
    text = from_notebook(notebook(("code", cell)))
    assert text == f"# %% cell 1\n{cell}\n"
    compile(text, MODULE, "exec")


@pytest.mark.parametrize(
    "cell",
    ['"' + '\\"' * 250_000, "'''" + "\\'" * 250_000, " " * 500_000, "?" * 500_000, "(" * 10**5],
)
def test_a_spiteful_cell_costs_no_time(cell: str) -> None:
    """One pass over the text, whatever it holds."""
    start = time.monotonic()
    from_notebook(notebook(("code", cell)))
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b'{"nbformat": 3, "worksheets": []}',
        b'{"nbformat": 4, "cells": 7}',
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}',
        b'{"nbformat": 4, "cells": ' + b"[" * 100_000,
        b'{"nbformat": 4, "cells": [], "x": ' + b"[" * 100_000,
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, data: bytes) -> None:
    """Of an older format, or another JSON."""
    (tmp_path / "ada.ipynb").write_bytes(data)
    error = refused(tmp_path / "ada.ipynb")
    assert "ada.ipynb is not a notebook of format 4" in error.message
    assert "Save it again in Jupyter" in error.next_move


def test_a_notebook_in_another_language_is_refused() -> None:
    """It says so itself; one that says nothing is taken for Python."""
    data = notebook(("code", "x <- 1"), language_info={"name": "R"})
    with pytest.raises(SubmissionRefused, match="is a notebook in R") as caught:
        take_source("ada.ipynb", data, MODULE)
    assert caught.value.next_move == "Hand in Python."
    assert from_notebook(notebook(("code", "x = 1"), language_info={"name": "python"}))


def test_a_notebook_has_bounds() -> None:
    """Of its code, and of the file."""
    half = "#" * 2**19
    with pytest.raises(SubmissionRefused, match="more than 1 MiB"):
        take_source("a.ipynb", notebook(("code", half), ("code", half), ("code", half)), MODULE)
    with pytest.raises(SubmissionRefused, match="more than 8 MiB"):
        take_source("a.ipynb", notebook(("markdown", half * 17)), MODULE)
