"""Gradescope's export: folders by number, and the metadata that says whose they are."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from grader.course.downloads.gradescope_metadata import MetadataError, handed_in, own_metadata
from tests.course.downloads.kit import (
    GOOD,
    both,
    entries,
    main_text,
    notebook,
    opened,
    packed,
    refusal,
)

METADATA = """---
submission_101:
  :submitters:
  - :name: Ada Łukasz
    :sid: '0017'
    :email: ada@example.edu
  :created_at: 2026-09-05 12:34:56.123456000 Z
  :score: 7.0
  :status: processed
  :results:
    tests:
    - name: "- not a submitter"
      output: !ruby/object:Anything
        :submitters: []
  :history:
  - :id: 99
    :created_at: 2026-09-04 10:00:00.000000000 Z
    :score: 1.0
  - :id: 98
    :created_at: 2026-09-03 10:00:00.000000000 Z
submission_102:
  :submitters:
  - :name: Bob Kahn
    :sid:
    :email: bob@example.edu
  - :name: Cy Twombly
    :sid: '19'
    :email: cy@example.edu
  :created_at: 2026-09-05T13:00:00+02:00
  :history: []
"""


def folder(*learners: str) -> dict[str, str]:
    """Good submissions of these numbers."""
    return {f"submission_{number}/value.py": GOOD for number in learners}


@both
@pytest.mark.parametrize("around", ["", "assignment_42_export/"])
def test_the_metadata_names_the_learners(tmp_path: Path, as_zip: bool, around: str) -> None:
    files = {f"{around}{name}": data for name, data in folder("101", "102").items()}
    files |= {f"{around}submission_metadata.yml": METADATA, "__MACOSX/._x": b"\0"}
    found = entries(tmp_path, files, as_zip=as_zip)
    assert set(found) == {"0017", "bob@example.edu"}
    ada, pair = found["0017"], found["bob@example.edu"]
    assert (ada.learner_name, ada.members) == ("Ada Łukasz", ())
    assert ada.submitted_at == "2026-09-05T12:34:56.123456+00:00"
    assert (ada.attempt, pair.attempt) == (3, 1)
    assert ada.aliases == (("ada@example.edu", "0017"),)
    assert pair.members == (("bob@example.edu", "Bob Kahn"), ("19", "Cy Twombly"))
    assert pair.aliases == (("cy@example.edu", "19"),)
    assert pair.submitted_at == "2026-09-05T13:00:00+02:00"
    assert main_text(ada) == main_text(pair) == GOOD


def test_the_platform_is_told(tmp_path: Path) -> None:
    assert opened(tmp_path, folder("1"), as_zip=True).platform == "Gradescope"


@both
@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (None, "there is no submission_metadata.yml"),
        ("submission_101: [", "submission_metadata.yml cannot be read"),
        (b"\xff\xfe\0", "submission_metadata.yml cannot be read"),
        ("", "submission_metadata.yml cannot be read"),
        ("just text", "is not named in submission_metadata.yml"),
        ("submission_101:\n  :submitters: []\n", "is not named in submission_metadata.yml"),
        ("submission_101:\n  :submitters:\n  - :name: Ada\n", "is not named in"),
    ],
)
def test_without_good_metadata_the_folder_is_the_id(
    tmp_path: Path, as_zip: bool, metadata: str | bytes | None, words: str
) -> None:
    files: dict[str, str | bytes] = {**folder("101", "102")}
    if metadata is not None:
        files["submission_metadata.yml"] = metadata
    found = entries(tmp_path, files, as_zip=as_zip)
    assert set(found) == {"submission_101", "submission_102"}
    assert all(words in entry.notes[0] for entry in found.values())
    assert all(main_text(entry) == GOOD for entry in found.values())


@both
def test_metadata_in_every_folder_is_believed(tmp_path: Path, as_zip: bool) -> None:
    """Written by the platform it is in all; in a single folder, a learner may have put it."""
    own = (
        "users:\n- name: Ada\n  id: 5\n  email: ada@example.edu\ncreated_at: 2026-09-05T12:00:00Z\n"
    )
    files = {**folder("101", "102"), "submission_101/submission_metadata.yml": own}
    found = entries(tmp_path, files, as_zip=as_zip)
    assert set(found) == {"submission_101", "submission_102"}
    files["submission_102/submission_metadata.yml"] = own.replace("ada", "bob").replace("5", "6")
    (tmp_path / "all").mkdir()
    found = entries(tmp_path / "all", files, as_zip=as_zip)
    assert set(found) == {"ada@example.edu", "bob@example.edu"}
    assert found["ada@example.edu"].aliases == (("5", "ada@example.edu"),)


@both
def test_what_lies_in_a_gradescope_folder(tmp_path: Path, as_zip: bool) -> None:
    files = {
        "submission_101/hw.zip": packed({"value.py": GOOD}),
        "submission_102/mine.py": GOOD,
        "submission_103/hw.ipynb": notebook(GOOD),
        "submission_104/report.pdf": b"%PDF",
        "submission_metadata.yml": "submission_105:\n  :submitters:\n  - :email: eve@example.edu\n",
    }
    found = entries(tmp_path, files, as_zip=as_zip)
    assert main_text(found["submission_101"]) == main_text(found["submission_102"]) == GOOD
    assert GOOD in main_text(found["submission_103"])
    assert "report.pdf in submission_104 is a PDF" in refusal(found["submission_104"])
    assert "the download does not hold it" in refusal(found["eve@example.edu"])


@both
def test_a_learner_in_two_submissions_goes_with_the_newest(tmp_path: Path, as_zip: bool) -> None:
    """Bob left Ada's group for one of his own; she keeps what they made together."""
    metadata = """
submission_1:
  :submitters:
  - {name: Ada, sid: a}
  - {name: Bob, sid: b}
  :created_at: 2026-09-05 12:00:00.000000000 Z
submission_2:
  :submitters:
  - {name: Bob, sid: b}
  :created_at: 2026-09-05 15:00:00.000000000 +02:00
"""
    files = {**folder("1"), "submission_2/value.py": "newer\n", "submission_metadata.yml": metadata}
    found = entries(tmp_path, files, as_zip=as_zip)
    assert (main_text(found["a"]), main_text(found["b"])) == (GOOD, "newer\n")
    assert found["a"].members == found["b"].members == ()
    assert found["b"].notes == (
        "Of submission_1 and submission_2, the newest counts: submission_2.",
    )


