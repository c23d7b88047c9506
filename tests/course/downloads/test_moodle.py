"""Moodle's "Download all submissions", with and without folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.course.downloads.kit import (
    GOOD,
    MODULE,
    both,
    entries,
    main_text,
    moodle_page,
    notebook,
    opened,
    packed,
    refusal,
)

TYPED = moodle_page("<pre>" + GOOD + "</pre>")


@both
@pytest.mark.parametrize("ending", ["", "_"], ids=["newer", "older"])
def test_the_parts_of_a_name(tmp_path: Path, as_zip: bool, ending: str) -> None:
    files = {
        f"Ada Lovelace_1234_assignsubmission_file{ending}/value.py": GOOD,
        f"Zoë O'Neil-Ng_1235_assignsubmission_file{ending}/value.py": GOOD,
        f"Ada_Lovelace_1236_assignsubmission_file{ending}/value.py": GOOD,
        f"山田 太郎_1237_assignsubmission_file{ending}/value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert {learner: one.learner_name for learner, one in found.items()} == {
        "1234": "Ada Lovelace",
        "1235": "Zoë O'Neil-Ng",
        "1236": "Ada Lovelace",
        "1237": "山田 太郎",
    }
    assert all(main_text(entry) == GOOD and entry.late is None for entry in found.values())


def test_the_platform_is_told(tmp_path: Path) -> None:
    files = {"Ada Lovelace_1234_assignsubmission_file_/value.py": GOOD}
    assert opened(tmp_path, files, as_zip=True).platform == "Moodle"


@both
def test_without_folders_the_file_name_follows(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "Ada Lovelace_1234_assignsubmission_file_value.py": GOOD,
        "Ada Lovelace_1234_assignsubmission_file_nodes.py": "x = 1\n",
        "Bob Kahn_1235_assignsubmission_onlinetext_onlinetext.html": TYPED,
        "Cy Twombly_1236_assignsubmission_file_notes.pdf": b"%PDF",
        "Cy Twombly_1236_assignsubmission_onlinetext_onlinetext.html": TYPED,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    texts = {file.path: file.text for file in found["1234"].submission.files}
    assert texts == {MODULE: GOOD, "nodes.py": "x = 1\n"}
    assert main_text(found["1235"]) == GOOD + "\n"
    assert main_text(found["1236"]) == GOOD + "\n"


@both
def test_blind_marking_hides_the_name(tmp_path: Path, as_zip: bool) -> None:
    """Everybody is "Participant", in the language of the site."""
    files = {
        "Teilnehmer_1_assignsubmission_file_/value.py": GOOD,
        "Teilnehmer_2_assignsubmission_file_/value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert {learner: one.learner_name for learner, one in found.items()} == {"1": None, "2": None}


@both
def test_teams_are_called_by_their_group(tmp_path: Path, as_zip: bool) -> None:
    """The default group has no number."""
    files = {
        "Group A_7_assignsubmission_file/value.py": GOOD,
        "Default group_assignsubmission_file/value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert {learner: one.learner_name for learner, one in found.items()} == {
        "7": "Group A",
        "Default group": "Default group",
    }


@both
def test_files_count_before_typed_text(tmp_path: Path, as_zip: bool) -> None:
    """Unless there is nothing in them that could be a submission."""
    files = {
        "Ada L_1_assignsubmission_file_/value.py": GOOD,
        "Ada L_1_assignsubmission_onlinetext_/onlinetext.html": moodle_page("<p>See file.</p>"),
        "Bob K_2_assignsubmission_onlinetext_/onlinetext.html": TYPED,
        "Cy T_3_assignsubmission_file_/sketch.png": b"\x89PNG",
        "Cy T_3_assignsubmission_onlinetext_/texteenligne.html": TYPED,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert main_text(found["1"]) == GOOD
    assert found["1"].notes == ("The online text beside it was not read.",)
    assert main_text(found["2"]) == main_text(found["3"]) == GOOD + "\n"
    assert found["2"].notes == ("The code was taken from the online text.",)


@both
def test_what_lies_in_a_moodle_folder(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "A A_1_assignsubmission_file_/hw.zip": packed({MODULE: GOOD}),
        "B B_2_assignsubmission_file_/hw.ipynb": notebook(GOOD),
        "C C_3_assignsubmission_file_/solution.py": GOOD,
        "D D_4_assignsubmission_file_/a.py": GOOD,
        "D D_4_assignsubmission_file_/b.py": GOOD,
        "E E_5_assignsubmission_file_/notes.pdf": b"%PDF",
        "F F_6_assignsubmission_onlinetext_/onlinetext.html": moodle_page(""),
        "G G_7_assignsubmission_onlinetext_/picture.png": b"\x89PNG",
        "H H_8_assignsubmission_comments_/comments.txt": "hello",
        "I I_9_assignsubmission_file_/hw/value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert main_text(found["1"]) == main_text(found["3"]) == GOOD
    assert GOOD in main_text(found["2"])
    assert found["3"].notes == ("solution.py was taken as value.py: it is the only Python file.",)
    assert "Found: a.py, b.py." in refusal(found["4"])
    assert "notes.pdf in E E_5_assignsubmission_file_ is a PDF" in refusal(found["5"])
    assert "The online text is empty" in refusal(found["6"])
    assert "no online text" in refusal(found["7"])
    assert "holds no value.py" in refusal(found["8"])
    assert main_text(found["9"]) == GOOD
