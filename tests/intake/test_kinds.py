"""A file that is something else than its name says is called what it is."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from grader.intake.kinds import kind_by_name, kind_of
from grader.intake.take import take, take_source
from grader.model.errors import SubmissionRefused
from tests.intake.test_intake import MODULE, SOURCE, notebook, packed


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(SubmissionRefused) as caught:
        take_source(name, data, MODULE)
    return f"{caught.value.message} {caught.value.next_move}"


def tar() -> bytes:
    """An archive with a module in it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(MODULE)
        info.size = len(SOURCE)
        archive.addfile(info, io.BytesIO(SOURCE.encode()))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "what", "next_move"),
    [
        ("hw.tar", "a tar archive", "Unpack it"),
        ("hw.TAR.GZ", "a tar archive", "Unpack it"),
        ("hw.v2.tgz", "a tar archive", "Unpack it"),
        ("hw.gz", "a gzip archive", "Unpack it"),
        ("hw.rar", "a RAR archive", "hand in stack.py itself or a .zip"),
        ("hw.7z", "a 7z archive", "Unpack it"),
        ("hw.xz", "a packed file", "Unpack it"),
        ("hw.pdf", "a PDF", "Hand in the source itself"),
        ("hw.docx", "a Word document", "stack.py, a .zip or a notebook"),
        ("hw.odt", "an Office document", "Hand in the source itself"),
        ("hw.rtf", "an RTF document", "Hand in the source itself"),
        ("hw.html", "a web page", "Hand in the source itself"),
        ("photo.JPG", "a picture", "Hand in the source itself"),
        ("stack.pyc", "compiled code", "Hand in the source itself"),
    ],
)
def test_an_ending_says_what_it_is(tmp_path: Path, name: str, what: str, next_move: str) -> None:
    (tmp_path / name).write_text(SOURCE)
    with pytest.raises(SubmissionRefused) as caught:
        take(tmp_path / name, MODULE)
    assert f"{name} is {what}, not Python source." in caught.value.message
    assert next_move in caught.value.next_move


@pytest.mark.parametrize("name", ["stack.py", "stack.zip", "stack.ipynb"])
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
        (gzip.compress(b"x", mtime=0), "a gzip archive"),
        (tar(), "a tar archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "an Office document"),
        (b"{\\rtf1\\ansi x = 1}", "an RTF document"),
        (b"\n <!DOCTYPE html>\n<html>", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
        (b"\x89PNG\r\n\x1a\n\0", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"\xa7\r\r\n\0\0\0\0", "compiled code"),
    ],
)
def test_first_bytes_say_more_than_a_name(name: str, data: bytes, what: str) -> None:
    assert f"{name} is in fact {what}." in refusal(name, data)


def test_a_zip_and_a_notebook_are_called_so_under_another_name() -> None:
    """With the ending that makes them a submission."""
    told = refusal("stack.py", packed({MODULE: SOURCE}))
    assert told.startswith("stack.py is in fact a zip archive or an Office document.")
    assert "end in .zip" in told
    book = notebook(("code", SOURCE))
    assert refusal("stack.py", book) == (
        "stack.py is in fact a notebook. Let its name end in .ipynb."
    )
    assert "end in .zip" in refusal("stack.ipynb", packed({MODULE: SOURCE}))


def test_a_file_in_a_folder_is_called_so_too(tmp_path: Path) -> None:
    (tmp_path / MODULE).write_bytes(b"%PDF-1.7\n")
    with pytest.raises(SubmissionRefused, match=r"stack\.py in .* is in fact a PDF"):
        take(tmp_path, MODULE)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "BZh91 = 1",
        "GIF89a = 1",
        "PK = 1",
        "ab\r\nx = 1\r\n",
        "a\r\r\nb\r\r\n",
        "{}",
        "x = '" + " " * 251 + "ustar'",
        "'<html>'",
        '{"cells": [1]}',
        "# %PDF-1.7",
    ],
)
def test_python_is_never_called_something_else(source: str) -> None:
    assert kind_of(source.encode()) is None
    assert take_source(MODULE, source.encode(), MODULE).files[0].text == source


@pytest.mark.parametrize(
    "name", ["stack.py", "stack", "a.b", ".", "", "tar", "x" * 9999, ".py.x.", "a.txt"]
)
def test_other_names_say_nothing(name: str) -> None:
    assert kind_by_name(name) is None


def test_a_merge_conflict_in_a_source_is_noted() -> None:
    """The import's own error is what it is graded by."""
    text = "x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> theirs\n" * 2
    taken = take_source(MODULE, text.encode(), MODULE)
    assert taken.notes == ("stack.py holds a merge conflict, at line 2.",)
    assert taken.files[0].text == text


@pytest.mark.parametrize(
    "text",
    ["# <<<<<<< x\n", '"""\n<<<<<<< x\n"""\n', " <<<<<<< x\n", "<<<<<<<<< x\n"],
)
def test_what_is_no_conflict_is_not_called_one(text: str) -> None:
    """Least of all in a text about git."""
    assert take_source(MODULE, text.encode(), MODULE).notes == ()
