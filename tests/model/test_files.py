"""A file is replaced whole or not at all, and nothing is left beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.batch.reports import write_whole
from grader.cli import attempts
from grader.model import files
from grader.model.errors import Fault
from grader.model.files import Replacement, atomic_write


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_the_new_content_is_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    atomic_write(path, b"old")
    atomic_write(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["report.json"]


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        atomic_write(path, b"new")
    with pytest.raises(Fault, match="No space"):
        write_whole(path, b"new")
    attempts.save(tmp_path, attempts.Progress("exercise"))  # it only loses the memory
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["report.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_the_mask_decides_who_may_read_unless_it_is_private(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        atomic_write(tmp_path / "open", b"")
        atomic_write(tmp_path / "closed", b"", private=True)
    finally:
        os.umask(before)
    assert (tmp_path / "open").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "closed").stat().st_mode & 0o777 == 0o600


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    atomic_write(link, b"new")
    assert (target.read_bytes(), link.read_bytes()) == (b"old", b"new")
    assert not link.is_symlink()


def test_a_link_that_lies_in_wait_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / ".writing").symlink_to(tmp_path / "target")
    write_whole(tmp_path / "report.json", b"new")
    assert (tmp_path / "target").read_bytes() == b"old"


def test_what_was_prepared_and_not_written_is_taken_away(tmp_path: Path) -> None:
    Replacement(tmp_path / ("ä" * 120), private=True).discard()
    assert names(tmp_path) == []
