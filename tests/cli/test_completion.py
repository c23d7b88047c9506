"""Shell completion from the outside: the script for each shell, and what it is told."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from grader import export
from grader.cli import cli
from tests.cli.running import ROOT, grader

REFERENCE = (ROOT / "docs/reference.md").read_text("utf-8")
FIRST_BASH = (4, 4)
FORMATS_WITH_C = {f"{name}=" for name in export.names() if name.startswith("c")}


def need_bash() -> None:
    """Skips where no bash is new enough for completion."""
    bash = shutil.which("bash")
    if bash is not None:
        script = "echo ${BASH_VERSINFO[0]} ${BASH_VERSINFO[1]}"
        done = subprocess.run([bash, "-c", script], capture_output=True, text=True, check=True)
        if tuple(map(int, done.stdout.split())) >= FIRST_BASH:
            return
    pytest.skip("needs bash 4.4 or newer")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    """The documented variable prints a script that asks `grader` again."""
    if shell == "bash":
        need_bash()
    assert f"_GRADER_COMPLETE={shell}_source grader" in REFERENCE
    done = grader(_GRADER_COMPLETE=f"{shell}_source")
    assert (done.code, done.err) == (0, "")
    assert f"_GRADER_COMPLETE={shell}_complete" in done.out
    assert "_grader_completion" in done.out


def test_bash_takes_the_documented_line() -> None:
    """The script is one that bash can evaluate, and it completes the word `grader`."""
    need_bash()
    script = grader(_GRADER_COMPLETE="bash_source").out + "\ncomplete -p grader\n"
    done = subprocess.run(["bash", "--norc"], input=script, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"-F _grader_completion grader$", done.stdout.strip())


def test_a_shell_asks_grader_itself() -> None:
    """As bash does, with the words so far in variables."""
    done = grader(_GRADER_COMPLETE="bash_complete", COMP_WORDS="grader ch", COMP_CWORD="1")
    assert (done.code, done.out, done.err) == (0, "plain,check\n", "")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("batch --log", {"--log-json"}),
        ("zz", set()),
        ("grade value.py --isolation s", {"strict"}),
        ("show ", {"add", "mul", "relu", "neuron"}),
        ("hint r", {"relu"}),
        ("init --reset m", {"mul"}),
        ("grade value.py --task n", {"neuron"}),
        ("show --exercise nowhere ", set()),
        ("grade value.py --export git", {"github-classroom="}),
        ("report report.json --export c", FORMATS_WITH_C),
        ("batch class --format m", {"moodle"}),
        ("batch class --only ", {"ann", "bob"}),
        ("batch class --only ann --only b", {"bob"}),
        ("batch nowhere --only b", set()),
        ("batch --only b", set()),
    ],
)
def test_what_is_offered(
    words: str, wanted: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verbs, options, choices, tasks, formats and learners; nothing where a word is wrong."""
    for name in ("ann", "bob"):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "value.py").touch()
    monkeypatch.chdir(tmp_path)
    *before, begun = words.split(" ")
    asked = ShellComplete(cli, {}, "grader", "_GRADER_COMPLETE")
    assert {item.value for item in asked.get_completions(before, begun)} == wanted
