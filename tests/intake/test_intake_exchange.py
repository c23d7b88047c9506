"""Whoever exchanges a folder for a link while it is read gets no file of anybody else's.

No race is run: what is read calls the system a number of times, and the exchange is made before
the first of these calls, the second, and so on, in a reading of its own each.
"""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.course.downloads import open_download
from grader.intake import folder as intake_folder
from grader.intake.take import take
from grader.model.errors import SubmissionRefused, UsageProblem
from grader.model.exercise import Submission
from tests.course.downloads.kit import notebook

MODULE = "value.py"
MINE, NEIGHBOURS = "x = 'mine'\n", "x = 'the neighbour'\n"
CALLS = ("open", "scandir", "stat", "lstat", "listdir")
MOST_CALLS = 100

pytestmark = pytest.mark.skipif(not intake_folder.BY_DESCRIPTOR, reason="needs O_NOFOLLOW")


class Exchange:
    """Puts a link to a neighbour's folder in a folder's place, before one of the calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, before: int) -> None:
        self.left = before
        self.folder: Path | None = None
        self.neighbour = Path()
        for name in CALLS:
            monkeypatch.setattr(os, name, self.counted(getattr(os, name)))
        for module in (io, builtins):
            monkeypatch.setattr(module, "open", self.counted(open))

    def arm(self, folder: Path, neighbour: Path) -> None:
        """From here on calls count."""
        self.folder, self.neighbour = folder, neighbour

    def counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """The call, which is counted first."""

        def call(*words: Any, **more: Any) -> Any:
            if self.folder is not None:
                self.left -= 1
                if self.left == 0:
                    folder, self.folder = self.folder, None
                    folder.rename(folder.with_name("out of the way"))
                    folder.symlink_to(self.neighbour, target_is_directory=True)
            return real(*words, **more)

        return call


def lay(top: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for inside, text in files.items():
        (top / inside).parent.mkdir(parents=True, exist_ok=True)
        (top / inside).write_text(notebook(text).decode() if inside.endswith(".ipynb") else text)
    return top


def graded_alone(top: Path) -> list[Submission]:
    """As `grader grade` takes it in."""
    return [take(top / "ada", MODULE)]


def graded_in_a_class(top: Path) -> list[Submission]:
    """As `grader batch` takes it in."""
    with open_download(top, MODULE) as download:
        found = list(download)
    return [entry.submission for entry in found if entry.submission is not None]


FOLDERS = {
    "itself": ({MODULE: MINE, "a.py": MINE}, "."),
    "one below": ({MODULE: MINE, "more/value.py": MINE, "more/b.py": MINE}, "more"),
    "two below": ({MODULE: MINE, "a/b/value.py": MINE}, "a/b"),
    "one around": ({MODULE: MINE, "a/b/value.py": MINE}, "a"),
    "around a lone file": ({"value.ipynb": MINE}, "."),
}


@pytest.mark.parametrize("which", FOLDERS)
@pytest.mark.parametrize("read", [graded_alone, graded_in_a_class])
def test_an_exchanged_folder_is_never_followed(
    read: Callable[[Path], list[Submission]], which: str, tmp_path: Path
) -> None:
    """Whichever call it comes before: what is read is what lay there, or nothing."""
    files, below = FOLDERS[which]
    copied = dict.fromkeys(files, NEIGHBOURS) | {f"b/{name}": NEIGHBOURS for name in files}
    for before in range(1, MOST_CALLS):
        top = tmp_path / str(before)
        neighbour = lay(tmp_path / f"{before} neighbour", copied)
        lay(top / "ada", files)
        lay(top / "eve", {MODULE: MINE})
        with pytest.MonkeyPatch.context() as patch:
            exchange = Exchange(patch, before)
            exchange.arm(top / "ada" / below, neighbour)
            try:
                found = read(top)
            except (SubmissionRefused, UsageProblem) as error:
                assert "neighbour" not in str(error)  # noqa: PT017
                found = []
            came = exchange.folder is None
        texts = [file.text for submission in found for file in submission.files]
        assert not [text for text in texts if NEIGHBOURS in text], before
        if not came:
            assert [text for text in texts if MINE in text] or read is graded_alone
            return
    raise AssertionError("the exchange was always in time")


def test_it_is_said_that_a_folder_was_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a folder when it was looked at, so `is a link` would puzzle whoever made the mark."""
    lay(tmp_path / "ada", {MODULE: MINE})
    seen = os.stat(tmp_path / "ada")
    (tmp_path / "ada").rename(tmp_path / "bob")
    (tmp_path / "ada").symlink_to("bob")
    monkeypatch.setattr(intake_folder.Place, "look", lambda _: seen)
    with pytest.raises(SubmissionRefused, match="was exchanged while it was being read") as caught:
        take(tmp_path / "ada", MODULE)
    assert caught.value.next_move == "Give a copy that nobody writes to."


@pytest.mark.parametrize("read", [graded_alone, graded_in_a_class])
def test_a_system_without_descriptors_reads_the_same_and_looks_first(
    read: Callable[[Path], list[Submission]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: every path is followed anew, and none that is a link when it is used."""
    lay(tmp_path / "class" / "ada", {MODULE: MINE, "a/b/c.py": MINE})
    lay(tmp_path / "class" / "eve", {MODULE: MINE})
    here = [one.digest for one in read(tmp_path / "class")]
    monkeypatch.setattr(intake_folder, "BY_DESCRIPTOR", False)
    assert [one.digest for one in read(tmp_path / "class")] == here
    (tmp_path / "class" / "link").symlink_to("ada")
    with pytest.raises(SubmissionRefused, match="is a link"):
        take(tmp_path / "class" / "link", MODULE)
    with pytest.raises(SubmissionRefused, match="was exchanged"):
        intake_folder.Place(tmp_path / "class" / "link").folder().__enter__()


def test_a_folder_that_is_far_too_deep_is_refused(tmp_path: Path) -> None:
    """Each level holds a descriptor, and those are few."""
    lay(tmp_path, {MODULE: MINE, f"{'d/' * intake_folder.DEEPEST}x.py": MINE})
    assert take(tmp_path, MODULE)
    lay(tmp_path, {f"{'d/' * intake_folder.DEEPEST}d/x.py": MINE})
    with pytest.raises(SubmissionRefused, match="more than 32 deep"):
        take(tmp_path, MODULE)


def test_reading_leaves_nothing_open(tmp_path: Path) -> None:
    """Not after a whole reading, and not after a refusal."""
    lay(tmp_path / "class" / "ada", {MODULE: MINE, "a/b/c.py": MINE})
    lay(tmp_path / "class" / "eve", {MODULE: MINE, "a/x.py": MINE})
    (tmp_path / "class" / "eve" / "a" / "y.py").symlink_to("x.py")
    (tmp_path / "class" / "folder.py").mkdir()
    before = len(os.listdir("/dev/fd"))
    assert len(graded_in_a_class(tmp_path / "class")) == 1
    assert len(os.listdir("/dev/fd")) == before
