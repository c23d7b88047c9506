"""Ids and file names in any script: never lost, never shared, never dangerous."""

from __future__ import annotations

import ntpath
import sys
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.course.downloads import file_name_of, learner_id
from tests.course.downloads.kit import GOOD, both, entries, main_text, posix

ANY = st.text(min_size=1, max_size=300)
ODD = st.text(st.sampled_from("aAzZ09._-~#@+ éÉßİı\u0301\u202e\u200d\x00/\\:con"), min_size=1)


@given(ANY | ODD)
@example("ada")
@example("\ud800")
def test_an_id_can_be_shown_and_is_stable(name: str) -> None:
    found = learner_id(name)
    assert found
    assert len(found) <= 200
    assert learner_id(found) == found
    assert all(ch.isprintable() or ch in "\u200c\u200d" for ch in found)
    assert learner_id(unicodedata.normalize("NFD", name)) == learner_id(
        unicodedata.normalize("NFC", name)
    )


@given(ANY | ODD, ANY | ODD)
@example("Ada", "ada")
@example("ada", "ada~1")
@example("STRASSE", "straße")
@example("a" * 199 + "é", "a" * 199 + "è")
@example("x" * 500, "x" * 501)
def test_two_ids_never_share_a_file(one: str, other: str) -> None:
    """Nor on a disk that ignores case or stores accents its own way."""
    first, second = learner_id(one), learner_id(other)
    same = unicodedata.normalize("NFD", file_name_of(first)).casefold() == (
        unicodedata.normalize("NFD", file_name_of(second)).casefold()
    )
    assert same == (first == second)


@given(ANY | ODD)
@example("con")
@example("AUX.x")
@example("..")
@example("-rf")
def test_a_file_name_is_safe_everywhere(name: str) -> None:
    found = file_name_of(learner_id(name))
    assert found.isascii()
    assert found.isprintable()
    assert 0 < len(found) <= 130
    assert not set(found) & set('<>:"/\\|?* \0')
    assert found[0] not in ".-"
    assert not found.endswith((".", " "))
    assert not reserved(found)
    assert not reserved(f"{found}.json")


def reserved(name: str) -> bool:
    """Whether Windows keeps the name for a device."""
    if sys.version_info >= (3, 13):
        return ntpath.isreserved(name)
    return PureWindowsPath(name).is_reserved()


@pytest.mark.parametrize(
    ("learner", "file"),
    [
        ("ada", "ada"),
        ("s1234567", "s1234567"),
        ("ada.lovelace+1@example.edu", "ada.lovelace+1@example.edu"),
        ("S123", "S123~1"),
        ("AdaL", "AdaL~9"),
    ],
)
def test_ordinary_ids_stay_readable(learner: str, file: str) -> None:
    assert file_name_of(learner) == file


@both
@pytest.mark.parametrize("kind", ["{}.py", "{}/value.py"])
def test_names_in_any_script(tmp_path: Path, as_zip: bool, kind: str) -> None:
    names = [
        "Ada Lovelace",
        unicodedata.normalize("NFD", "Zoë Ångström"),
        "李小龙",
        "محمد علي",
        "נועה כהן",
        "Ελένη",
        "👩‍🚀 Mae",
        "می‌خواهم",
        "x" * 60 + " y" * 60,
        "-rf",
        "=cmd",
        "$(id)",
    ]
    files = {kind.format(name): GOOD for name in names}
    found = entries(tmp_path, files, as_zip=as_zip)
    assert set(found) == {unicodedata.normalize("NFC", name) for name in names}
    assert all(main_text(entry) == GOOD for entry in found.values())
    assert len({file_name_of(learner) for learner in found}) == len(names)


@posix
def test_names_that_act_on_a_terminal_are_cleaned_and_kept_apart(tmp_path: Path) -> None:
    names = ["a\x1b[2J", "a\x07[2J", "ev\u202eil", "n\u200dormal", "broken\udcff"]
    files = {f"{name}.py": GOOD for name in names}
    found = entries(tmp_path, files, as_zip=False)
    assert len(found) == len(names)
    assert all(learner.isprintable() and "#" in learner for learner in found)
    assert all(main_text(entry) == GOOD for entry in found.values())


def test_a_zip_that_does_not_say_utf8_is_read_as_utf8(tmp_path: Path) -> None:
    """Many tools leave the mark out; read as the standard has it, every accent is gibberish."""
    files = {"Zoë.py": GOOD, "李.py": GOOD}
    found = entries(tmp_path, files, as_zip=True)
    path = tmp_path / "class.zip"
    data = bytearray(path.read_bytes())
    for start, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        at = data.find(start)
        while at >= 0:
            data[at + offset] &= ~0x08
            at = data.find(start, at + 1)
    path.write_bytes(bytes(data))
    from grader.course.downloads import discover

    assert [entry.learner_id for entry in discover(path, "value.py")] == list(found)
