"""What a learner does works on every system, in every encoding that a system's output has."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
import tty
from pathlib import Path

import pytest

from tests.cli.running import ROOT
from tests.cli.submissions import REFERENCE, write, wrong_mul
from tests.portability.kit import SYSTEMS, command, elsewhere

pytestmark = pytest.mark.slow

LEARNERS = (
    ("tasks",),
    *(("show", task) for task in ("add", "mul", "relu", "neuron")),
    ("hint", "mul"),
    ("hint", "--all", "neuron"),
    ("check",),
    ("check", "--task", "mul", "--log-json"),
    ("draw", "relu(a*b + a)", "a=2", "b=-3"),
    ("draw", "a*b", "a=2", "b=3", "--submission", "value.py", "--svg", "picture.svg"),
    ("grade", "value.py", "--html", "page.html", "--json", "report.json"),
    ("grade", ".", "--export", "junit=junit.xml"),
    ("report", "report.json"),
    ("doctor",),
    ("--help",),
    (),
)
"""What a learner types."""
GRADING = [words for words in LEARNERS if words[:1] in (("grade",), ("report",))]
OUTPUTS = {
    "cp437": ("win32", LEARNERS),
    "cp1252": ("win32", [words for words in LEARNERS if words not in GRADING]),
    "utf-8": ("darwin", GRADING),
}
"""Where output goes to a file: Windows' old code page, which lacks most; its newer one, for what
is not a scorecard again; and macOS, for what `test_a_learners_first_hour` does not type."""


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_learners_first_hour(system: str, tmp_path: Path) -> None:
    assert elsewhere(system, "init", "my work", cwd=tmp_path).code == 0
    folder = tmp_path / "my work"
    assert (folder / "value.py").read_bytes() == (ROOT / "starter/value.py").read_bytes()
    assert "already there" in elsewhere(system, "init", "my work", cwd=tmp_path).err
    first = elsewhere(system, "check", cwd=folder)
    assert first.code == 1
    assert "not written yet" in first.out
    write(folder, wrong_mul())
    assert elsewhere(system, "draw", "a*a", "a=3", "--submission", "value.py", cwd=folder).code == 1
    second = elsewhere(system, "check", cwd=folder)
    assert "replaces the gradient instead of adding to it" in second.out
    assert "now pass" in second.out
    write(folder, REFERENCE)
    third = elsewhere(system, "check", cwd=folder)
    assert third.code == 0
    assert "Full marks" in third.out
    assert "is done" in elsewhere(system, "hint", "mul", cwd=folder).out
    assert json.loads((folder / ".grader-progress.json").read_bytes())["attempts"] == 3


@pytest.mark.parametrize("encoding", OUTPUTS)
def test_no_verb_fails_for_a_sign_that_the_output_lacks(encoding: str, tmp_path: Path) -> None:
    system, lines = OUTPUTS[encoding]
    write(tmp_path, wrong_mul())
    for words in lines:
        done = elsewhere(system, *words, cwd=tmp_path, PYTHONIOENCODING=encoding)
        assert done.code in (0, 1), (words, done)
        assert "\\u" not in done.out + done.err, words


def test_a_formula_in_a_code_page_can_still_be_read(tmp_path: Path) -> None:
    done = elsewhere("win32", "show", "mul", cwd=tmp_path, PYTHONIOENCODING="cp1252")
    assert "dy/da = b and dy/db = a" in done.out


@pytest.mark.parametrize("system", SYSTEMS)
def test_reports_name_files_with_slashes_and_write_lines_as_they_are(
    system: str, tmp_path: Path
) -> None:
    folder = tmp_path / "handed in"
    (folder / "parts").mkdir(parents=True)
    write(folder, REFERENCE + "\nimport parts.more\n")
    (folder / "parts" / "more.py").write_bytes(b"x = 1\r\n")
    done = elsewhere(system, "grade", folder, "--json", "report.json", cwd=tmp_path)
    assert done.code == 0, done
    data = (tmp_path / "report.json").read_bytes()
    assert [file["path"] for file in json.loads(data)["submission"]["files"]] == [
        "parts/more.py",
        "value.py",
    ]
    assert b"\r" not in data


def test_a_class_is_refused_on_windows_in_one_line(tmp_path: Path) -> None:
    write(tmp_path, REFERENCE)
    done = elsewhere(
        "win32", "batch", tmp_path, "--out", tmp_path / "o", "--isolation", "none", cwd=tmp_path
    )
    assert done.code == 5
    assert done.err.startswith("grader: `grader batch` works on Linux and macOS only\n")
    assert "WSL" in done.err


def test_a_class_is_graded_on_macos_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "class" / "ada").mkdir(parents=True)
    write(tmp_path / "class" / "ada", REFERENCE)
    done = elsewhere("darwin", "batch", "class", "--out", "o", "--isolation", "none", cwd=tmp_path)
    assert done.code == 0, done
    assert "mean 10.0" in done.out + done.err


class Terminal:
    """A raw pseudo-terminal with the command in it: on Windows the keyboard is never cooked."""

    def __init__(self, system: str, folder: Path, **more: str) -> None:
        self.leader, follower = pty.openpty()
        if system == "win32":
            tty.setraw(follower)
        self.process = subprocess.Popen(
            [*command(system), "check", "--watch"],
            cwd=folder,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "40", **more},
            start_new_session=True,
        )
        os.close(follower)
        self.seen = self.all = ""

    def wait_for(self, words: str) -> None:
        """Reads until the words have been on the screen."""
        ends = time.monotonic() + 60
        while words not in self.seen:
            left = ends - time.monotonic()
            assert left > 0, self.seen[-2000:]
            if select.select([self.leader], [], [], left)[0]:
                said = os.read(self.leader, 65536).decode("utf-8", "replace")
                self.seen += said
                self.all += said
        self.seen = ""

    def press(self, key: str) -> None:
        """As somebody at the keyboard."""
        os.write(self.leader, key.encode("latin-1"))

    def close(self) -> None:
        """Whatever happened."""
        self.process.kill()
        self.process.wait()
        os.close(self.leader)


@pytest.mark.parametrize("system", SYSTEMS)
def test_watching_answers_saves_and_keys(system: str, tmp_path: Path) -> None:
    file = write(tmp_path, wrong_mul())
    terminal = Terminal(system, tmp_path)
    try:
        terminal.wait_for("replaces the gradient")
        if system == "win32":
            terminal.press("\xe0H")  # the arrow up
        terminal.press("h")
        terminal.wait_for("hint 1 of 3")
        assert "hint 2 of 3" not in terminal.all
        file.write_text(REFERENCE, "utf-8")
        terminal.wait_for("Full marks")
        assert "hint 2 of 3" not in terminal.all
        terminal.press("q")
        terminal.wait_for("Full marks")
        assert terminal.process.wait(timeout=30) == 0
    finally:
        terminal.close()


def test_a_console_that_draws_nothing_gets_lines(tmp_path: Path) -> None:
    write(tmp_path, wrong_mul())
    terminal = Terminal("win32", tmp_path, OLD_CONSOLE="1")
    try:
        terminal.wait_for("attempt 1: 7.9")
        assert "\x1b[?1049h" not in terminal.all
    finally:
        terminal.close()
