"""Every verb's help, each of its options given wrongly once, and paths that are not there.

What is said is in a golden file a verb, to be read as a person would. It holds words of click's:
they are compared where the click is the one of `.ci/constraints.txt`, the rest of it everywhere.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from grader.cli import registry
from grader.cli.verbs import VERBS, WELCOME
from grader.text.catalogue import load
from tests.cli.inside import inside
from tests.cli.running import ROOT, Done

GOLDEN = Path(__file__).parent / "golden"
CLICK = f"click=={importlib.metadata.version('click')}"
LINES = 4

RIGHT = {
    "grade": "value.py",
    "batch": "class --out out",
    "merge": "class --out out",
    "check": "value.py",
    "show": "add",
    "hint": "add",
    "draw": "a a=1",
    "report": "value.py",
    "new": "new",
    "new-secret": "secret",
    "handout": "out.zip",
    "package": "gradescope out.zip",
    "schema": "report",
    "serve": "--stdio",
}
"""What a verb has to be given beside the option that is wrong."""

WRONG = {
    "--audience": "everybody",
    "--exercise": "nowhere",
    "--expect-exercise": "0123",
    "--export": "nothing=out.txt",
    "--fail-under": "101",
    "--format": "nothing",
    "--http": "x",
    "--html": "nowhere/page.html",
    "--id-pattern": "(",
    "--image": "grader",
    "--isolation": "much",
    "--jobs": "0",
    "--json": "nowhere/report.json",
    "--keep": "-1",
    "--mutants": "-1",
    "--on-resubmit": "never",
    "--overrides": "nowhere.csv",
    "--policy": "nowhere.yaml",
    "--queue": "0",
    "--store": "jobs.sqlite",
    "--token-file": "tokens.toml",
    "--repeat": "many",
    "--reset": "nothing",
    "--roster": "nowhere.csv",
    "--secret-file": "nowhere",
    "--seed": "-1",
    "--shard": "5/3",
    "--sign": "nowhere.pem",
    "--submission": "nowhere.py",
    "--svg": "nowhere/graph.svg",
    "--template": "nothing",
    "--task": "nothing",
    "--timeout": "0",
    "--times": "nowhere.csv",
}
"""What no verb takes; any other option is given without its value, and a flag with one."""

MISSING = {
    "grade": ["nowhere.py", "valu.py"],
    "batch": ["nowhere --out out"],
    "merge": ["nowhere", "class"],
    "check": ["nowhere.py"],
    "init": ["--reset add nowhere"],
    "report": ["nowhere.json"],
    "new-secret": ["nowhere/secret"],
    "handout": ["nowhere/out.zip", "out.tar"],
    "package": ["gradescope nowhere/out.zip", "nothing out.zip"],
    "draw": ["a", "'a"],
    "show": ["nothing"],
    "hint": ["nothing"],
    "schema": ["nothing"],
}
"""Arguments that name what is not there."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a submission, and a class of one."""
    folder = tmp_path_factory.mktemp("desk")
    source = (ROOT / "reference/value.py").read_text("utf-8")
    (folder / "class/ann").mkdir(parents=True)
    for place in ("value.py", "class/ann/value.py"):
        (folder / place).write_text(source, "utf-8")
    return folder


def wrong_commands(verb: str) -> Iterator[str]:
    """The commands of a verb that cannot be carried out."""
    right = RIGHT.get(verb, "")
    for option in registry()[verb].params:
        if not isinstance(option, click.Option) or option.is_eager:
            continue
        name = option.opts[-1]
        if option.is_flag:
            words = f"{name}=x"
        else:
            words = f"{name} {WRONG[name]}" if name in WRONG else name
        yield " ".join(filter(None, (verb, right, words)))
    yield " ".join(filter(None, (verb, right, "--nothing")))
    yield from (f"{verb} {words}" for words in MISSING.get(verb, []))


def told(command: str, done: Done) -> str:
    """A command and what it said, for a golden file; the exercise's digest may change."""
    said = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", done.out + done.err)
    return f"$ grader {command}\n{said}[{done.code}]\n"


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_helps_and_says_what_was_wrong(verb: str, desk: Path, accept_golden: bool) -> None:
    """Help has an example and fits; a wrong command ends with 2, first words `grader:`."""
    before = sorted(desk.rglob("*"))
    helped = inside(verb, "-h", cwd=desk)
    assert (helped.code, helped.err) == (0, "")
    assert helped == inside(verb, "--help", cwd=desk)
    assert f"Example: grader {verb}" in helped.out or "| grader serve" in helped.out
    assert max(map(len, helped.out.splitlines())) <= 80
    page = [told(f"{verb} -h", helped)]
    for command in wrong_commands(verb):
        done = inside(*command.split(), cwd=desk)
        assert done.err.startswith("grader: "), command
        assert (done.code, done.out) == (3 if "--expect" in command else 2, ""), command
        assert len(done.err.splitlines()) <= LINES, command
        page.append(told(command, done))
    assert sorted(desk.rglob("*")) == before
    golden = GOLDEN / f"{verb}.txt"
    text = "\n".join(page)
    if accept_golden:
        golden.write_text(text, "utf-8")
    if CLICK in (ROOT / ".ci/constraints.txt").read_text("utf-8").split():
        assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "de"])
def test_grader_alone_names_every_verb_on_one_screen(language: str) -> None:
    """No line is broken on 80 columns, and none is left out."""
    if language == "en":
        done = inside()
        assert (done.code, done.err) == (0, "")
        text = done.out
    else:
        found = load([language], "")
        assert found is not None
        text = found.text(WELCOME)
    assert set(VERBS) <= set(re.findall(r"[a-z-]+", text))
    assert len(text.splitlines()) < 24
    assert max(map(len, text.splitlines())) < 80
