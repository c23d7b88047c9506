"""Several submissions of one learner: the newest counts, and where none is newest, none does."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from pathlib import Path

from grader.course.downloads import Entry, discover
from tests.course.downloads.kit import GOOD, MODULE, lay, main_text, packed, posix, refusal


def aged_folder(tmp_path: Path, files: dict[str, tuple[str | bytes, int]]) -> dict[str, Entry]:
    """Files with their times in seconds, as a folder."""
    top = lay(tmp_path, {name: data for name, (data, _) in files.items()}, as_zip=False)
    for name, (_, seconds) in files.items():
        os.utime(top / name, (seconds, seconds))
    return {entry.learner_id: entry for entry in discover(top, MODULE)}


def aged_zip(tmp_path: Path, *members: tuple[str, str, tuple[int, ...]]) -> dict[str, Entry]:
    """Members with their dates, as a zip."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data, date in members:
            archive.writestr(zipfile.ZipInfo(name, date), data)  # type: ignore[arg-type]
    return {entry.learner_id: entry for entry in discover(path, MODULE)}


def test_the_newest_file_counts(tmp_path: Path) -> None:
    found = aged_folder(
        tmp_path,
        {
            "ada.py": ("old\n", 1_000_000),
            "ada.zip": (packed({MODULE: "new\n"}), 2_000_000),
            "ada.ipynb": (b"{", 1_500_000),
            "bob.py": (GOOD, 1),
        },
    )
    assert main_text(found["ada"]) == "new\n"
    assert found["ada"].notes == ("Of ada.ipynb, ada.py and ada.zip, the newest counts: ada.zip.",)
    assert found["bob"].notes == ()


def test_a_folder_is_as_old_as_the_newest_file_in_it(tmp_path: Path) -> None:
    found = aged_folder(
        tmp_path,
        {
            "ada.py": ("file\n", 2_000_000),
            "ada/value.py": ("folder\n", 3_000_000),
            "ada/old.py": ("", 1_000_000),
            "bob.py": ("file\n", 2_000_000),
            "bob/value.py": ("folder\n", 1_000_000),
        },
    )
    assert main_text(found["ada"]) == "folder\n"
    assert main_text(found["bob"]) == "file\n"


def test_a_tie_is_refused_with_the_names(tmp_path: Path) -> None:
    found = aged_folder(
        tmp_path, {"ada.py": ("a", 5), "ada.ipynb": (b"{}", 5), "bob.py": (GOOD, 5)}
    )
    assert "ada.ipynb and ada.py are of one learner" in refusal(found["ada"])
    assert "Remove all but one." in refusal(found["ada"])
    assert main_text(found["bob"]) == GOOD


def test_in_a_zip_the_dates_of_the_members_tell(tmp_path: Path) -> None:
    found = aged_zip(
        tmp_path,
        ("ada.py", "old\n", (2026, 1, 1, 12, 0, 0)),
        ("ada/value.py", "new\n", (2026, 1, 1, 12, 0, 2)),
        ("bob.py", "a\n", (1980, 1, 1, 0, 0, 0)),
        ("bob/value.py", "b\n", (2026, 1, 1, 12, 0, 2)),
        ("cy.py", "a\n", (2026, 0, 0, 0, 0, 0)),
        ("cy/value.py", "b\n", (2026, 0, 0, 0, 0, 0)),
    )
    assert main_text(found["ada"]) == "new\n"
    assert "cannot be told" in refusal(found["bob"])  # a date that no tool filled in
    assert "cannot be told" in refusal(found["cy"])


@posix
def test_two_spellings_of_an_accent_are_one_learner(tmp_path: Path) -> None:
    composed, split = (unicodedata.normalize(form, "Zoë") for form in ("NFC", "NFD"))
    found = aged_zip(
        tmp_path,
        (f"{composed}.py", "old\n", (2026, 1, 1, 12, 0, 0)),
        (f"{split}.py", "new\n", (2026, 1, 2, 12, 0, 0)),
        ("zoe.py", GOOD, (2026, 1, 2, 12, 0, 0)),
    )
    assert set(found) == {composed, "zoe"}
    assert main_text(found[composed]) == "new\n"
