"""What a terminal sent as keys, and what became of the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.cli.keys import Look, Saves, names_of


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("q", ["q"]),
        ("H", ["h"]),
        ("?", ["?"]),
        (" ", ["page down"]),
        ("\x1b[A", ["up"]),
        ("\x1bOB", ["down"]),
        ("\x1b[5~\x1b[6~", ["page up", "page down"]),
        ("\x1b[H", ["home"]),
        ("\x1b[4~", ["end"]),
        ("\x1b[B\x1b[Bq", ["down", "down", "q"]),
        ("\x1b", []),
        ("\x1b[200~", []),
        ("\x1b[1;5C", []),
    ],
)
def test_keys_have_names(sent: str, keys: list[str]) -> None:
    assert names_of(sent) == keys


def test_each_change_of_the_file_is_noticed_once(tmp_path: Path) -> None:
    file = tmp_path / "value.py"
    saves = Saves(file)
    assert saves.look() is Look.SAME
    file.write_text("one")
    assert [saves.look(), saves.look()] == [Look.SAVED, Look.SAME]
    (tmp_path / "other").write_text("two, longer")
    os.replace(tmp_path / "other", file)
    assert [saves.look(), saves.look()] == [Look.SAVED, Look.SAME]


def test_an_empty_file_is_given_time_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Editors empty a file before they write it, and nothing is learned from an empty one."""
    file = tmp_path / "value.py"
    saves = Saves(file)
    waited: list[float] = []

    def write_meanwhile(seconds: float) -> None:
        waited.append(seconds)
        if not file.stat().st_size:
            file.write_text("one")

    file.write_text("")
    monkeypatch.setattr("time.sleep", write_meanwhile)
    assert [saves.look(), saves.look()] == [Look.SAME, Look.SAVED]
    assert waited[0] > waited[1]


def test_a_file_that_is_gone_is_noticed_and_so_is_its_return(tmp_path: Path) -> None:
    """It comes back with the very same stamp: nobody wrote to it."""
    file = tmp_path / "value.py"
    file.write_text("one")
    saves = Saves(file)
    assert saves.look() is Look.SAVED
    file.rename(tmp_path / "away")
    assert [saves.look(), saves.look()] == [Look.GONE, Look.SAME]
    assert not saves.is_there
    (tmp_path / "away").rename(file)
    assert [saves.look(), saves.look()] == [Look.SAVED, Look.SAME]


def test_of_several_files_each_save_is_noticed(tmp_path: Path) -> None:
    """They are gone when the first of them is."""
    first, second = tmp_path / "value.py", tmp_path / "helpers.py"
    saves = Saves(first, second)
    first.write_text("one")
    assert [saves.look(), saves.look()] == [Look.SAVED, Look.SAME]
    second.write_text("two")
    assert [saves.look(), saves.look()] == [Look.SAVED, Look.SAME]
    second.unlink()
    assert [saves.look(), saves.is_there] == [Look.SAVED, True]
    first.unlink()
    assert [saves.look(), saves.is_there] == [Look.GONE, False]
