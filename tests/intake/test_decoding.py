"""A source is UTF-8, or what it declares to be; everything else is refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.intake.take import take, take_source
from grader.model.errors import SubmissionRefused
from tests.submitted import EXERCISE, REFERENCE

MODULE = "stack.py"


def refusal(data: bytes) -> str:
    with pytest.raises(SubmissionRefused) as caught:
        take_source(MODULE, data, MODULE)
    assert caught.value.next_move
    return caught.value.message


@pytest.mark.parametrize(
    ("start", "coding"),
    [
        ("# -*- coding: latin-1 -*-\n", "latin-1"),
        ("# -*- coding: latin-1-unix -*-\n", "latin-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n", "cp1252"),
        ("#!/usr/bin/python\r\n# coding=iso-8859-15\r\n", "iso-8859-15"),
        ("\n# coding: mac_roman\n", "mac_roman"),
        (" \t# coding: ISO_8859_1\r\n", "latin-1"),
        ("# Übung 1\n# coding: latin-1, wie früher\n", "latin-1"),
        ("# coding: latin-1\ry = 1\r", "latin-1"),
    ],
)
def test_a_declared_coding_is_read(start: str, coding: str) -> None:
    """On one of the first two lines, as Python wants it."""
    source = f"{start}x = 'größer'\n"
    (file,) = take_source(MODULE, source.encode(coding), MODULE).files
    assert file.text == source
    assert file.bytes == len(source)


def test_it_is_read_in_a_folder_for_each_file(tmp_path: Path) -> None:
    (tmp_path / MODULE).write_bytes("# coding: cp1251\nx = 'да'\n".encode("cp1251"))
    (tmp_path / "more.py").write_bytes("# coding: euc_jp\nx = 'はい'\n".encode("euc_jp"))
    more, module = take(tmp_path, MODULE).files
    assert "да" in module.text
    assert "はい" in more.text


def test_the_declaration_is_not_obeyed_twice() -> None:
    """What is graded is text already: it counts for its marks like the same file in UTF-8."""
    source = f"# coding: latin-1\n# größer\n{REFERENCE}"
    taken = take_source("value.py", source.encode("latin-1"), EXERCISE.module_file)
    report = grading.grade(EXERCISE, taken, grading.Options(isolation="none"))
    assert (report.message, report.score) == ("", report.max_score)


@pytest.mark.parametrize(
    "name",
    [
        *("klingon", "utf-7", "utf-16", "utf_32_le", "punycode", "idna", "rot13", "zlib", "hex"),
        *("base64", "unicode_escape", "raw_unicode_escape", "hz", "cp037", "undefined", "x" * 5000),
    ],
)
def test_no_other_coding_is_obeyed(name: str) -> None:
    """One that Python does not know, or in which ASCII means something else."""
    data = f"# coding: {name}\n# ".encode() + b"\xe9"
    assert "the byte 0xE9, which is not UTF-8" in refusal(data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (
            b"# coding: cp1252\nx = '\x81'\n",
            "the byte 0x81, which is not cp1252, at offset 22 (line 2)",
        ),
        (b"x = 1\n# coding: latin-1\ny = '\xe9'\n", "which is not UTF-8"),
        (b"\n\n# coding: latin-1\ny = '\xe9'\n", "which is not UTF-8"),
        (b"\xef\xbb\xbf# coding: latin-1\ny = '\xe9'\n", "which is not UTF-8"),
        (b"# coding: latin-1\ny = '\xe9\0'\n", "has the byte 0xE9, which is not UTF-8"),
        (b"# coding: latin-1\ny = '\0\xe9'\n", "has a NUL byte, at offset 23"),
        (b"s = '# coding: latin-1 \xe9'\n", "which is not UTF-8"),
        (b"# coding: UTF8\n# \xe9\n", "which is not UTF-8"),
        (b"#\r#\r# coding: latin-1\r# \xe9\r", "which is not UTF-8"),
    ],
)
def test_what_still_cannot_be_read_is_refused(data: bytes, what: str) -> None:
    assert what in refusal(data)


def test_what_grows_when_it_is_read_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As UTF-8, in which it travels on."""
    monkeypatch.setattr(intake, "LARGEST_SOURCE", 1024)
    for source in ("# coding: latin-1\n#" + "é" * 900, "!\n" * 400):
        with pytest.raises(SubmissionRefused, match=r"stack\.py is too large: more than 1 KiB"):
            take_source(MODULE, source.encode("latin-1"), MODULE)
    assert take_source(MODULE, ("# coding: latin-1\n#" + "é" * 490).encode("latin-1"), MODULE)


def test_what_is_utf8_is_read_so() -> None:
    """Whatever it declares: editors save as UTF-8 under an old first line."""
    source = "# coding: latin-1\nx = 'größer'\n"
    (file,) = take_source(MODULE, source.encode(), MODULE).files
    assert file.text == source
