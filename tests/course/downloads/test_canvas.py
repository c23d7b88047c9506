"""Canvas's submissions.zip, and the folder that it unpacks to."""

from __future__ import annotations

from pathlib import Path

from tests.course.downloads.kit import (
    GOOD,
    MODULE,
    both,
    canvas_page,
    entries,
    main_text,
    notebook,
    opened,
    packed,
    refusal,
)


@both
def test_the_parts_of_a_name(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "doejane_50_9001_value.py": GOOD,
        "roerick_LATE_51_9002_value.py": GOOD,
        "łukaszóñ_52_9003_value.py": GOOD,
        "o_brien_53_9004_value.py": GOOD,
        "李小龙_LATE_54_9005_value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip, name="submissions")
    assert {learner: (one.learner_name, one.late) for learner, one in found.items()} == {
        "50": ("doejane", False),
        "51": ("roerick", True),
        "52": ("łukaszóñ", False),
        "53": ("o_brien", False),
        "54": ("李小龙", True),
    }
    assert all(main_text(entry) == GOOD for entry in found.values())


def test_the_platform_is_told(tmp_path: Path) -> None:
    download = opened(tmp_path, {"doejane_50_9001_value.py": GOOD}, as_zip=False)
    assert download.platform == "Canvas"


@both
def test_of_several_uploads_the_newest_counts(tmp_path: Path, as_zip: bool) -> None:
    """By the number that Canvas adds, and not by the order in the zip or its alphabet."""
    files = {
        "doejane_50_9001_value.py": "first\n",
        "doejane_50_9120_value-10.py": "eleventh\n",
        "doejane_50_9099_value-9.py": "tenth\n",
        "roerick_51_9002_value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert main_text(found["50"]) == "eleventh\n"
    assert found["50"].attempt == 11
    assert found["50"].notes == (
        "Handed in 3 times: the newest, doejane_50_9120_value-10.py, counts.",
    )
    assert (found["51"].attempt, found["51"].notes) == (1, ())


@both
def test_several_files_of_a_learner_belong_together(tmp_path: Path, as_zip: bool) -> None:
    """Under the names they had before Canvas numbered them, so that imports hold."""
    files = {
        "doejane_50_9001_value.py": GOOD,
        "doejane_50_9002_nodes-3.py": "x = 1\n",
        "doejane_50_9003_report.pdf": b"%PDF",
        "doejane_50_9004_old.zip": packed({MODULE: "old"}),
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    texts = {file.path: file.text for file in found["50"].submission.files}
    assert texts == {MODULE: GOOD, "nodes.py": "x = 1\n"}
    assert found["50"].notes == ("old.zip was not read: only the source beside it counts.",)


@both
def test_a_lone_file_of_another_name_is_taken_and_said(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "amy_50_9001_my solution (2).py": GOOD,
        "bo_51_9002_hw.zip": packed({MODULE: GOOD}),
        "cy_52_9003_Untitled-1.ipynb": notebook(GOOD),
        "di_53_9004_value.py": GOOD,
        "di_53_9005_hw.ipynb": notebook("other"),
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert main_text(found["50"]) == GOOD
    assert found["50"].notes == (
        "my solution (2).py was taken as value.py: it is the only Python file.",
    )
    assert main_text(found["51"]) == GOOD
    assert GOOD in main_text(found["52"])
    assert main_text(found["53"]) == GOOD


@both
def test_what_cannot_be_chosen_is_refused(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "amy_50_9001_a.py": GOOD,
        "amy_50_9002_b.py": GOOD,
        "bo_51_9003_report.pdf": b"%PDF",
        "cy_52_9004_test_value.py": GOOD,
        "di_53_9005_value.py": "#" * (2**20 + 1),
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert "None of the files is called value.py. Found: a.py, b.py." in refusal(found["50"])
    assert "There is no Python file among those handed in" in refusal(found["51"])
    assert "Hand in value.py" in refusal(found["52"])
    assert "1 MiB" in refusal(found["53"]) or "bomb" in refusal(found["53"])


@both
def test_hidden_names_keep_their_codes(tmp_path: Path, as_zip: bool) -> None:
    """Where Canvas grades anonymously, a code stands in place of name and number."""
    files = {"anon_x7Kp2_9001_value.py": GOOD, "LATE_anon_Qw3rT_9002_value.py": GOOD}
    found = entries(tmp_path, files, as_zip=as_zip)
    assert {(one.learner_id, one.learner_name, one.late) for one in found.values()} == {
        ("anon_x7Kp2", None, False),
        ("anon_Qw3rT", None, True),
    }


@both
def test_typed_text_and_web_addresses(tmp_path: Path, as_zip: bool) -> None:
    page = canvas_page("<pre>class Value:\n    pass\n</pre>", title="Autograd &lt;1&gt;: Ada")
    files = {
        "doejane_50_text.html": page,
        "roerick_LATE_51_link.html": "<html></html>",
        "amy_52_9003_value.py": GOOD,
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert main_text(found["50"]).strip() == GOOD.strip()
    assert found["50"].notes == ("The code was taken from the online text.",)
    assert "A web address was handed in" in refusal(found["51"])
    assert found["51"].late is True


@both
def test_other_things_beside_canvas_files_are_nobodys(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "doejane_50_9001_value.py": GOOD,
        "roerick_51_9002_value.py": GOOD,
        "by-mail.py": GOOD,
        "zoe/value.py": GOOD,
    }
    with opened(tmp_path, files, as_zip=as_zip) as download:
        assert [entry.learner_id for entry in download] == ["50", "51"]
        assert download.summary.aside == ["by-mail.py", "zoe"]


@both
def test_a_few_names_that_look_alike_are_no_canvas_download(tmp_path: Path, as_zip: bool) -> None:
    files = {"team_1_2_x.py": GOOD, "ada.py": GOOD, "bob.py": GOOD}
    assert list(entries(tmp_path, files, as_zip=as_zip)) == ["ada", "bob", "team_1_2_x"]
