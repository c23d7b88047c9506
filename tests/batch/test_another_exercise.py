"""What is said of a mark that changed is true, and no exercise's marks are mixed with another's."""

import pytest

from grader.exercise import load as exercises
from grader.model.errors import UsageProblem
from tests.batch import kit

NAMED = ("module: stack", "starter/stack.py", "from stack import")


def edited(exercise, *pairs):
    """The exercise with these texts in its manifest replaced."""
    path = exercise.root / "tasks.yaml"
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return exercises.load(exercise.root)


def test_the_gradebook_of_another_exercise_is_refused_as_it_stands(exercise, school, out):
    kit.run(exercise, school, out)
    before = kit.content(out)
    other = edited(exercise, (f"id: {exercise.id}", "id: heap"))
    with pytest.raises(UsageProblem) as refused:
        kit.run(other, school, out)
    assert refused.value.message == (
        f"{out} holds the gradebook of the exercise {exercise.id}, and this is heap"
    )
    assert kit.content(out) == before
    told = kit.batch(other, school, out)
    assert told.code == 2
    assert len(told.err.strip().splitlines()) == 2


def test_every_reason_of_a_changed_mark_is_told(exercise, school, out):
    kit.run(exercise, school, out)
    (school / "s0000.py").write_text(kit.source(exercise, 900, "leaves"), "utf-8")
    outcome, _ = kit.run(kit.change_battery(exercise), school, out)
    changes = {one.person.id: one.reason for one in outcome.view.changes}
    assert changes["s0000"] == "another file was handed in; the exercise was changed"
    assert set(changes.values()) - {changes["s0000"]} <= {"the exercise was changed"}


def test_the_best_score_is_none_of_an_exercise_with_other_points(exercise, school, out):
    kit.run(exercise, school, out)
    (school / "s0000.py").write_text(kit.source(exercise, 0, "leaves"), "utf-8")
    kit.run(exercise, school, out)
    assert kit.grades(out)["s0000"]["best_score"] == "7"
    smaller = edited(exercise, ("points: 3", "points: 1"))
    kit.run(smaller, school, out)
    for row in kit.grades(out).values():
        assert float(row["best_score"]) <= float(row["max_score"]) < 7
        assert float(row["best_score"]) >= float(row["score"])


def test_attempts_count_what_was_handed_in(exercise, school, out):
    """However often it is graded, and under whatever name the exercise knows the module."""
    kit.run(exercise, school, out)
    kit.run(exercise, school, out, fresh=True)
    kit.run(kit.change_battery(exercise), school, out)
    assert {row["attempts"] for row in kit.grades(out).values()} == {"1"}
    for part in (exercise.parts.starter, exercise.parts.reference):
        path = exercise.root / part / "stack.py"
        path.rename(path.with_name("pile.py"))
    renamed = edited(exercise, *((text, text.replace("stack", "pile")) for text in NAMED))
    (school / "s0001.py").write_text(kit.source(renamed, 900, "leaves"), "utf-8")
    outcome, _ = kit.run(renamed, school, out)
    rows = kit.grades(out)
    assert rows.pop("s0001")["attempts"] == "2"
    assert {(row["attempts"], row["attempt"]) for row in rows.values()} == {("1", "1")}
    assert {one.person.id for one in outcome.view.changes} == {"s0001"}
