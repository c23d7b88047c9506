"""Nothing is left out: in a language of brackets, every word of ours stands in brackets.

The real command line is run as its users run it. What may stand outside is the exercise's content,
what a person named (files, ids, numbers, code, commands), and what `OURS_NOT` lists with a reason.
"""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path

import pytest
from rich.console import Console
from rich.markdown import Markdown

from grader.author.new import write_exercise
from grader.cli import VERBS
from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.render.mathematics import unicode

pytest.importorskip("babel", reason="Babel is not installed: pip install -e '.[dev]'")

from tests.author.test_author_near_misses import add as add_near_miss
from tests.cli.forked import forked
from tests.words.bare import bare, plain
from tests.words.pseudo import install

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
WIDE = "200"
OURS_NOT = [
    # commands to copy, and the options and files that they name
    re.compile(r"\bcd \S+ && |\bgrader (?:show|hint|draw|verify|check)\b.*"),
    re.compile(r"^grader:"),
    re.compile(r"\"[^\"]*\" \w=\d --submission"),
    # the layers that were proved, as far as the line has room for them
    re.compile(r"\((?:process|namespaces).*"),
    # paths, file names, numbers with units, digests, versions, places
    re.compile(r"\S*/\S*|\b\w+\.(?:py|csv|html|json|yaml|zip)\b(?::\d+)?"),
    re.compile(r"\bsha256\b|\b[0-9a-f]{7,64}\b|\b[\d.]+ (?:s|min|B|kB|MiB)\b|\d{4}-\d\d-\d\dT\S+"),
    re.compile(
        r"\b(?:autograd-grader|Python|pytest|linux|x86_64|aarch64|Linux)\b[ \d.,]*(?:\S*-\S+)?"
    ),
    # code: what a learner typed or can paste
    re.compile(r"\bfrom value import Value\b|\bValue\([^)]*\)|`[^`]*`|\bclass Value\b"),
    re.compile(r"^(?:return self\.|raise )\S+$"),
    re.compile(r"\b[a-z]\w?\.(?:grad|data|backward\(\))|\b(?:data|grad)\b"),
    # the names of levels and layers, which options and reports use in every language
    re.compile(
        r"\b(?:strict|kernel|none|process|namespaces|rlimits|caps|uid|landlock\d*|seccomp)\b"
    ),
    # Python's own words for what is wrong with a file
    re.compile(r"\b[A-Z]\w*Error: .*"),
    # ids of tasks, checks and known mistakes
    re.compile(
        r"\b(?:add|mul|relu|neuron|constructor)(?:/[\w\[\]-]+|-[a-z-]+)?\b|\bautograd-operations\b"
    ),
    re.compile(r"\b(?:push|pop|peek|size)/[\w\[\]-]+|\bstack of \d different items .*"),
]
ORACLE = re.compile(
    r"\b\w\.grad = 1, because .*|^\W*\w* ?in \w sends .*|^\S+ = \S+ to \w;|\w\.grad is now .*"
)
"""The backward pass in words: the oracle's sentences, put together as it goes."""
CLICK = [
    # names of options and of what they take, which are the same in every language
    re.compile(r"^-[-\w].*|\bgrader \w*|\b[A-Zi]+(?:[/.|=]\w+)*\b|\[required\]|\{\w+(?:\|\w+)*\}"),
]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> dict[str, str]:
    return install(tmp_path_factory.mktemp("locale"))


@pytest.fixture(scope="module")
def exercise():
    return exercises.load()


@pytest.fixture(scope="module")
def content(exercise, desk) -> str:
    """All that the exercises' authors wrote, as a terminal shows it and as it stands."""
    stream = io.StringIO()
    console = Console(file=stream, width=int(WIDE))
    written = [exercise.title, exercise.id]
    for task in exercise.tasks:
        written += [task.title, task.statement, task.example, task.explanation, *task.hints]
        for text in (task.statement, task.explanation, *task.hints):
            console.print(Markdown(unicode(text), hyperlinks=False))
    written.append((desk / "small/tasks.yaml").read_text("utf-8"))
    parts = (exercise.battery, exercise.reference_file.parent, exercise.root / "starter")
    for folder in (*parts, desk / "small"):
        for path in sorted(folder.rglob("*.py")):
            written += [path.stem.replace("_", " "), path.read_text("utf-8")]
    report = grading.grade(exercise, intake.take(mistaken(), exercise.module_file))
    written += [check.title for task in report.tasks for check in task.checks]
    found = "\n".join([*written, stream.getvalue()])
    return " ".join(found.replace("`", "").split())


def mistaken() -> Path:
    return ROOT / "tests" / "examples" / "overwriting_mul.py"


