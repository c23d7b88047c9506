"""Nothing is left out: in a language of brackets, every word of ours stands in brackets.

The real command line is run as its users run it. What may stand outside is the exercise's content,
what a person named (files, ids, numbers, code, commands), and what `OURS_NOT` lists with a reason.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.markdown import Markdown

from grader import exercise as exercises
from grader import grading, intake
from grader.cli import VERBS
from grader.render.mathematics import unicode
from tests.words.bare import bare, plain
from tests.words.pseudo import install

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-P", "-m", "grader"]
WIDE = "200"
OURS_NOT = [
    # commands to copy, and the options and files that they name
    re.compile(r"\bcd \S+ && |\bgrader (?:show|hint|draw|verify)\b.*"),
    re.compile(r"^grader:"),
    # paths, file names, numbers with units, digests, versions, places
    re.compile(r"\S*/\S*|\b\w+\.(?:py|csv|html|json|yaml|zip)\b(?::\d+)?"),
    re.compile(r"\bsha256\b|\b[0-9a-f]{7,64}\b|\b[\d.]+ (?:s|min|B|kB|MiB)\b|\d{4}-\d\d-\d\dT\S+"),
    re.compile(
        r"\b(?:autograd-grader|Python|pytest|linux|x86_64|aarch64|Linux)\b[ \d.,]*(?:\S*-\S+)?"
    ),
    # code: what a learner typed or can paste
    re.compile(r"\bfrom value import Value\b|\bValue\([^)]*\)|`[^`]*`|\bclass Value\b"),
    re.compile(r"\b[a-z]\w?\.(?:grad|data|backward\(\))|\b(?:data|grad)\b"),
    # the names of levels and layers, which options and reports use in every language
    re.compile(
        r"\b(?:strict|kernel|none|process|namespaces|rlimits|caps|uid|landlock\d*|seccomp)\b"
    ),
    # ids of tasks, checks and known mistakes
    re.compile(
        r"\b(?:add|mul|relu|neuron|constructor)(?:/[\w\[\]-]+|-[a-z-]+)?\b|\bautograd-operations\b"
    ),
]
CLICK = [
    # click's own words come from click's own catalogue; ours only fills it where it can
    re.compile(r"^(?:Usage|Options|Error|Try)\b.*|^-[-\w].*|\[(?:OPTIONS|COMMAND|ARGS|default).*"),
    re.compile(r"\bShow (?:this message|the version) and exit\."),
]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> dict[str, str]:
    return install(tmp_path_factory.mktemp("locale"))


@pytest.fixture(scope="module")
def exercise():
    return exercises.load()


@pytest.fixture(scope="module")
def content(exercise) -> str:
    """All that the exercise's author wrote, as a terminal shows it and as it stands."""
    stream = io.StringIO()
    console = Console(file=stream, width=int(WIDE))
    written = [exercise.title, exercise.id]
    for task in exercise.tasks:
        written += [task.title, task.statement, task.example, task.explanation, *task.hints]
        for text in (task.statement, task.explanation, *task.hints):
            console.print(Markdown(unicode(text), hyperlinks=False))
    for folder in (exercise.battery, exercise.reference_file.parent, exercise.root / "starter"):
        written += [path.read_text("utf-8") for path in sorted(folder.rglob("*.py"))]
    report = grading.grade(exercise, intake.take(mistaken(), exercise.module_file))
    written += [check.title for task in report.tasks for check in task.checks]
    found = "\n".join([*written, stream.getvalue()])
    return " ".join(f"{found}\n{found.replace('`', '')}".split())


def mistaken() -> Path:
    return ROOT / "tests" / "examples" / "overwriting_mul.py"


def run(*arguments: object, cwd: Path, code: int | None = 0, **variables: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env={**kept, "LANG": "C.UTF-8", "COLUMNS": WIDE, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert code is None or done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def desk(tmp_path_factory, spoken) -> Path:
    """A learner's folder, and a small class beside it."""
    folder = tmp_path_factory.mktemp("desk")
    run("init", ".", cwd=folder, **spoken)
    good = (ROOT / "reference" / "value.py").read_text("utf-8")
    for name, text in {"good": good, "wrong": mistaken().read_text("utf-8"), "none": ""}.items():
        (folder / "class" / name).mkdir(parents=True)
        (folder / "class" / name / "value.py").write_text(text, "utf-8")
    (folder / "class" / "bad").mkdir()
    (folder / "class" / "bad" / "value.py").write_bytes(b"\xff\xfe\x00\x00")
    (folder / "loop.py").write_text(f"{good}\nwhile True:\n    pass\n", "utf-8")
    (folder / "typo.py").write_text("class Value\n", "utf-8")
    (folder / "right.py").write_text(good, "utf-8")
    (folder / "broken").mkdir()
    (folder / "broken" / "tasks.yaml").write_text("format: 1\nid: X\n", "utf-8")
    return folder


COMMANDS = {
    "a mistake": (("grade", mistaken()), 0),
    "a mistake, for a learner": (("grade", mistaken(), "--audience", "learner"), 0),
    "the starter": (("grade", "value.py"), 0),
    "full marks": (("grade", "right.py"), 0),
    "no Python": (("grade", "typo.py"), 0),
    "a check of one's own": (("check",), 1),
    "again, and what changed": (("check", "right.py"), 0),
    "tasks": (("tasks",), 0),
    "a statement": (("show", "mul"), 0),
    "a hint": (("hint", "add"), 0),
    "all hints": (("hint", "relu", "--all"), 0),
    "a drawing": (("draw", "relu(a*b + a)", "a=2", "b=-3"), 0),
    "a wrong drawing": (("draw", "a*a", "a=3", "--submission", mistaken()), 1),
    "what isolates": (("doctor",), 0),
    "the welcome": ((), 0),
    "a submission refused": (("grade", "nowhere.py"), 4),
    "wrong usage": (("check", "--task", "nothing"), 2),
    "no input": (("draw", "a*b", "a=1"), 2),
    "no such verb": (("grad",), 2),
    "a broken exercise": (("tasks", "--exercise", "broken"), 3),
    "a file in the way": (("init", "."), 2),
    "not a report": (("report", "value.py"), 2),
    "isolation that is not there": (
        ("grade", "right.py", "--isolation", "strict", "--seed", "1"),
        None,
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_word_of_a_command_is_translated(name, desk, spoken, content):
    arguments, code = COMMANDS[name]
    shown = run(*arguments, cwd=desk, code=code, **spoken)
    assert "⟦" in shown
    assert bare(shown, content, [*CLICK, *OURS_NOT]) == []


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_every_word_of_a_help_is_translated(verb, desk, spoken, content):
    shown = run(*filter(None, [verb]), "--help", cwd=desk, **spoken)
    words = [re.compile(rf"\b(?:{'|'.join(VERBS)})\b"), *CLICK, *OURS_NOT]
    assert bare(shown, content, words) == []
