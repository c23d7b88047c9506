"""A session that remembers checks gives everyone what a session of their own would give."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.author.new import write_exercise
from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.grading.state import SEEDS, seed_for
from grader.intake import take as intake
from grader.model.report import Report
from tests.bench.synthetic_class import known_mistakes

COUNTED = '''"""Checks that say in a file that they ran."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.task("size")
LOG = Path({log!r})
MADE = []


@pytest.fixture(scope="module")
def shared():
    return []


def ran(name):
    with LOG.open("a") as stream:
        stream.write(name + "\\n")


def test_fixed(pile):
    """Three items."""
    ran("fixed")
    assert len(pile(1, 2, 3)) == 3


@pytest.mark.parametrize("count", [2])
def test_given(pile, count):
    """{{param}} items."""
    ran("given")
    assert len(pile(*range(count))) == count


def test_several(pile):
    """Asks on where an answer was odd."""
    stack = pile(1, 2)
    first = len(stack)
    assert first == 2 or len(stack) == 2


def test_shares(pile, shared):
    """Draws on what outlives it."""
    ran("shares")
    shared.append(1)
    assert len(pile(*shared)) == 1


def test_random(pile, rng):
    """Random."""
    ran("random")
    assert len(pile(rng.random())) == 1


def test_varies(pile):
    """Would ask something else of everyone."""
    ran("varies")
    MADE.append(1)
    assert len(pile(len(MADE))) == 1
'''
KINDS = {
    "right": ("return len(self._items)", "return len(self._items)"),
    "loud": ("return len(self._items)", "print('length', NUMBER)\n        return 0"),
    "deaf": ("self._items.append(item)", "pass"),
    "odd": ("return len(self._items)", "return len(self._items) + 1"),
    "keeps": ("self._items = []", "self._items = KEPT"),
    "stalls": ("return len(self._items)", "while NUMBER % 2: pass\n        return 0"),
    "tires": (
        "self._items.append(item)",
        "KEPT.append(item)\n"
        "        if len(KEPT) == 20:\n"
        "            import os\n"
        "            os._exit(0)\n"
        "        self._items.append(item)",
    ),
    "hasty": ("return len(self._items)", "import os\n        os._exit(NUMBER)"),
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def exercise(tmp_path: Path, log: Path):
    root = tmp_path / "exercise"
    write_exercise(root)
    text = COUNTED.format(log=str(log))
    (root / "tests" / "battery" / "test_size.py").write_text(text, "utf-8")
    made = exercises.load(root)
    return replace(made, limits=replace(made.limits, check_cpu_s=0.2))


def submissions(exercise, folder: Path, kinds: list[str]):
    reference = exercise.reference_file.read_text("utf-8")
    for number, kind in enumerate(kinds, 1):
        old, new = KINDS[kind]
        assert old in reference
        path = folder / f"s{number}.py"
        text = f"{reference.replace(old, new)}\nNUMBER, KEPT = {number}, []\n"
        path.write_text(text, "utf-8")
        yield intake.take(path, exercise.module_file)


def graded(exercise, taken) -> list[Report]:
    reports: list[Report] = []
    grading.grade_each(
        exercise, taken, lambda *told: reports.append(told[-1]), grading.Options(isolation="none")
    )
    return reports


@pytest.mark.parametrize(
    ("seeds", "runs"),
    [((1, 2, 3, 4, 5, 6), 6), ((1, 1, 1, 1, 1, 1), 1), ((1, 2, 1, 2, 1, 2), 2)],
)
def test_a_check_is_remembered_for_what_it_draws_on(exercise, log, tmp_path, seeds, runs):
    taken = submissions(exercise, tmp_path, ["right"] * 6)
    jobs = [grading.Job(one, seed) for one, seed in zip(taken, seeds, strict=True)]
    reports = graded(exercise, jobs)
    assert [report.score for report in reports] == [7.0] * 6
    ran = log.read_text("utf-8").split()
    assert {name: ran.count(name) for name in ran} == {
        "fixed": 1,
        "given": 1,
        "shares": 6,
        "varies": 1,  # what it asked of the reference is what everyone is asked
        "random": runs,
    }


def test_seeds_are_few_and_known_to_the_secret_alone(exercise, tmp_path):
    kinds = ["right"] * 4 * SEEDS
    taken = list(submissions(exercise, tmp_path, kinds))
    seeds = {secret: {seed_for(secret, exercise, one) for one in taken} for secret in ("a", "b")}
    assert SEEDS / 2 < len(seeds["a"]) <= SEEDS
    assert seeds["a"].isdisjoint(seeds["b"])


def test_every_one_gets_the_report_of_a_session_alone(exercise, tmp_path):
    kinds = [*KINDS, *KINDS, *reversed(KINDS)]
    taken = list(submissions(exercise, tmp_path, kinds))
    together = graded(exercise, taken)
    for one, report in zip(taken[-len(KINDS) :], together[-len(KINDS) :], strict=True):
        (alone,) = graded(exercise, [one])
        for ours, theirs in zip(told(report), told(alone), strict=True):
            assert ours == theirs


def test_explanations_are_those_of_a_session_alone(tmp_path):
    exercise = exercises.load()
    wanted = ("add/UpdatesLeftOnly", "mul/ErasesGradients", "relu/ForgetsReturn", "value/SeedsWith")
    made = [one for one in known_mistakes() if one.kind.startswith(wanted)]
    assert len(made) == len(wanted)
    taken = []
    for number, one in enumerate([*made, *made]):
        path = tmp_path / f"s{number}.py"
        path.write_bytes(one.content + b"# %d\n" % number)
        taken.append(intake.take(path, exercise.module_file))
    together = graded(exercise, taken)
    for one, report in zip(taken[-len(made) :], together[-len(made) :], strict=True):
        (alone,) = graded(exercise, [one])
        assert replace(report, timing=alone.timing) == alone
        assert any(task.diagnoses for task in report.tasks)


def told(report: Report) -> list[object]:
    """What a report says of the submission, without the check that is not the same twice."""
    checks = [check for task in report.tasks for check in task.checks]
    kept = [check for check in checks if check.id != "size/varies"]
    diagnoses = [task.diagnoses for task in report.tasks]
    return [report.outcome, report.message, report.score, *diagnoses, *kept]
