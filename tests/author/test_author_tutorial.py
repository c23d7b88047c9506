"""The tutorial does what it says: its files are written and its commands run, top to bottom."""

import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from grader.author.handout import find_hole
from grader.author.new import write_exercise
from grader.exercise.load import load

PAGE = Path(__file__).parents[2] / "docs" / "tutorial-exercise.md"
BLOCK = re.compile(
    r"(?P<before>[^`\n][^\n]*(?:\n[^\n]+)*\n)?\n?```(?P<kind>\w+)\n(?P<text>.*?)```\n", re.S
)


def blocks(page):
    """(paragraph before, kind, text) of every code block."""
    for found in BLOCK.finditer(page):
        yield " ".join((found["before"] or "").split()), found["kind"], found["text"]


def place(paragraph, folder, text):
    """Puts a code block where the paragraph before it says."""
    if at := re.search(r"before the line `([^`]+)` of `([^`]+)`:$", paragraph):
        path = folder / at[2]
        before, line, after = path.read_text("utf-8").partition(at[1])
        assert line, f"{at[2]} has no line {at[1]}"
        path.write_text(before + text + line + after, "utf-8")
    elif at := re.search(r"the end of `([^`]+)`:$", paragraph):
        paths = list(folder.glob(at[1]))
        assert paths
        for path in paths:
            path.write_text(path.read_text("utf-8") + text, "utf-8")
    elif at := re.search(r"a new file `([^`]+)`", paragraph):
        (folder / at[1]).write_text(text, "utf-8")
    else:
        pytest.fail(f"where does this block go? {paragraph}")


def commands(text):
    """(command, lines it should print) of a console block."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, *expected = part.splitlines()
        yield command, [" ".join(line.split()) for line in expected]


def holds(said, expected):
    """Whether the expected lines stand in `said` in this order; `...` stands for any lines."""
    lines = iter(" ".join(line.split()) for line in said.splitlines())
    wanted = [line.removesuffix(" ...") for line in expected if line not in ("...", "")]
    return [one for one in wanted if not any(line.startswith(one) for line in lines)]


def test_what_is_shown_can_be_pasted_as_it_is(tmp_path):
    """A method lands in the class at the end of its file, and every file can be read."""
    write_exercise(tmp_path)
    for paragraph, kind, text in blocks(PAGE.read_text("utf-8")):
        if kind != "console":
            place(paragraph, tmp_path, text)
    files = [tmp_path / part / "stack.py" for part in ("starter", "reference")]
    for path in (*files, *tmp_path.glob("reference/correct/*.py")):
        assert find_hole(path, "Stack.swap") is not None, path
    assert load(tmp_path).tasks[-1].hole == "Stack.swap"


@pytest.mark.slow
def test_the_tutorial_can_be_followed(tmp_path):
    """Every command prints what the page shows, and none of those that should work fails."""
    (tmp_path / "bin").mkdir()
    grader = tmp_path / "bin" / "grader"
    grader.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m grader "$@"\n')
    grader.chmod(grader.stat().st_mode | stat.S_IXUSR)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(PAGE.parents[1]),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    environment.pop("AUTOGRAD_GRADER_EXERCISE", None)
    folder, done = tmp_path, 0
    for paragraph, kind, text in blocks(PAGE.read_text("utf-8")):
        if kind != "console":
            place(paragraph, folder, text)
            continue
        for command, expected in commands(text):
            said = subprocess.run(
                ["bash", "-c", f"exec 2>&1\n{command}"],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert said.returncode == 0, f"{command}\n{said.stdout}"
            missing = holds(said.stdout, expected)
            assert not missing, f"{command}\nmissing: {missing}\n{said.stdout}"
            done += 1
            if command.startswith("cd "):
                folder = folder / command.removeprefix("cd ")
            if command.startswith("export "):
                environment["AUTOGRAD_GRADER_EXERCISE"] = str(folder)
    assert done >= 12
    assert sorted(path.name for path in (folder / "tests/battery").glob("test_*.py")) == [
        "test_peek.py",
        "test_pop.py",
        "test_push.py",
        "test_size.py",
        "test_swap.py",
    ]
