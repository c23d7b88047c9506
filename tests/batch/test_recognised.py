"""What a batch says of the download it was given, before it grades anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.batch import kit
from tests.cli.running import Done, grader
from tests.course.downloads.kit import GOOD, lay
from tests.course.downloads.shapes import SHAPES, Shape

NOT_UTF_8 = b"\xff"
"""So that nothing has to be graded."""
CANVAS = {
    "doejane_50_9001_value.py": NOT_UTF_8,
    "roerick_51_9002_value.py": NOT_UTF_8,
    "notes[b]:smile:.txt": "",
    "solution.py": GOOD,
}
UNCLEAR = {"HW_ada_attempt_2024-01-15-10-30-00_hw_1_2_value.py": GOOD}
REFUSED = {f"{number}_value.py": NOT_UTF_8 for number in (1, 2)}
REFUSED_MOSTLY = 6


def batch(source: Path, *more: object) -> Done:
    """`grader batch`, with its outputs beside the class."""
    return kit.carried_out("batch", source, "--out", source.parent / "grades", *more)


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.format for shape in SHAPES])
def test_the_first_line_says_what_was_recognised(tmp_path: Path, shape: Shape) -> None:
    files = {
        path: NOT_UTF_8 if path.endswith(".ipynb") or str(data).startswith(GOOD) else data
        for path, data in shape.files(3).items()
    }
    source = lay(tmp_path, files, as_zip=True)
    done = batch(source)
    first, *others = done.out.splitlines()
    assert first == shape.first
    side = shape.side(3)
    assert others[0].startswith(f"{side} side file" if side else "  3 learners: ")
    assert done.code == REFUSED_MOSTLY, done


def test_files_that_are_nobodys_are_named_and_have_no_row(tmp_path: Path) -> None:
    source = lay(tmp_path, CANVAS, as_zip=False)
    done = batch(source)
    assert done.out.splitlines()[:2] == [
        "a Canvas download: 2 people, 2 files",
        "2 side files, not graded: notes[b]:smile:.txt, solution.py",
    ]
    table = (tmp_path / "grades" / "grades.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in table] == ["learner_id", "50", "51"]


def test_the_first_line_is_in_the_readers_language(tmp_path: Path) -> None:
    source = lay(tmp_path, {**REFUSED, "notes.csv": ""}, as_zip=False)
    done = grader("batch", source, "--out", tmp_path / "grades", LANG="de_DE.UTF-8")
    assert done.out.splitlines()[:2] == [
        "Dateien und Ordner: 2 Personen, 2 Dateien",
        "1 weitere Datei, nicht bewertet: notes.csv",
    ]


def test_what_may_be_of_two_platforms_asks_for_the_format(tmp_path: Path) -> None:
    source = lay(tmp_path, UNCLEAR, as_zip=False)
    done = batch(source)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "grader: class may come from Canvas or Blackboard, which differ in who handed in what\n"
        "Say which: --format canvas or --format blackboard.\n"
    )
    done = batch(source, "--format", "blackboard")
    assert done.code == 0, done
    assert done.out.startswith("a Blackboard download: 1 person, 1 file\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "pigeon"), "'pigeon' is not one of"),
        (("--format", "okpy"), "nothing in class is named as in okpy: there is 1_value.py, say\n"),
        (("--id-pattern", "[0-9]"), "--id-pattern has no group `id`"),
        (("--id-pattern", "(?P<id>x)", "--format", "plain"), "give --format or --id-pattern"),
    ],
)
def test_what_cannot_be_read_so_is_wrong_usage(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    source = lay(tmp_path, REFUSED, as_zip=False)
    done = batch(source, *arguments)
    assert done.code == 2
    assert words in done.err
    assert not (tmp_path / "grades").exists()


def test_a_pattern_says_whose_a_file_is(tmp_path: Path) -> None:
    source = lay(tmp_path, REFUSED, as_zip=True)
    arguments = ("--id-pattern", "^(?P<id>[0-9]+)_")
    done = batch(source, *arguments)
    assert done.out.splitlines()[0] == "names read by --id-pattern: 2 people, 2 files"
    table = (tmp_path / "grades" / "grades.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in table] == ["learner_id", "1", "2"]
