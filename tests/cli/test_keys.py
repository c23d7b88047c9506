"""What a terminal sent as keys, and what became of the file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from grader.cli.attempts import Attempt
from grader.cli.keys import REPLACE_S, SETTLE_S, Look, Saves, names_of
from grader.cli.watch import Watch
from grader.exercise.load import load
from grader.model.errors import GraderError
from tests.render.building import report, task


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
    assert waited == [REPLACE_S]


def write(file: Path, data: bytes, after_s: float) -> None:
    """Writes a file at a moment of its own."""
    file.write_bytes(data)
    began = 1_700_000_000_000_000_000
    os.utime(file, ns=(began, began + int(after_s * 1e9)))


def test_a_save_is_whole_unless_it_goes_on_as_it_is_seen(tmp_path: Path) -> None:
    """What is written later, or in the place of what was there, is another save."""
    file = tmp_path / "value.py"
    saves = Saves(file)
    write(file, b"half of it", 0)
    assert saves.look() is Look.SAVED
    write(file, b"half of it, and the other half", SETTLE_S / 2)
    assert not saves.is_whole()
    assert saves.look() is Look.SAVED
    assert saves.is_whole()
    write(file, b"written anew", 3 * SETTLE_S)
    assert saves.is_whole()
    file.unlink()
    assert saves.is_whole()


def test_nothing_is_said_of_half_a_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a verdict nor a refusal; and of the whole of it, once."""
    file = tmp_path / "value.py"
    write(file, b"\xff", 0)
    seen: list[str] = []
    rest = [b"\xff, refused as well", b"x = 1\n", b"x = 1\ny = 2\n", b""]

    class Recorder:
        def waits(self) -> str:
            return "" if rest else "quit"

        def checks(self) -> None:
            pass

        def shows(self, attempt: Attempt) -> None:
            seen.append(f"attempt {attempt.number}")

        def refuses(self, error: GraderError) -> None:
            seen.append("refused")

        def misses(self) -> None:
            seen.append("gone")

    def goes_on(_: float) -> None:
        """The other half is written while the first one is judged."""
        if rest[0]:
            write(file, rest[0], SETTLE_S / 8 * (4 - len(rest)))
        del rest[0]

    def judge(_: object, submissions: Any, emit: Any, __: object) -> None:
        for submission in submissions:
            emit(submission, report([task("add")]))

    monkeypatch.setattr("time.sleep", goes_on)
    monkeypatch.setattr("grader.grading.pipeline.grade_each", judge)
    Watch(load(), file, None).run(Recorder())
    assert seen == ["attempt 1"]


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
