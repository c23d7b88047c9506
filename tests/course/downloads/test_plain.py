"""Folders and zips made by hand: whose a submission is, and that one never stops the others."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from grader.course.downloads import discover, open_download
from grader.course.downloads.shelf import open_folder, open_zip
from grader.intake import folder as intake_folder
from grader.intake.take import take
from grader.model.errors import SubmissionRefused, UsageProblem
from tests.course.downloads.kit import (
    GOOD,
    MODULE,
    both,
    entries,
    lay,
    main_text,
    notebook,
    opened,
    packed,
    posix,
    refusal,
)


@both
def test_files_folders_zips_and_notebooks_lie_side_by_side(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "cy.py": GOOD,
        "ada/value.py": GOOD,
        "ada/helpers/nodes.py": "x = 1\n",
        "bob.zip": packed({"hw/value.py": GOOD}),
        "dan.ipynb": notebook("%matplotlib inline", GOOD),
        "eve/": "",
        "roster.csv": "id\nada\n",
        ".DS_Store": b"\0",
        "Thumbs.db": b"\0",
        "__MACOSX/._ada.py": b"\0",
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert list(found) == ["ada", "bob", "cy", "dan", "eve"]
    assert [file.path for file in found["ada"].submission.files] == ["helpers/nodes.py", MODULE]
    assert main_text(found["bob"]) == main_text(found["cy"]) == GOOD
    assert GOOD in main_text(found["dan"])
    assert "holds no value.py" in refusal(found["eve"])
    assert all(entry.late is None and entry.attempt is None for entry in found.values())


@both
def test_every_submission_is_the_one_that_take_makes(tmp_path: Path, as_zip: bool) -> None:
    """So every mark of a class equals that of the same file graded alone."""
    files = {"ada.py": GOOD, "bob/value.py": GOOD, "bob/more.py": "", "cy.ipynb": notebook(GOOD)}
    found = entries(tmp_path, files, as_zip=as_zip)
    folder = lay(tmp_path, files, as_zip=False, name="again")
    for name, learner in {"ada.py": "ada", "bob": "bob", "cy.ipynb": "cy"}.items():
        alone = take(folder / name, MODULE)
        assert found[learner].submission.digest == alone.digest
        assert found[learner].submission.files == alone.files


@both
@pytest.mark.parametrize("around", ["submissions/", "download/hw1/"])
def test_a_folder_around_everything_is_passed_through(
    tmp_path: Path, as_zip: bool, around: str
) -> None:
    files = {f"{around}ada.py": GOOD, f"{around}bob/value.py": GOOD, "grades.csv": "id\n"}
    assert list(entries(tmp_path, files, as_zip=as_zip)) == ["ada", "bob"]


@both
def test_a_class_of_one_is_no_folder_around_everything(tmp_path: Path, as_zip: bool) -> None:
    found = entries(tmp_path, {"ada/value.py": GOOD, "ada/more.py": ""}, as_zip=as_zip)
    assert list(found) == ["ada"]
    assert main_text(found["ada"]) == GOOD


@both
def test_a_zip_or_notebook_alone_in_a_folder_is_read(tmp_path: Path, as_zip: bool) -> None:
    """As is a Python file, whatever its name."""
    files = {
        "ada/hw.zip": packed({"value.py": GOOD}),
        "bob/hw.ipynb": notebook(GOOD),
        "cy/solution.py": GOOD,
        "dan/value.py": GOOD,
        "dan/old.zip": packed({"value.py": "old"}),
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert GOOD in main_text(found["ada"])
    assert GOOD in main_text(found["bob"])
    assert main_text(found["cy"]) == GOOD
    assert found["cy"].notes == ("solution.py was taken as value.py: it is the only Python file.",)
    assert main_text(found["dan"]) == GOOD
    assert found["dan"].notes == ("old.zip was not read: only the source beside it counts.",)


@both
def test_what_is_not_there_is_said_without_where_the_grader_keeps_it(
    tmp_path: Path, as_zip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With descriptors and without: a name that is like another one is not looked for."""
    path = lay(tmp_path, {"ada.py": GOOD}, as_zip=as_zip)
    for by_descriptor in (intake_folder.BY_DESCRIPTOR, False):
        monkeypatch.setattr(intake_folder, "BY_DESCRIPTOR", by_descriptor)
        shelf = (open_zip if as_zip else open_folder)(path)
        with pytest.raises(SubmissionRefused) as caught:
            shelf.read("ad.py", 9)
        shelf.close()
        assert caught.value.message == "ad.py: there is no such file or folder."
        assert caught.value.next_move == "Check the path."


