"""Names of a course's own, by `--id-pattern`."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.downloads import Entry, Undecided, open_download
from grader.model.errors import UsageProblem
from tests.course.downloads.kit import (
    GOOD,
    MODULE,
    Files,
    both,
    check_whole,
    lay,
    main_text,
    refusal,
)


def read(tmp_path: Path, files: Files, pattern: str, *, as_zip: bool = False) -> dict[str, Entry]:
    """The entries by the pattern."""
    source = lay(tmp_path, files, as_zip=as_zip)
    with open_download(source, MODULE, id_pattern=pattern) as download:
        found = {entry.learner_id: entry for entry in download}
    for entry in found.values():
        check_whole(entry)
    return found


@both
def test_the_id_is_what_the_pattern_says(tmp_path: Path, as_zip: bool) -> None:
    files = {"student01_value.py": "# 1\n", "student02_value.py": "# 2\n", "notes.txt": ""}
    found = read(tmp_path, files, "(?P<id>.+)_value", as_zip=as_zip)
    assert {learner: main_text(entry) for learner, entry in found.items()} == {
        "student01": "# 1\n",
        "student02": "# 2\n",
    }
    assert {entry.learner_name for entry in found.values()} == {None}


def test_name_attempt_and_late_are_read(tmp_path: Path) -> None:
    pattern = r"^(?P<name>\w+)\.(?P<id>\d+)\.v(?P<attempt>\d+)(?P<late>-late)?_"
    files = {
        "ada.007.v9_value.py": "# old\n",
        "ada.007.v10-late_value.py": "# new\n",
        "bob.008.v1_value.py": GOOD,
    }
    found = read(tmp_path, files, pattern)
    assert main_text(found["007"]) == "# new\n"
    ada, bob = found["007"], found["008"]
    assert (ada.learner_name, ada.attempt, ada.late) == ("ada", 10, True)
    assert (bob.learner_name, bob.attempt, bob.late) == ("bob", 1, False)


@both
def test_files_of_one_id_and_attempt_belong_together(tmp_path: Path, as_zip: bool) -> None:
    files = {"7_value.py": "import nodes\n", "7_nodes.py": "x = 1\n", "8_value.py": GOOD}
    found = read(tmp_path, files, "^(?P<id>[0-9]+)", as_zip=as_zip)
    assert {file.path for file in found["7"].submission.files} == {MODULE, "nodes.py"}


@both
def test_the_pattern_reaches_into_folders(tmp_path: Path, as_zip: bool) -> None:
    files = {"group 1/ada/value.py": GOOD, "group 2/bob/value.py": GOOD, "group 2/x/y": ""}
    found = read(tmp_path, files, "/(?P<id>ada|bob)$", as_zip=as_zip)
    assert list(found) == ["ada", "bob"]
    assert main_text(found["bob"]) == GOOD


@both
def test_no_id_reaches_over_folders(tmp_path: Path, as_zip: bool) -> None:
    files = {"ada/value.py": GOOD, "bob/value.py": GOOD}
    with pytest.raises(UsageProblem, match="is named as in --id-pattern"):
        read(tmp_path, files, r"^(?P<id>\w+/value)\.py", as_zip=as_zip)


def test_files_of_one_name_do_not_belong_together(tmp_path: Path) -> None:
    files = {"monday/7_value.py": GOOD, "tuesday/7_value.py": GOOD, "tuesday/8_value.py": GOOD}
    found = read(tmp_path, files, "/(?P<id>[0-9]+)_")
    assert (found["7"].undecided, found["8"].undecided) == (Undecided.TIE, None)


def test_equal_attempts_tie_and_different_names_clash(tmp_path: Path) -> None:
    files = {"1-ada/value.py": GOOD, "1-ada-/value.py": GOOD, "2-bob.py": GOOD, "2-cy.py": GOOD}
    found = read(tmp_path, files, r"^(?P<id>\d)-(?P<name>[a-z]+)")
    assert (found["1"].undecided, found["2"].undecided) == (Undecided.TIE, Undecided.NAMES)
    assert "bob, cy" in refusal(found["2"])


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?P<id>", "no regular expression"),
        ("(?P<id>a){99999999999999999999}", "no regular expression"),
        ("[0-9]+", "has no group `id`"),
        ("(?P<id>zzz)", "nothing in class is named as in --id-pattern: there is ada.py, say"),
        ("(?P<id>)", "nothing in class is named as in --id-pattern"),
    ],
)
def test_a_pattern_that_cannot_serve_is_told(tmp_path: Path, pattern: str, words: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        read(tmp_path, {"ada.py": GOOD, "bob.py": GOOD}, pattern)
    assert words in caught.value.message


def test_a_pattern_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.course.downloads.pattern.MATCHING_S", 0.2)
    files = {f"{'a' * 200}!.py": GOOD, "bob.py": GOOD}
    with pytest.raises(UsageProblem, match="takes too long"):
        read(tmp_path, files, "(?P<id>(a|aa)+)$")
