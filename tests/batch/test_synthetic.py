"""A made-up class with every known mistake, hostile files and refused ones, in the box."""

import random

import pytest

from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.report import Verdict
from tests.batch import kit
from tests.bench import synthetic_class

SAMPLE = 25

pytestmark = pytest.mark.slow


def test_every_mark_is_that_of_grade(tmp_path):
    exercise = exercises.load()
    folder = tmp_path / "class"
    mistakes = len(synthetic_class.known_mistakes())
    kinds = synthetic_class.write(folder, synthetic_class.submissions(mistakes + 40, seed=7))
    for name, text in synthetic_class.HOSTILE.items():
        learner = f"hostile-{name.replace(' ', '-')}"
        kinds[learner] = f"hostile {name}"
        (folder / f"{learner}.py").write_text(text)
    outcome, _ = kit.run(exercise, folder, tmp_path / "out", runner=None, isolation="auto")
    assert outcome.exit_code == 0
    refused = [name for name, kind in kinds.items() if kind.startswith("refused")]
    assert outcome.view.counts.refused == len(refused)
    rows = kit.grades(tmp_path / "out")
    for learner, kind in kinds.items():
        if kind.startswith("right"):
            assert rows[learner]["score"] == "10", (learner, kind)
        elif "/" in kind:
            assert float(rows[learner]["score"]) < 10, (learner, kind)
    chosen = [name for name, kind in kinds.items() if kind.startswith("hostile")]
    others = sorted(set(kinds) - set(chosen) - set(refused))
    for learner in chosen + random.Random(2).sample(others, SAMPLE):
        taken = intake.take(folder / f"{learner}.py", exercise.module_file)
        alone = grading.grade(exercise, taken)
        assert alone.outcome is Verdict.GRADED
        kept = kit.report(tmp_path / "out", learner)
        assert kept["score"] == alone.score, (learner, kinds[learner])
        named = [found.id for task in alone.tasks for found in task.diagnoses]
        assert [d["id"] for task in kept["tasks"] for d in task["diagnoses"]] == named


def test_the_same_seed_gives_the_same_class():
    first = list(synthetic_class.submissions(400, seed=3))
    assert first == list(synthetic_class.submissions(400, seed=3))
    contents = [made.content for made in first if not made.kind.startswith("refused")]
    assert len(set(contents)) == len(contents)
    assert any(made.kind.startswith("refused") for made in first)
