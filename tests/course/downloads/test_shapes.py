"""A class in each of the fourteen shapes, as a folder and as a zip: whose is what, first lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.downloads import open_download
from tests.course.downloads.kit import MODULE, both, check_whole, lay, main_text
from tests.course.downloads.shapes import SHAPES, Shape, text

each = pytest.mark.parametrize("shape", SHAPES, ids=[shape.format for shape in SHAPES])
LARGE = 200


def read_right(source: Path, shape: Shape, size: int, layout: str | None = None) -> list[str]:
    """Every learner is there with the text that counts; gives the lines about the download."""
    with open_download(source, MODULE, layout=layout) as download:
        assert download.platform == shape.platform
        assert download.summary.people == len(download) == size
        assert len(download.summary.aside) == shape.side(size)
        found = {entry.learner_id: entry for entry in download}
        lines = download.summary.lines()
    assert len(found) == size
    for number in range(size):
        entry = found[shape.learner(number)]
        check_whole(entry)
        assert text(number) in main_text(entry)
        assert entry.learner_name == shape.name(number)
        assert entry.undecided is None
    return lines


@each
@both
def test_a_class_is_recognised_and_read_right(tmp_path: Path, shape: Shape, as_zip: bool) -> None:
    """Each learner once, with the newest attempt, and no name where the layout has none."""
    source = lay(tmp_path, shape.files(3), as_zip=as_zip)
    assert read_right(source, shape, 3)[0] == shape.first


@each
@both
def test_what_was_asked_for_is_read_the_same(tmp_path: Path, shape: Shape, as_zip: bool) -> None:
    source = lay(tmp_path, shape.files(4), as_zip=as_zip)
    asked = read_right(source, shape, 4, shape.format)
    assert asked == read_right(source, shape, 4)


@each
def test_a_large_class_is_read_right(tmp_path: Path, shape: Shape) -> None:
    read_right(lay(tmp_path, shape.files(LARGE), as_zip=True), shape, LARGE)


@each
@both
def test_a_class_of_one_is_never_another_person(tmp_path: Path, shape: Shape, as_zip: bool) -> None:
    """One learner shows less of a platform's habits, and still has one submission."""
    source = lay(tmp_path, shape.files(1), as_zip=as_zip)
    with open_download(source, MODULE, layout=shape.format) as download:
        (entry,) = download
    assert text(0) in main_text(entry)


def test_files_of_nobody_are_counted_and_named(tmp_path: Path) -> None:
    files = {
        "doejane_50_9001_value.py": "x = 1\n",
        "roerick_51_9002_value.py": "x = 1\n",
        "notes.txt": "",
        "grades.csv": "a,b\n",
        "solution.py": "",
    }
    with open_download(lay(tmp_path, files, as_zip=False), MODULE) as download:
        assert [entry.learner_id for entry in download] == ["50", "51"]
        assert download.summary.lines() == [
            "a Canvas download: 2 people, 2 files",
            "3 side files, not graded: grades.csv, notes.txt, solution.py",
        ]
