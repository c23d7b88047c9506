"""Which file of a folder or a zip is the submission: one rule for both."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.take import take, take_source
from grader.model.errors import SubmissionRefused
from grader.model.exercise import Submission
from tests.intake.test_intake import MODULE, SOURCE, notebook, packed

BOOK = notebook(("code", SOURCE))
LONE = "{} was taken as stack.py: it is the only Python file."
LONE_BOOK = "{} was taken as stack.py: it is the only notebook."
DEEPER = "{} was taken as stack.py."


def lay(top: Path, names: list[str]) -> dict[str, str | bytes]:
    """Files of these names, each saying how it is called."""
    members: dict[str, str | bytes] = {}
    for name in names:
        data = BOOK if name.endswith(".ipynb") else f"name = {name!r}\n".encode()
        members[name] = data
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)
    return members


def taken(top: Path, names: list[str]) -> Submission | str:
    """What a folder and a zip of these files are taken for: the same, or the test fails."""
    folder, packed_up = top / "ada", packed(lay(top / "ada", names))
    try:
        found = take(folder, MODULE)
    except SubmissionRefused as error:
        with pytest.raises(SubmissionRefused) as again:
            take_source("ada.zip", packed_up, MODULE)
        told = f"{error.message} {error.next_move}".replace(str(folder), "ada")
        assert told == f"{again.value.message} {again.value.next_move}".replace("ada.zip", "ada")
        return told
    same = take_source("ada.zip", packed_up, MODULE)
    assert (found.files, found.digest, found.notes) == (same.files, same.digest, same.notes)
    return found


@pytest.mark.parametrize(
    ("names", "main", "others", "notes"),
    [
        (["hw/stack.py"], "hw/stack.py", [], (DEEPER.format("hw/stack.py"),)),
        (
            ["a/b/stack.py", "a/b/c/x.py"],
            "a/b/stack.py",
            ["c/x.py"],
            (DEEPER.format("a/b/stack.py"),),
        ),
        (["stack.py", "old/stack.py"], "stack.py", ["old/stack.py"], ()),
        (
            ["hw/stack.py", "hw/old/stack.py"],
            "hw/stack.py",
            ["old/stack.py"],
            (DEEPER.format("hw/stack.py"),),
        ),
        (
            ["hw/stack.py", "test_stack.py", "readme.txt"],
            "hw/stack.py",
            [],
            (DEEPER.format("hw/stack.py"),),
        ),
        (
            ["hw/stack.py", "x.py", "y/z.ipynb"],
            "hw/stack.py",
            [],
            ("hw/stack.py was taken as stack.py; left aside: x.py, y/z.ipynb.",),
        ),
        (["stack.py", "hw.ipynb"], "stack.py", [], ()),
        (["hw1.py"], "hw1.py", [], (LONE.format("hw1.py"),)),
        (["Stack.py"], "Stack.py", [], (LONE.format("Stack.py"),)),
        (["HW1.PY"], "HW1.PY", [], (LONE.format("HW1.PY"),)),
        (["a/b/hw1.py", "a/notes.txt"], "a/b/hw1.py", [], (LONE.format("a/b/hw1.py"),)),
        (
            ["hw1.py", "test_hw1.py", "hw1_test.py", "conftest.py", "__init__.py"],
            "hw1.py",
            [],
            (LONE.format("hw1.py"),),
        ),
        ([".venv/x.py", "__pycache__/y.py", "hw1.py"], "hw1.py", [], (LONE.format("hw1.py"),)),
    ],
)
def test_one_file_is_taken(
    tmp_path: Path, names: list[str], main: str, others: list[str], notes: tuple[str, ...]
) -> None:
    found = taken(tmp_path, names)
    assert isinstance(found, Submission)
    texts = {file.path: file.text for file in found.files}
    assert texts.pop(MODULE) == f"name = {main!r}\n"
    assert (sorted(texts), found.notes) == (others, notes)


@pytest.mark.parametrize(
    "names",
    [
        ["hw.ipynb"],
        ["a/b/HW.ipynb", "data.csv", "a/picture.png"],
        ["hw.ipynb", "test_stack.py"],
        ["hw.ipynb", ".ipynb_checkpoints/hw-checkpoint.ipynb"],
    ],
)
def test_a_lone_notebook_is_taken(tmp_path: Path, names: list[str]) -> None:
    found = taken(tmp_path, names)
    assert isinstance(found, Submission)
    (file,) = found.files
    assert file.text.startswith("# %% cell 1\nclass Stack")
    assert [(cell.number, cell.first, cell.last) for cell in file.cells] == [(1, 2, 4)]
    assert found.notes == (LONE_BOOK.format(names[0]),)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (
            ["a/stack.py", "b/stack.py"],
            "ada holds stack.py more than once: a/stack.py, b/stack.py. "
            "Leave the one that counts, or give the folder it is in.",
        ),
        (["a/stack.py", "a/b/stack.py", "c/stack.py"], "more than once: a/b/stack.py, a/stack.py"),
        (["a.py", "b.py"], "ada holds no stack.py. Found: a.py, b.py. Leave only your solution"),
        (["a.ipynb", "b.ipynb"], "ada holds no stack.py. Found: a.ipynb, b.ipynb."),
        (["hw.ipynb", "hw.py"], "Found: hw.ipynb, hw.py."),
        (["stak.py", "x.py"], "If stak.py is your solution, rename it to stack.py."),
        (
            ["test_stack.py"],
            "ada holds no stack.py. Found: test_stack.py. Leave only your solution",
        ),
        (["a.txt"], "ada holds no stack.py, and no other Python file."),
        (
            ["data.csv", "hw/work.pdf"],
            "hw/work.pdf in ada is a PDF, not Python source. Hand in the source itself",
        ),
        (["a.pdf", "x.py", "y.py"], "ada holds no stack.py. Found: x.py, y.py."),
        (
            [f"x{number}.py" for number in range(300)],
            "x0.py, x1.py, x10.py, x100.py, x101.py and 295 more.",
        ),
    ],
)
def test_where_there_is_a_choice_it_is_the_learners(
    tmp_path: Path, names: list[str], told: str
) -> None:
    found = taken(tmp_path, names)
    assert isinstance(found, str)
    assert told in found


def test_an_archive_that_is_all_there_is_is_called_what_it_is(tmp_path: Path) -> None:
    """In a zip it is refused as an archive in an archive."""
    (tmp_path / "work.tar.gz").write_bytes(b"\x1f\x8b")
    with pytest.raises(SubmissionRefused, match=r"work\.tar\.gz in .* is a tar archive") as caught:
        take(tmp_path, MODULE)
    assert caught.value.next_move.startswith("Unpack it, and hand in stack.py")


def test_a_lone_file_in_a_folder_is_the_same_as_by_itself(tmp_path: Path) -> None:
    """So its digest, and with it the mark, is."""
    lay(tmp_path, ["hw1.py"])
    assert take(tmp_path, MODULE).digest == take(tmp_path / "hw1.py", MODULE).digest


def test_names_act_on_nothing(tmp_path: Path) -> None:
    """Neither in a note nor in a refusal, nor do long ones fill the screen."""
    long = "x" * 250
    data = packed({"a\x1b[2J.py": SOURCE})
    assert take_source("a.zip", data, MODULE).notes == (LONE.format("a?[2J.py"),)
    with pytest.raises(SubmissionRefused) as caught:
        take_source("a.zip", packed({"a\x1b.py": "", f"{long}.py": ""}), MODULE)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 400


def test_notes_are_bounded() -> None:
    """However many files there are, and however long their paths."""
    members: dict[str, str | bytes] = {
        f"{'d' * 200}/{'e' * 200}/x{number}.py": "!ls\n" for number in range(150)
    }
    notes = take_source("a.zip", packed({MODULE: SOURCE, **members}), MODULE).notes
    assert len(notes) == 20
    assert max(map(len, notes)) < 400
