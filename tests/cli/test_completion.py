"""Shell completion from the outside: the script for each shell, and what it is told."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.cli.running import ROOT, grader

REFERENCE = (ROOT / "docs/reference.md").read_text("utf-8")
FIRST_BASH = (4, 4)


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


@pytest.mark.parametrize(
    ("words", "number", "wanted"),
    [
        ("grader ch", 1, {"plain,check"}),
        ("grader batch --log", 2, {"plain,--log-json"}),
        ("grader grade value.py --isolation s", 4, {"plain,strict"}),
        ("grader zz", 1, set()),
    ],
)
def test_what_is_offered(words: str, number: int, wanted: set[str]) -> None:
    """Verbs, options and choices, as bash asks for them."""
    done = grader(_GRADER_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(number))
    assert (done.code, done.err) == (0, "")
    assert set(done.out.split()) == wanted
