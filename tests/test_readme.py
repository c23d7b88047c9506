"""Every command that README and docs print is carried out, and what they show is what comes.

A block of commands runs line by line in a folder of its own, with the grader on the path. Commands
may end with 0 or 1 (failures found); anything else is a defect.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli import submissions
from tests.cli.fresh import copy_of_tree, need_package_index, package_variables
from tests.cli.running import ROOT, WALL_S, grader, variables

README = ROOT / "README.md"
# these have tests of their own, which carry out their commands where they make sense: in a class
# that was downloaded, on shards, in a folder that the page itself makes
ELSEWHERE = {"howto-class.md", "tutorial-exercise.md"}
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SCORECARD = re.compile(r"(<!-- scorecard: .*? -->\n```text\n)(.*?)(```\n)", re.DOTALL)
SETUP_WALL_S = 1800


class Block(NamedTuple):
    """Commands that a document prints together."""

    document: str
    number: int
    commands: list[str]


def blocks(path: Path) -> Iterator[Block]:
    """Every block of commands: fenced as sh, or as console, where `$ ` leads them."""
    for number, found in enumerate(FENCE.finditer(path.read_text("utf-8")), start=1):
        language, lines = found[1], found[2].splitlines()
        if language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        elif language != "sh":
            continue
        # what changes the machine is for people to decide
        runnable = [line for line in lines if line.strip() and not line.startswith("sudo ")]
        yield Block(path.name, number, runnable)


SET_UP_AND_GRADE, SET_UP_AND_TEST, *IN_README = blocks(README)
PAGES = [path for path in DOCUMENTS[1:] if path.name not in ELSEWHERE]
BLOCKS = [*IN_README, *(block for path in PAGES for block in blocks(path))]


def furnish(folder: Path) -> None:
    """What the documents take for granted: a submission, a class as a folder and zipped, its
    roster."""
    submissions.write(folder, submissions.wrong_mul())
    for learner in ("one", "two"):
        (folder / "class" / learner).mkdir(parents=True)
        submissions.write(folder / "class" / learner, submissions.wrong_mul())
    shutil.make_archive(str(folder / "submissions"), "zip", folder / "class")
    (folder / "roster.csv").write_text("id,name\none,First\ntwo,Second\n")


def by_itself(block: Block) -> bool:
    """Whether its commands are the grader's alone, without a shell's syntax."""
    return all(re.fullmatch(r"(cd|grader) [^$<>|&;#]*", line) for line in block.commands)


def carry_out(commands: list[str], folder: Path) -> None:
    """Commands of the grader, without a start each."""
    for line in commands:
        name, *words = shlex.split(line)
        if name == "cd":
            folder = folder / words[0]
        else:
            done = grader(*words, cwd=folder)
            assert done.code <= 1, (line, done)


def in_a_shell(commands: list[str], folder: Path) -> None:
    """With what platforms provide: descriptor 3, and GITHUB_OUTPUT."""
    script = "exec 3>/dev/null\n" + "".join(
        f"{command}\ncode=$?\n[ $code -le 1 ] || exit $code\n" for command in commands
    )
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=variables(PATH=path, GITHUB_OUTPUT=str(folder / "output")),
        capture_output=True,
        timeout=WALL_S,
        check=False,
    )
    assert done.returncode == 0, (commands, done.stdout.decode(), done.stderr.decode())
    assert b"Traceback" not in done.stdout + done.stderr


def marked(block: Block) -> Any:
    """The block by its place; one that packs for every platform, each with tests of its own, is
    slow."""
    is_slow = sum(command.startswith("grader package") for command in block.commands) > 1
    marks = [pytest.mark.slow] if is_slow else []
    return pytest.param(block, id=f"{block.document}:{block.number}", marks=marks)


@pytest.mark.parametrize("block", [marked(block) for block in BLOCKS])
def test_the_commands_work_as_printed(block: Block, tmp_path: Path) -> None:
    """One after the other."""
    if any("--sign" in command for command in block.commands):
        for package in ("cryptography", "rfc8785"):
            pytest.importorskip(package)
    furnish(tmp_path)
    (carry_out if by_itself(block) else in_a_shell)(block.commands, tmp_path)


def test_set_up_takes_one_line_each() -> None:
    """The two commands a newcomer copies: each is one line, and one of them shows a failure."""
    (grade,), (test,) = SET_UP_AND_GRADE.commands, SET_UP_AND_TEST.commands
    for line in (grade, test):
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert grade.endswith(".venv/bin/grader grade tests/examples/overwriting_mul.py")
    assert test.endswith(".venv/bin/python -m pytest")


def set_up(line: str, folder: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Carries out a set-up line in a fresh clone."""
    path = os.pathsep.join(("/usr/bin", "/bin"))
    if not Path("/usr/bin/python3").exists() or not _new_enough("/usr/bin/python3"):
        path = os.environ["PATH"]
    return subprocess.run(
        ["sh", "-c", line],
        cwd=copy_of_tree(folder),
        env=package_variables(**more) | {"PATH": path},
        capture_output=True,
        timeout=SETUP_WALL_S,
        check=False,
    )


def _new_enough(python: str) -> bool:
    code = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.slow
def test_the_first_line_sets_up_and_grades(tmp_path: Path) -> None:
    """In a copy of the tree and a new environment, with nothing installed before."""
    need_package_index(tmp_path)
    done = set_up(*SET_UP_AND_GRADE.commands, tmp_path / "clone", COLUMNS="80")
    assert done.returncode == 0, (done.stdout.decode(), done.stderr.decode())
    assert masked(done.stdout.decode()) == masked(printed_scorecard())


@pytest.mark.slow
def test_the_second_line_sets_up_and_runs_the_tests(tmp_path: Path) -> None:
    """As the line stands; here pytest is asked for the battery alone, or it would come here."""
    need_package_index(tmp_path)
    done = set_up(*SET_UP_AND_TEST.commands, tmp_path / "clone", PYTEST_ADDOPTS="tests/battery")
    said = done.stdout.decode()
    assert done.returncode == 0, (said, done.stderr.decode())
    assert re.search(r"=+ \d+ passed in [\d.]+s", said.splitlines()[-1])


def printed_scorecard() -> str:
    """The scorecard in README."""
    found = SCORECARD.search(README.read_text("utf-8"))
    assert found is not None
    return found[2]


def masked(card: str) -> str:
    """A scorecard without what differs from machine to machine and from run to run."""
    lines = [line.rstrip() for line in card.strip().splitlines()]
    kept = [line for line in lines if not line.startswith((" NOT ISOLATED", "isolation "))]
    return re.sub(r"\d+\.\d+ s$", "0.00 s", "\n".join(kept), flags=re.MULTILINE).strip()


def test_the_printed_scorecard_is_the_real_one(accept_golden: bool) -> None:
    """Line by line, apart from seconds, seed and the machine's isolation."""
    done = grader("grade", submissions.OVERWRITING, COLUMNS="80")
    assert done.code == 0
    if accept_golden:
        card = "\n".join(line.rstrip() for line in done.out.strip("\n").splitlines()) + "\n"
        text = README.read_text("utf-8")
        README.write_text(SCORECARD.sub(lambda found: found[1] + card + found[3], text), "utf-8")
    assert masked(printed_scorecard()) == masked(done.out)


def links(path: Path) -> Iterator[str]:
    """The files that a document links to."""
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text("utf-8")):
        if "://" not in target:
            yield target


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=lambda p: p.name
)
def test_links_lead_somewhere(path: Path) -> None:
    """No file is named that is not there."""
    assert [name for name in links(path) if not (path.parent / name).exists()] == []