@both
def test_other_files_are_refused_or_mentioned(tmp_path: Path, as_zip: bool) -> None:
    """A text file may be all that a learner handed in; beside a submission it is a remark."""
    files = {"ada.py": GOOD, "ada.pdf": b"%PDF", "bob.txt": GOOD, "cy.tar.gz": b"\x1f\x8b"}
    found = entries(tmp_path, files, as_zip=as_zip)
    assert found["ada"].notes == ("ada.pdf was not read.",)
    assert "bob.txt does not end in .py" in refusal(found["bob"])
    assert "cy.tar.gz is a tar archive" in refusal(found["cy.tar"])


@both
def test_one_bad_submission_never_stops_the_others(tmp_path: Path, as_zip: bool) -> None:
    zeros = b"#" * 3_000_000
    files = {
        "ada.py": GOOD,
        "b-utf8.py": b"x = '\xff'\n",
        "c-nul.py": b"\0",
        "d-large.py": os.urandom(2**20 + 1),
        "e-bomb.zip": packed({"value.py": zeros}),
        "f-nested.zip": packed({"value.py": GOOD, "more.zip": packed({})}),
        "g-broken.zip": b"PK\x03\x04",
        "h-broken.ipynb": b"{",
        "i-outside.zip": packed({"../value.py": GOOD}),
        "j-empty.zip": packed({}),
        "k-none/readme.md": "hello",
        "zoe.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    expected = {
        "b-utf8": "not UTF-8",
        "c-nul": "NUL byte",
        "d-large": "too large",
        "e-bomb": "zip bomb",
        "f-nested": "archive in an archive",
        "g-broken": "not a sound zip file",
        "h-broken": "is damaged",
        "i-outside": "unsafe name",
        "j-empty": "holds no value.py",
        "k-none": "holds no value.py",
    }
    assert set(found) == {"ada", "zoe", *expected}
    for learner, words in expected.items():
        assert words in refusal(found[learner])
        assert str(tmp_path) not in refusal(found[learner])
    assert main_text(found["ada"]) == main_text(found["zoe"]) == GOOD


@posix
def test_links_and_devices_are_refused_one_row_each(tmp_path: Path) -> None:
    top = lay(tmp_path, {"ada.py": GOOD, "bob/value.py": GOOD}, as_zip=False)
    secret = tmp_path / "secret.py"
    secret.write_text("secret = 1\n")
    (top / "cy.py").symlink_to(secret)
    (top / "dan").symlink_to(tmp_path)
    (top / "bob" / "more.py").symlink_to(secret)
    os.mkfifo(top / "eve.py")
    (top / "fay").mkdir()
    (top / "fay" / "only.zip").symlink_to(secret)
    found = {entry.learner_id: entry for entry in discover(top, MODULE)}
    assert list(found) == ["ada", "bob", "cy", "dan", "eve", "fay"]
    for learner in ("bob", "cy", "dan", "fay"):
        assert "is a link" in refusal(found[learner])
    assert "is a FIFO" in refusal(found["eve"])
    assert main_text(found["ada"]) == GOOD


@posix
def test_what_may_not_be_read_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = lay(tmp_path, {"ada.py": GOOD, "bob/value.py": GOOD}, as_zip=False)
    real = os.open

    def guarded(path: str | Path, *words: Any, **more: Any) -> int:
        if Path(path).name == "bob":
            raise PermissionError(13, "Permission denied")
        return real(path, *words, **more)

    monkeypatch.setattr(os, "open", guarded)
    found = {entry.learner_id: entry for entry in discover(top, MODULE)}
    assert "bob may not be read" in refusal(found["bob"])
    assert main_text(found["ada"]) == GOOD


# --- zips of a class ----------------------------------------------------------------------


def class_zip(tmp_path: Path, *members: tuple[zipfile.ZipInfo | str, str | bytes]) -> Path:
    """A zip with one good submission and these members."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada.py", GOOD)
        for name, data in members:
            archive.writestr(name, data)
    return path


def marked(name: str, **fields: object) -> zipfile.ZipInfo:
    """A member whose header says `fields`."""
    info = zipfile.ZipInfo("placeholder", date_time=(2026, 1, 2, 3, 4, 6))
    info.filename = name
    for field, value in fields.items():
        setattr(info, field, value)
    return info


@pytest.mark.parametrize(
    ("name", "learner"),
    [
        ("../bob.py", "../bob.py"),
        ("bob/../../ada.py", "bob/../../ada.py"),
        ("/etc/bob.py", "/etc/bob.py"),
        ("C:/bob.py", "C:/bob.py"),
        ("..\\bob.py", "..\\bob.py"),
        ("bob\\..\\..\\ada.py", "bob\\..\\..\\ada.py"),
        ("\\bob.py", "\\bob.py"),
        ("C:\\bob.py", "C:\\bob.py"),
    ],
)
def test_an_unsafe_name_is_a_row_of_its_own(tmp_path: Path, name: str, learner: str) -> None:
    """It is nobody's submission, least of all that of the learner it might land on."""
    path = class_zip(tmp_path, (marked(name), "evil"))
    found = {entry.learner_id: entry for entry in discover(path, MODULE)}
    assert set(found) == {"ada", learner}
    assert "has an unsafe name" in refusal(found[learner])
    assert main_text(found["ada"]) == GOOD
    with open_download(path, MODULE) as download:
        assert download.summary.people == 1


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (marked("bob.py", external_attr=0o120777 << 16), "is a link"),
        (marked("bob/value.py", external_attr=0o120777 << 16), "is a link"),
        (marked("bob/data.bin", external_attr=0o010644 << 16), "is a FIFO"),
        (marked("bob.py", compress_type=14), "unusual method"),
    ],
)
def test_harmful_members_are_their_learners_alone(
    tmp_path: Path, info: zipfile.ZipInfo, words: str
) -> None:
    path = class_zip(tmp_path, (info, "/etc/passwd"))
    found = {entry.learner_id: entry for entry in discover(path, MODULE)}
    assert words in refusal(found["bob"])
    assert main_text(found["ada"]) == GOOD


