"""A learner's own words are shown as they were written, whatever language the reader has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.forked import forked
from tests.cli.running import ROOT, WALL_S, variables

HOLE = 'raise NotImplementedError("task mul: __mul__ is yours to write")'
OURS = (
    "no such file or folder: no output",
    "your code ended the process it ran in",
    "a very large integer. Check the path.",
)
"""Sentences of ours, and what looks like them, as a learner may write them."""
FAULTS = {
    "raised": "raise ValueError({words!r})",
    "exited": "raise SystemExit({words!r})",
    "named": "raise type({words!r}, (Exception,), {{}})({words!r})",
    "printed": "print({words!r}); return 1",
}


def german(*arguments: object, cwd: Path) -> str:
    """What the command line shows a German reader, on one line."""
    surroundings = variables(LANGUAGE="de", COLUMNS="200")
    done = forked([*map(str, arguments)], cwd, surroundings, WALL_S)
    return " ".join((done.out + done.err).split())


def written(folder: Path, statement: str) -> str:
    """A starter whose product ends so; the name of its file."""
    starter = (ROOT / "starter" / "value.py").read_text("utf-8")
    assert HOLE in starter
    (folder / "value.py").write_text(starter.replace(HOLE, statement), "utf-8")
    return "value.py"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_learners_own_words_are_not_translated(tmp_path, fault):
    words = OURS[0]
    file = written(tmp_path, FAULTS[fault].format(words=words))
    shown = german("grade", file, "--html", "page.html", "--json", "report.json", cwd=tmp_path)
    page = (tmp_path / "page.html").read_text("utf-8")
    again = german("report", "report.json", cwd=tmp_path)
    for text in (shown, page, again):
        assert words in text
        assert "keine Ausgabe" not in text
    assert "Prüfung" in shown


@pytest.mark.parametrize("words", OURS)
def test_what_a_learner_raises_while_being_imported_is_not_translated(tmp_path, words):
    (tmp_path / "value.py").write_text(f"raise ValueError({words!r})\n", "utf-8")
    shown = german("grade", "value.py", cwd=tmp_path)
    assert "value.py konnte nicht importiert werden" in shown
    assert f"ValueError: {words}" in shown
    assert "in Zeile 1" in shown or "Zeile 1:" in shown
