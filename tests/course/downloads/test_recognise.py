"""Which platform a download is from: strict, never a guess, and different people stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.downloads import Undecided, open_download
from grader.model.errors import UsageProblem
from tests.course.downloads.kit import MODULE, Files, both, entries, lay, main_text, opened, refusal


def named(*names: str) -> dict[str, str]:
    """Files of these names, each with its name as its text."""
    return {name: f"# {name}\n" for name in names}


@both
@pytest.mark.parametrize(
    "ending", ["2024_01_value", "2024_10_value", "1_2_value", "12_7_my_value"], ids=str
)
def test_a_number_of_several_people_is_not_canvas(
    tmp_path: Path, as_zip: bool, ending: str
) -> None:
    """A year, a section or the number of an exercise: everybody keeps a file of their own."""
    learners = [f"student0{number}_{ending}" for number in (1, 2, 3)]
    files = named(*(f"{learner}.py" for learner in learners))
    found = entries(tmp_path, files, as_zip=as_zip)
    assert list(found) == learners
    for learner, entry in found.items():
        assert (main_text(entry), entry.learner_name) == (files[f"{learner}.py"], None)


@pytest.mark.parametrize(
    "names",
    [
        ("ada_50_9001_value.py", "bob_51_9002_value.py", "cy_51_9003_my.py"),
        ("ada_50_9001_value.py", "bob_51_9002_value.py", "bob_51_9003_value.py"),
        ("ada_50_9001_value.py", "bob_51_9002_value.py", "bob_51_9002_nodes.py"),
        ("ada_050_9001_value.py", "bob_051_9002_value.py", "cy_052_9003_value.py"),
    ],
    ids=["number", "name of an upload", "number of an upload", "zeros in front"],
)
def test_what_canvas_never_does_is_not_canvas(tmp_path: Path, names: tuple[str, ...]) -> None:
    with opened(tmp_path, named(*names), as_zip=False) as download:
        assert download.platform == "files and folders"
        assert len(download) == 3


def test_a_shared_number_that_was_asked_for_is_refused_to_both(tmp_path: Path) -> None:
    files = named("ada_50_9001_value.py", "bob_51_9002_value.py", "cy_51_9003_value.py")
    source = lay(tmp_path, files, as_zip=True)
    with open_download(source, MODULE, layout="canvas") as download:
        ada, both_of_them = download
    assert (main_text(ada), ada.undecided) == (files["ada_50_9001_value.py"], None)
    assert (both_of_them.learner_id, both_of_them.learner_name) == ("51", None)
    assert both_of_them.undecided == Undecided.NAMES
    assert refusal(both_of_them) == (
        "bob_51_9002_value.py and cy_51_9003_value.py have one id and the names of several people: "
        "bob, cy. Give each person an id of their own, for example with `--id-pattern`."
    )


def test_what_two_platforms_read_alike_is_of_the_first(tmp_path: Path) -> None:
    """PrairieLearn's names have the parts of Autolab's, too."""
    files = named("ada@example.edu_1_q_1_1_value.py", "b_b@example.edu_2_q_1_1_value.py")
    with opened(tmp_path, files, as_zip=False) as download:
        assert download.platform == "PrairieLearn"
        assert [claim.learner_id for claim in download.claims] == [
            "ada@example.edu",
            "b_b@example.edu",
        ]


DIFFERENT: list[tuple[Files, str, str, str, str]] = [
    (
        named("submissions/ada@example.edu/1/src/value.py", "submissions/b@example.edu/1/s/v.py"),
        "okpy",
        "okpy",
        "Submitty",
        "submitty",
    ),
    (
        named("HW_ada_attempt_2024-01-15-10-30-00_hw_1_2_value.py"),
        "Canvas",
        "canvas",
        "Blackboard",
        "blackboard",
    ),
]


@both
@pytest.mark.parametrize(("files", "first", "one", "second", "other"), DIFFERENT)
def test_what_two_platforms_read_differently_is_asked(
    tmp_path: Path, as_zip: bool, files: Files, first: str, one: str, second: str, other: str
) -> None:
    source = lay(tmp_path, files, as_zip=as_zip)
    with pytest.raises(UsageProblem) as caught:
        open_download(source, MODULE)
    assert f"may come from {first} or {second}, which differ" in caught.value.message
    assert caught.value.next_move == f"Say which: --format {one} or --format {other}."
    for word, platform in ((one, first), (other, second)):
        with open_download(source, MODULE, layout=word) as download:
            assert download.platform == platform


def test_folders_with_addresses_and_files_in_them_are_not_okpy(tmp_path: Path) -> None:
    """Data beside a notebook makes no backup of it."""
    files: Files = {
        f"submitted/{who}@example.edu/ps1/{name}": "{}"
        for who in ("ada", "bob")
        for name in ("one.ipynb", "data/numbers.txt")
    }
    with opened(tmp_path, files, as_zip=True) as download:
        assert download.platform == "nbgrader"


@pytest.mark.parametrize(
    ("layout", "pattern", "words"),
    [
        ("canvas", None, "nothing in class is named as in Canvas: there is ada.py, say"),
        ("pigeon", None, "there is no format pigeon"),
        ("canvas", "(?P<id>.)", "give --format or --id-pattern, not both"),
    ],
)
def test_what_was_asked_for_and_is_not_there_is_told(
    tmp_path: Path, layout: str, pattern: str | None, words: str
) -> None:
    source = lay(tmp_path, named("ada.py", "bob.py"), as_zip=False)
    with pytest.raises(UsageProblem) as caught:
        open_download(source, MODULE, layout=layout, id_pattern=pattern)
    assert words in caught.value.message


def test_plain_can_be_asked_for(tmp_path: Path) -> None:
    source = lay(tmp_path, named("ada_50_9001_value.py", "bob_51_9002_value.py"), as_zip=False)
    with open_download(source, MODULE, layout="plain") as download:
        assert [claim.learner_id for claim in download.claims] == [
            "ada_50_9001_value",
            "bob_51_9002_value",
        ]


def test_the_test_student_of_canvas_is_nobody(tmp_path: Path) -> None:
    files = named("ada_50_9001_value.py", "studenttest_99_9002_value.py")
    with opened(tmp_path, files, as_zip=False) as download:
        assert [claim.learner_id for claim in download.claims] == ["50"]
        assert list(download.summary.aside) == ["studenttest_99_9002_value.py"]


@both
def test_an_empty_class_is_told(tmp_path: Path, as_zip: bool) -> None:
    source = lay(tmp_path, {"grades.csv": ""}, as_zip=as_zip)
    for layout, words in ((None, "holds no submissions"), ("okpy", "is named as in okpy")):
        with pytest.raises(UsageProblem, match=words):
            open_download(source, MODULE, layout=layout)


def test_strangers_names_are_shown_clean_and_short(tmp_path: Path) -> None:
    files = named("ada_50_9001_value.py") | {f"\x1b[31m{'x' * 200}.txt": "", "\u202eb.txt": ""}
    with opened(tmp_path, files, as_zip=True) as download:
        _, side = download.summary.lines()
    assert side.isprintable()
    assert len(side) < 200