def test_a_bomb_in_a_learners_folder_is_refused(tmp_path: Path) -> None:
    path = class_zip(tmp_path, ("bob/value.py", GOOD), ("bob/zeros.bin", b"\0" * 3_000_000))
    found = {entry.learner_id: entry for entry in discover(path, MODULE)}
    assert "a zip bomb" in refusal(found["bob"])


def test_a_member_that_lies_or_is_damaged_is_refused(tmp_path: Path) -> None:
    """The checksum of one member changed: the others are still read."""
    path = class_zip(tmp_path, ("bob.py", "y = 2\n"))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 16] ^= 0xFF
    path.write_bytes(bytes(data))
    found = {entry.learner_id: entry for entry in discover(path, MODULE)}
    assert "is damaged" in refusal(found["bob"])
    assert main_text(found["ada"]) == GOOD


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    twice = [("bob.py", "1"), ("bob.py", "2"), ("cy/value.py", "1"), ("cy/value.py", "2")]
    path = class_zip(tmp_path, *twice)
    found = {entry.learner_id: entry for entry in discover(path, MODULE)}
    assert refusal(found["bob"]) == "class holds bob.py twice. Pack it again."
    assert refusal(found["cy"]) == "cy holds value.py twice. Pack it again."
    assert main_text(found["ada"]) == GOOD


# --- what is no download ------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 and no more", b"x" * 1000])
def test_what_is_no_class_is_said_before_anything_is_read(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "class.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageProblem) as caught:
        open_download(path, MODULE)
    assert caught.value.next_move
    assert "class.zip" in caught.value.message


@both
def test_an_empty_download_is_said(tmp_path: Path, as_zip: bool) -> None:
    with pytest.raises(UsageProblem, match="holds no submissions"):
        opened(tmp_path, {".hidden": "", "roster.csv": "id\n"}, as_zip=as_zip)


def test_a_single_submission_is_no_class(tmp_path: Path) -> None:
    (tmp_path / "value.py").write_text(GOOD)
    with pytest.raises(UsageProblem, match="neither a folder nor a zip") as caught:
        open_download(tmp_path / "value.py", MODULE)
    assert "grader grade" in caught.value.next_move


def test_rubbish_in_a_class_zip_never_escapes(tmp_path: Path) -> None:
    """Every byte of a small archive changed in turn: read, refused, or no zip at all."""
    path = class_zip(tmp_path, ("bob/value.py", GOOD), ("cy.ipynb", notebook("x = 1")))
    whole = path.read_bytes()
    outcomes = set()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            found = list(discover(path, MODULE))
        except UsageProblem:
            outcomes.add("no zip")
        else:
            outcomes.update("refused" if entry.refusal else "taken" for entry in found)
    assert outcomes == {"no zip", "refused", "taken"}


@pytest.mark.parametrize("place", ["", "out"])
def test_the_outputs_of_a_batch_are_nobodys(tmp_path, place):
    for name in ("ada", "bob"):
        (tmp_path / f"{name}.py").write_text("x = 1\n")
    out = tmp_path / place
    (out / "reports").mkdir(parents=True)
    (out / "reports" / "value.py").write_text("x = 1\n")
    for name in ("gradebook.sqlite", "gradebook.lock", "grades.csv", "class.json", "class.html"):
        (out / name).write_bytes(b"")
    with open_download(tmp_path, MODULE) as download:
        assert [entry.learner_id for entry in download] == ["ada", "bob"]
        assert set(download.summary.aside) >= ({place} if place else {"reports", "class.html"})


def test_a_learner_may_have_a_file_of_such_a_name(tmp_path):
    (tmp_path / "ada").mkdir()
    for name in (MODULE, "grades.csv", "class.json", "gradebook.sqlite"):
        (tmp_path / "ada" / name).write_text("x = 1\n")
    (tmp_path / "bob.py").write_text("x = 1\n")
    with open_download(tmp_path, MODULE) as download:
        assert [entry.learner_id for entry in download] == ["ada", "bob"]
