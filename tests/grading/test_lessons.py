"""What is kept of a battery between runs says the same as the battery, or is not kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.author.new import write_exercise
from grader.exercise.load import load
from grader.grading import caching_runner, lessons
from grader.grading.fixed_check import FixedCheck
from grader.grading.pipeline import Options, grade_each
from grader.grading.result_cache import CheckKey, ReferenceTarget
from grader.grading.state import seeds_of
from grader.intake.take import take_source
from grader.model.check import CheckSpec, Visibility
from grader.model.program import Program, Ref, Step
from grader.target.observe import Reads

REFERENCE = Path("reference/value.py").read_text("utf-8")
ORDINARY = {
    "right": REFERENCE,
    "starter": Path("starter/value.py").read_text("utf-8"),
    "wrong": Path("tests/examples/overwriting_mul.py").read_text("utf-8"),
    "raises": REFERENCE.replace("self.data * other.data", "self.data * other.date"),
    "no class": "x = 1\n",
    "no python": "class Value(:\n",
}
ODD = {
    "prints": REFERENCE.replace("def relu(self):", "def relu(self):\n        print(1)"),
    "ends": REFERENCE.replace("def relu(self):", "def relu(self):\n        raise SystemExit(3)"),
    "dies": REFERENCE.replace(
        "def relu(self):", "def relu(self):\n        __import__('os')._exit(3)"
    ),
}
GRADE = """
import json, sys
from pathlib import Path
from grader.exercise.load import load
from grader.grading.pipeline import Options, grade_each
from grader.intake.take import take
from grader.report import wire
exercise = load()
def told(submission, report):
    report = json.loads(wire.encode(report, indent=0))
    del report["timing"]
    print(json.dumps([submission.name, report, "pytest" in sys.modules]))