# --- the metadata itself ------------------------------------------------------------------


def test_an_alias_stands_for_its_text() -> None:
    """Ruby writes one where a text was used before, even in a part that is passed over."""
    text = """
submission_1:
  :history:
  - :name: &1 Ada
    :who: [&2 a@example.edu]
  :submitters:
  - :name: *1
    :email: *2
    :sid: *9
"""
    (person,) = handed_in(text.encode())["submission_1"].people
    assert (person.id, person.name) == ("a@example.edu", "Ada")


def test_nothing_in_the_metadata_is_run_or_expanded() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{last}, *{last}]\n"
        for last, name in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
    )
    text = f"{bomb}submission_1: !!python/object/apply:os.system ['false']\n"
    assert handed_in(text.encode())["submission_1"].people == ()
    assert own_metadata(b"!!python/object/apply:os.system ['false']").people == ()


@pytest.mark.parametrize("text", ["[" * 60_000, "{a: " * 15_000, "- " * 30_000, "? " * 30_000])
def test_hostile_metadata_of_a_folder_costs_no_time(text: str) -> None:
    start = time.process_time()
    with pytest.raises(MetadataError):
        own_metadata(text.encode())
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("written", "time_"),
    [
        ("2026-09-05 12:34:56.987654321 Z", "2026-09-05T12:34:56.987654+00:00"),
        ("2026-09-05T12:34:56-07:00", "2026-09-05T12:34:56-07:00"),
        ("2026-09-05 12:34:56 UTC", "2026-09-05T12:34:56"),
        ("2026-09-05 12:34:56", "2026-09-05T12:34:56"),
        ("2026-13-45 12:34:56 Z", None),
        ("yesterday", None),
        ("", None),
        ("[1]", None),
    ],
)
def test_times_become_iso_8601(written: str, time_: str | None) -> None:
    assert own_metadata(f":created_at: {written}\n".encode()).at == time_


def test_one_id_is_one_person_however_the_name_is_written(tmp_path: Path) -> None:
    """In other letters it is, under another name it is nobody's."""
    submission = (
        "submission_{}:\n  :submitters:\n  - :name: {}\n    :sid: '{}'\n"
        "  :created_at: 2026-09-0{} 12:34:56 Z\n"
    )
    files = folder("101", "102", "103", "104") | {
        "submission_metadata.yml": submission.format(101, "Ada Lovelace", 7, 1)
        + submission.format(102, "ADA  lovelace", 7, 2)
        + submission.format(103, "Bob Kahn", 8, 1)
        + submission.format(104, "Cy Twombly", 8, 2)
    }
    found = entries(tmp_path, files, as_zip=False)
    assert found["7"].submitted_at == "2026-09-02T12:34:56+00:00"
    assert "the names of several people: Bob Kahn, Cy Twombly" in refusal(found["8"])