def run(*arguments: object, cwd: Path, code: int | None = 0, **variables: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    environment = {**kept, "LANG": "C.UTF-8", "COLUMNS": WIDE, **variables}
    done = forked(list(map(str, arguments)), cwd, environment, wall_s=300)
    assert code is None or done.code == code, done.out + done.err
    return done.out + done.err


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
    for name, fault in FAULTS.items():
        hole = 'raise NotImplementedError("task mul: __mul__ is yours to write")'
        starter = (ROOT / "starter" / "value.py").read_text("utf-8")
        assert hole in starter
        (folder / name).write_text(starter.replace(hole, fault), "utf-8")
    (folder / "typo.py").write_text("class Value\n", "utf-8")
    (folder / "right.py").write_text(good, "utf-8")
    write_exercise(folder / "small")
    add_near_miss(folder / "small", "right.py", *NEAR_MISS)
    (folder / "broken").mkdir()
    (folder / "broken" / "tasks.yaml").write_text("format: 1\nid: X\n", "utf-8")
    return folder


NEAR_MISS = (
    "return self._items[-1]",
    "return self._items[len(self._items) - 1]",
    "wrong: nothing\nmay_say: []\nfull_marks: true",
)
FAULTS = {
    "raises.py": "return self.nothing_of_that_name",
    "dies.py": "import os; print(42); os._exit(3)",
    "text.py": "return 'a text'",
    "exits.py": "raise SystemExit('enough')",
}
COMMANDS = {
    "a death": (("grade", "dies.py"), 0),
    "a wrong type": (("grade", "text.py"), 0),
    "an exit": (("grade", "exits.py"), 0),
    "a check of one's own": (("check",), 1),
    "again, and what changed": (("check", "right.py"), 0),
    "every check that fails": (("check", "--all", "raises.py"), 1),
    "tasks": (("tasks",), 0),
    "a statement": (("show", "mul"), 0),
    "a hint": (("hint", "add"), 0),
    "all hints": (("hint", "relu", "--all"), 0),
    "a drawing": (("draw", "relu(a*b + a)", "a=2", "b=-3"), 0),
    "a wrong drawing": (("draw", "a*a", "a=3", "--submission", mistaken()), 1),
    "what isolates": (("doctor",), 0),
    "an exercise": (("new", "another"), 0),
    "a proof": (("verify", "--exercise", "small"), 0),
    "the welcome": ((), 0),
    "no such submission": (("grade", "nowhere.py"), 2),
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
    assert bare(shown, content, [ORACLE, *CLICK, *OURS_NOT]) == []


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_every_word_of_a_help_is_translated(verb, desk, spoken, content):
    shown = run(*filter(None, [verb]), "--help", cwd=desk, **spoken)
    verbs = "|".join(sorted(VERBS, key=len, reverse=True))  # `new` is the beginning of another
    words = [re.compile(rf"\b(?:{verbs})\b"), *CLICK, *OURS_NOT]
    assert bare(shown, content, words) == []


@pytest.fixture(scope="module")
def graded(desk, spoken) -> str:
    """A class in brackets: what the command prints; its files are in `grades`."""
    return run("batch", "class", "--out", "grades", cwd=desk, **spoken)


def test_every_word_of_a_batch_is_translated(graded, content):
    learners = re.compile(r"\b(?:good|wrong|none|bad)\b")
    assert bare(graded, content, [learners, *OURS_NOT]) == []


def test_every_word_of_the_class_page_is_translated(graded, desk, content):
    learners = re.compile(r"^(?:(?:good|wrong|none|bad)(?:, )?)+$")
    # what a gradebook holds is plain text: a sentence with values stays English
    saved = re.compile(
        r"\bin bad is saved as UTF-16, not UTF-8\. Save it as UTF-8 in your editor|"
        r"\bloads, but has no class named Value: it defines nothing\."
    )
    page = (desk / "grades" / "class.html").read_text("utf-8")
    assert 'lang="qps"' in page
    assert bare(plain(page), content, [learners, saved, *OURS_NOT]) == []


@pytest.mark.parametrize("audience", ["learner", "grader"])
@pytest.mark.parametrize("name", ["wrong", "value.py", "right.py", "typo.py", "class/bad"])
def test_every_word_of_scorecard_and_page_is_translated(name, audience, desk, spoken, content):
    file = mistaken() if name == "wrong" else name
    code = 4 if name == "class/bad" else 0
    arguments = ("grade", file, "--html", "page.html", "--audience", audience)
    shown = run(*arguments, cwd=desk, code=code, **spoken)
    assert "⟦" in shown
    assert bare(shown, content, [ORACLE, *CLICK, *OURS_NOT]) == []
    page = (desk / "page.html").read_text("utf-8")
    formula = re.compile(r"^y=max\(0,[xz]\)$")
    assert bare(plain(page), content, [ORACLE, formula, *OURS_NOT]) == []


def without_timing(text: str) -> dict[str, object]:
    report = json.loads(text)
    del report["timing"]
    return report


@pytest.mark.parametrize("name", ["wrong", "typo.py", "class/bad"])
def test_a_report_is_the_same_in_every_language(name, desk, spoken):
    """Its sentences are the source's, so marks, signatures and gradebooks know no language."""
    file = mistaken() if name == "wrong" else name
    code = 4 if name == "class/bad" else 0
    for json_path, variables in (("plain.json", {}), ("spoken.json", spoken)):
        run("grade", file, "--json", json_path, cwd=desk, code=code, **variables)
    first, second = ((desk / path).read_text("utf-8") for path in ("plain.json", "spoken.json"))
    assert "⟦" not in second
    assert without_timing(first) == without_timing(second)
    assert list(json.loads(first)) == list(json.loads(second))


def test_a_gradebook_is_the_same_in_every_language(graded, desk):
    run("batch", "class", "--out", "plain", cwd=desk)
    for name in ("grades.csv", "class.json"):
        texts = [(desk / folder / name).read_text("utf-8") for folder in ("grades", "plain")]
        started = re.compile(r'"started_at": ?"[^"]*"')
        assert started.sub("", texts[0]) == started.sub("", texts[1])


def test_machines_are_answered_in_one_language(desk, spoken):
    shown = run("grade", "typo.py", "--json", "-", "--log-json", cwd=desk, **spoken)
    log = [line for line in shown.splitlines() if line.startswith('{"time"')]
    assert log
    assert "⟦" not in "".join(log)
    assert "⟦" not in run("doctor", "--json", cwd=desk, **spoken)
    assert "⟦" not in run("schema", cwd=desk, **spoken)
