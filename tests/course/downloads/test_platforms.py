"""What is each platform's own: attempts, ties, files of its own, names in odd places."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from grader.course.downloads import Undecided, open_download
from tests.course.downloads.kit import (
    GOOD,
    MODULE,
    Files,
    both,
    entries,
    lay,
    main_text,
    opened,
    refusal,
)

STEM = "HW_2_{}_attempt_2024-01-{}-10-30-00"


@both
def test_blackboard_without_slips_has_what_is_common_before_the_username(
    tmp_path: Path, as_zip: bool
) -> None:
    files = {f"{STEM.format(who, 15)}_value.py": f"# {who}\n" for who in ("ada", "adam", "bob")}
    found = entries(tmp_path, files, as_zip=as_zip)
    assert list(found) == ["ada", "adam", "bob"]
    assert found["ada"].submitted_at == "2024-01-15T10:30:00"


def test_a_slip_of_blackboard_tells_where_the_username_begins(tmp_path: Path) -> None:
    files = {
        f"{STEM.format('a_da', 15)}_value.py": GOOD,
        f"{STEM.format('a_da', 15)}.txt": "Name: Ada (Countess) Lovelace (a_da)\r\nAssignment: 1\n",
        f"{STEM.format('a_bo', 15)}_value.py": GOOD,
    }
    assert list(entries(tmp_path, files, as_zip=False)) == ["a_bo", "a_da"]


def test_nobody_is_left_without_an_id_by_what_is_common(tmp_path: Path) -> None:
    files = {f"{STEM.format(who, 15)}_value.py": GOOD for who in ("x_", "x_bob")}
    assert list(entries(tmp_path, files, as_zip=True)) == ["x_", "x_bob"]


def test_a_slip_that_lies_is_not_believed(tmp_path: Path) -> None:
    files = {f"{STEM.format(who, 15)}_value.py": GOOD for who in ("ada", "bob")}
    files[f"{STEM.format('ada', 15)}.txt"] = "Name: Somebody (HW_2_ada)\nx (y)\n"
    assert list(entries(tmp_path, files, as_zip=False)) == ["ada", "bob"]


def test_several_files_of_an_attempt_belong_together(tmp_path: Path) -> None:
    files = {
        f"{STEM.format('ada', 15)}_value.py": "# old\n",
        f"{STEM.format('ada', 16)}_value.py": "import nodes\n",
        f"{STEM.format('ada', 16)}_nodes.py": "x = 1\n",
        f"{STEM.format('bob', 16)}_value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=True)
    assert main_text(found["ada"]) == "import nodes\n"
    assert {file.path for file in found["ada"].submission.files} == {MODULE, "nodes.py"}


@both
def test_brightspace_without_folders(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "1-7 - Ada Lovelace - Jan 9, 2024 1159 PM - value.py": "# old\n",
        "2-7 - Ada Lovelace - Jan 10, 2024 12:01 AM - value.py": "# new\n",
        "3-7 - Anne-Marie O'Brien- February 1, 2024 1530 - value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert list(found) == ["Ada Lovelace", "Anne-Marie O'Brien"]
    assert main_text(found["Ada Lovelace"]) == "# new\n"
    assert found["Ada Lovelace"].submitted_at == "2024-01-10T00:01:00"
    assert found["Anne-Marie O'Brien"].submitted_at == "2024-02-01T15:30:00"


def test_two_people_of_one_name_stay_apart_where_numbers_are_peoples(tmp_path: Path) -> None:
    when = "Jan 9, 2024 1030 AM"
    files = {
        f"1001-1 - Ada Lovelace - {when}/value.py": "# one\n",
        f"1001-2 - Ada Lovelace - {when.replace('9', '10')}/value.py": "# newer\n",
        f"1002-3 - Ada Lovelace - {when}/value.py": "# other\n",
    }
    found = entries(tmp_path, files, as_zip=False)
    assert {learner: main_text(entry) for learner, entry in found.items()} == {
        "Ada Lovelace 1001": "# newer\n",
        "Ada Lovelace 1002": "# other\n",
    }


def test_sakai_with_typed_text_or_with_nothing(tmp_path: Path) -> None:
    top = "HW/Lovelace, Ada(ada)"
    files: Files = {
        f"{top}/Lovelace, Ada(ada)_submissionText.html": "<pre>class Value:\n    pass\n</pre>",
        f"{top}/timestamp.txt": "20240115",
        "HW/Kahn, Bob(bob)/timestamp.txt": "20240115",
        "HW/Twombly(cy)/Submission attachment(s)/value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=True)
    assert "class Value" in main_text(found["ada"])
    assert refusal(found["bob"]) == "Nothing was handed in: the folder holds no attachments."
    assert found["cy"].learner_name == "Twombly"


def test_folders_that_only_end_in_brackets_are_not_sakai(tmp_path: Path) -> None:
    files = {"Lovelace, Ada(ada)/value.py": GOOD, "Kahn, Bob(bob)/value.py": GOOD}
    assert list(entries(tmp_path, files, as_zip=False)) == ["Kahn, Bob(bob)", "Lovelace, Ada(ada)"]


@both
def test_autolab_counts_versions_as_numbers(tmp_path: Path, as_zip: bool) -> None:
    files = {f"a_1@example.edu_{version}_value.py": f"# {version}\n" for version in (2, 9, 10)}
    found = entries(tmp_path, files, as_zip=as_zip)
    assert main_text(found["a_1@example.edu"]) == "# 10\n"
    assert found["a_1@example.edu"].attempt == 10


def test_ilias_keeps_the_newest_file_of_each_name(tmp_path: Path) -> None:
    top = "Abgabe/Lovelace_Ada_ada_12345"
    files = {
        f"{top}/20240115103000_value.py": "# old\n",
        f"{top}/20240116103000_value.py": "# new\n",
        f"{top}/20240115103000_nodes.py": "x = 1\n",
        "Abgabe/van_der_Berg_Bo_bo_12346/20240116103000_value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=False)
    ada = found["ada"]
    assert main_text(ada) == "# new\n"
    assert {file.path for file in ada.submission.files} == {MODULE, "nodes.py"}
    assert ada.notes == ("Handed in 2 times: the newest, 20240116103000_value.py, counts.",)
    assert (ada.learner_name, ada.submitted_at) == ("Ada Lovelace", "2024-01-16T10:30:00")
    assert found["bo"].learner_name == "van der Berg Bo"


def test_folders_that_only_have_parts_are_not_ilias(tmp_path: Path) -> None:
    files = {f"hw_one_{who}_{number}/value.py": GOOD for number, who in enumerate(("ada", "bob"))}
    assert list(entries(tmp_path, files, as_zip=False)) == ["hw_one_ada_0", "hw_one_bob_1"]


@both
def test_backups_of_okpy_tie(tmp_path: Path, as_zip: bool) -> None:
    """Nothing tells which is the newest, and their files' times are the download's."""
    files = {f"ada@example.edu/hw1/{backup}/value.py": GOOD for backup in ("aBcD", "xYzW")}
    files["bob@example.edu/hw1/qRsT/value.py"] = GOOD
    found = entries(tmp_path, files, as_zip=as_zip)
    assert found["ada@example.edu"].undecided == Undecided.TIE
    assert "which is the newest cannot be told" in refusal(found["ada@example.edu"])
    assert found["bob@example.edu"].undecided is None
    assert main_text(found["bob@example.edu"]) == GOOD


@pytest.mark.parametrize(
    ("settings", "counts", "refused"),
    [
        ('{"active_version": 1}', 1, ""),
        ('{"active_version": 0}', None, "the learner took the submission back"),
        ('{"active_version": 7}', None, "Version 7 counts, and the download does not hold it"),
        ('{"active_version": -1}', 2, ""),
        ("{", 2, ""),
        ('{"x": ' + "[" * 100_000, 2, ""),
        (None, 2, ""),
    ],
)
def test_the_active_version_of_submitty_counts(
    tmp_path: Path, settings: str | None, counts: int | None, refused: str
) -> None:
    files: Files = {f"submissions/ada/{number}/value.py": f"# {number}\n" for number in (1, 2)}
    if settings is not None:
        files = {**files, "submissions/ada/user_assignment_settings.json": settings}
    found = entries(tmp_path, files, as_zip=True)
    if counts is None:
        assert refused in refusal(found["ada"])
    else:
        assert main_text(found["ada"]) == f"# {counts}\n"
        assert found["ada"].attempt == counts


@pytest.mark.parametrize("top", ["submitted/", "course/submitted/"])
def test_nbgrader_is_given_as_submitted_or_its_parent(tmp_path: Path, top: str) -> None:
    files: Files = {f"{top}ada/ps1/value.py": GOOD, f"{top}ada/ps1/timestamp.txt": ""}
    files = {**files, "course/source/ps1/value.ipynb": "{}"} if "course" in top else files
    assert list(entries(tmp_path, files, as_zip=True)) == ["ada"]
    if "course" not in top:
        inner = lay(tmp_path, files, as_zip=False) / "submitted"
        with open_download(inner, MODULE) as download:
            assert (download.platform, len(download)) == ("nbgrader", 1)


def test_a_learner_without_a_notebook_is_not_lost(tmp_path: Path) -> None:
    """The folder has the name of an assignment that others have notebooks for."""
    files: Files = {
        "submitted/ada/ps1/value.ipynb": "{}",
        "submitted/bob/ps1/report.pdf": "",
        "submitted/cy/ps1/value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=True)
    assert list(found) == ["ada", "bob", "cy"]
    assert "report.pdf" in refusal(found["bob"]) or "Python" in refusal(found["bob"])
    assert main_text(found["cy"]) == GOOD


def test_two_assignments_of_nbgrader_tie(tmp_path: Path) -> None:
    files = {
        f"submitted/{who}/{name}/timestamp.txt": ""
        for who in ("ada", "bob")
        for name in (("ps1", "ps2") if who == "ada" else ("ps1",))
    }
    found = entries(tmp_path, files, as_zip=False)
    assert found["ada"].undecided == Undecided.TIE
    assert found["bob"].undecided is None


def test_prairielearn_counts_instances_variants_and_submissions(tmp_path: Path) -> None:
    uid = "ada@example.edu"
    files = {
        f"{uid}_1_q_2_2_9_value.py": "# old\n",
        f"{uid}_1_q_2_10_1_value.py": "# newest\n",
        f"{uid}_1_q_2_9_9_value.py": "# older\n",
        "bob@example.edu_1_q_2_1_1_my_value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=False)
    assert main_text(found[uid]) == "# newest\n"
    assert main_text(found["bob@example.edu"]) == GOOD


def test_one_number_under_two_names_in_moodle_is_nobodys(tmp_path: Path) -> None:
    files = {
        "Ada Lovelace_1234_assignsubmission_file_/value.py": GOOD,
        "Bob Kahn_1234_assignsubmission_file_/value.py": GOOD,
        "Cy Twombly_1235_assignsubmission_file_/value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=False)
    assert found["1234"].undecided == Undecided.NAMES
    assert "names of several people: Ada Lovelace, Bob Kahn" in refusal(found["1234"])
    assert main_text(found["1235"]) == GOOD


def test_files_that_are_equally_new_tie(tmp_path: Path) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("ada.py", "ada/value.py", "bob.py"):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 12, 0, 0)), GOOD)
    with open_download(path, MODULE) as download:
        assert [(claim.learner_id, claim.undecided) for claim in download.claims] == [
            ("ada", Undecided.TIE),
            ("bob", None),
        ]


def test_nobody_is_made_of_a_platforms_own_files(tmp_path: Path) -> None:
    files = {"a@example.edu_1_value.py": GOOD, "a@example.edu_2_value.py": GOOD, "readme.md": ""}
    with opened(tmp_path, files, as_zip=False) as download:
        assert download.summary.lines() == [
            "an Autolab download: 1 person, 2 files",
            "1 side file, not graded: readme.md",
        ]