files = [take(Path(name), exercise.module_file) for name in sys.argv[1:]]
grade_each(exercise, files, told, Options(isolation="none"))
"""
SPECS = (CheckSpec("mul/one", "mul", "One", 1, Visibility.VISIBLE),)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()


def graded(folder: Path, names) -> dict[str, tuple[dict, bool]]:
    """Each report, and whether pytest was there by then, of one process."""
    files = [str(folder / f"{name}.py") for name in names]
    command = [sys.executable, "-P", "-c", GRADE, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(name).stem: (report, there) for name, report, there in lines}


def test_a_start_without_pytest_gives_the_same_reports(tmp_path):
    everything = {**ORDINARY, **ODD}
    for name, text in everything.items():
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    learned = graded(tmp_path, everything)
    assert all(there for _, there in learned.values())
    known = graded(tmp_path, ORDINARY)
    assert not any(there for _, there in known.values())
    for name in ORDINARY:
        assert known[name][0] == learned[name][0], name
    # an answer that is out of the ordinary is pytest's, and so are those after it
    odd = graded(tmp_path, ["right", *ODD])
    assert [there for _, there in odd.values()] == [False, True, True, True]
    for name in ODD:
        assert odd[name][0] == learned[name][0], name


@pytest.fixture
def at_home(monkeypatch):
    """Whatever this run of tests has loaded."""
    monkeypatch.setattr(lessons, "_is_from_elsewhere", lambda _: False)


def check(*operands, expected=1.5) -> dict[CheckKey, FixedCheck]:
    """A check that sends these operands, with two seeds and with none."""
    steps = (Step("new", "Value", operands), Step("read", "data", (Ref(0),)))
    reads = Reads(steps[:-1], {0: {"data": expected}}, {"data": "forward"})
    fixed = FixedCheck(Program.of(steps), reads)
    return {CheckKey("mul/one", seed): fixed for seed in (None, 3, 4)}


def kept(checks):
    """What is read again of these checks."""
    exercise = load()
    lessons.keep(exercise, (3, 4), SPECS, checks)
    return lessons.recalled(exercise, (3, 4))


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("ahead", [True, False])
def test_a_session_that_waits_for_each_submission_keeps_what_it_learns_at_once(ahead):
    """Of more seeds than the first one needs, and before the second one is there."""
    exercise = load()
    seeds = seeds_of(exercise.digest, exercise)
    known = []

    def waiting():
        yield take_source("value.py", REFERENCE.encode(), "value.py")
        found = lessons.recalled(exercise, seeds)
        known.append(sum(map(found.knows, seeds)) if found else 0)

    grade_each(exercise, waiting(), lambda *_: None, Options(isolation="none", ahead=ahead))
    assert (known[0] > 1) == ahead


@pytest.mark.usefixtures("at_home")
def test_a_session_of_pytest_learns_nothing_that_is_kept(monkeypatch):
    """A submission that prints is for pytest; what the battery asks is known all the same."""
    made, seen = [], []

    def learning(*given):
        made.append(ReferenceTarget(*given))
        return made[-1]

    monkeypatch.setattr(caching_runner, "ReferenceTarget", learning)
    prints = take_source("value.py", ODD["prints"].encode(), "value.py")
    for _ in range(2):
        made.clear()
        options = Options(isolation="none")
        grade_each(load(), [prints], lambda *_: seen.append(len(made)), options)
    assert seen == [1, 0]


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("expected", [1.5, 2, 2.0, 1e300, -0.0])
def test_what_is_kept_reads_as_it_was_written(expected):
    checks = check(2, 2.0, "text", None, True, expected=expected)
    read = kept(checks)
    assert read is not None
    assert read.specs == SPECS
    assert read.knows(3)
    for key, fixed in checks.items():
        again = read.checks()[key]
        assert again.program.encoded == fixed.program.encoded
        assert repr(again.program.steps) == repr(fixed.program.steps)
        assert repr(again.reads.expected) == repr({0: {"data": expected}})


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    "checks", [check([1, 2]), check({1}), check(float("nan")), check(expected=float("inf"))]
)
def test_what_would_not_read_as_it_was_written_is_not_kept(checks):
    assert kept(checks) is None


@pytest.mark.usefixtures("at_home")
def test_what_was_kept_before_stays_beside_it():
    by_seed = check(1.0)
    del by_seed[CheckKey("mul/one")]
    for seed in (3, 4):
        read = kept({CheckKey("mul/one", seed): by_seed[CheckKey("mul/one", seed)]})
    assert read is not None
    assert read.knows(3)
    assert read.knows(4)
    assert not read.knows(5)


@pytest.mark.usefixtures("at_home")
def test_a_damaged_file_is_as_none(tmp_path):
    kept(check(1.0))
    (file,) = (tmp_path / "cache" / "autograd-grader").glob("lessons-*")
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    assert lessons.recalled(load(), (3, 4)) is None
    file.write_bytes(whole.replace(b'"read"', b"1", 99))
    read = lessons.recalled(load(), (3, 4))
    assert read is not None
    assert not read.knows(3)


def test_nothing_is_kept_where_code_came_from_elsewhere(tmp_path):
    """These very tests are part of the bundled exercise's folder, and not of another's."""
    write_exercise(tmp_path / "own")
    exercise = load(tmp_path / "own")
    lessons.keep(exercise, (3,), SPECS, check(1.0))
    assert lessons.recalled(exercise, (3,)) is None


def test_it_is_learned_anew_after_a_change(tmp_path, monkeypatch):
    """Of the grader's own code, of what is installed, of the seeds."""
    engine, installed = tmp_path / "grader", tmp_path / "site-packages"
    for folder in (engine, installed):
        folder.mkdir()
    (engine / "code.py").write_text("x = 1\n")
    monkeypatch.setattr(lessons, "_ENGINE", str(engine))
    monkeypatch.setattr(sys, "path", [*sys.path, str(installed)])
    exercise = load()
    keys = [
        lessons._key(exercise, (3,)),
        lessons._key(exercise, (3,)),
        lessons._key(exercise, (4,)),
    ]
    os.utime(engine / "code.py", (1, 1))
    keys.append(lessons._key(exercise, (3,)))
    os.utime(installed, (1, 1))
    keys.append(lessons._key(exercise, (3,)))
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4
