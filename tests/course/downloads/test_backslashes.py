"""Zips as PowerShell 5 writes them: a backslash stands between the steps of a path."""

from __future__ import annotations

import zipfile
from pathlib import Path

from grader.course.downloads import open_download
from tests.course.downloads.kit import GOOD, MODULE, main_text


def backslashed(path: Path, *names: str) -> Path:
    """A zip as PowerShell 5 writes it."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name
            archive.writestr(info, "" if name.endswith("\\") else GOOD)
    return path


def test_a_backslash_in_a_zip_is_a_separator(tmp_path: Path) -> None:
    path = backslashed(
        tmp_path / "class.zip", "ada\\", "ada\\value.py", "ada\\data\\x.txt", "bob\\value.py"
    )
    with open_download(path, MODULE) as download:
        found = {entry.learner_id: entry for entry in download}
    assert list(found) == ["ada", "bob"]
    assert main_text(found["ada"]) == main_text(found["bob"]) == GOOD


def test_a_platforms_zip_with_backslashes_is_recognised(tmp_path: Path) -> None:
    names = [f"Ada_{n}_assignsubmission_file_\\value.py" for n in (1, 2)]
    path = backslashed(tmp_path / "class.zip", *names)
    with open_download(path, MODULE) as download:
        assert download.platform == "Moodle"
