"""Who never had a mark and is not in the class any more has no row; a mark is never lost."""

import pytest

from tests.batch import kit


@pytest.fixture
def first(exercise, school, out, tmp_path):
    """A run with somebody refused, somebody absent, and somebody absent whose mark was set."""
    (school / "binary.py").write_bytes(b"\0")
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nabsent1\nabsent2\nset\n", "utf-8")
    overrides = tmp_path / "overrides.csv"
    overrides.write_text("id,score,reason\nset,3,oral\n", "utf-8")
    kit.run(exercise, school, out, roster=roster, overrides=overrides)
    assert {"binary", "absent1", "absent2", "set"} <= set(kit.grades(out))
    (school / "binary.py").unlink()
    (school / "s0002.py").unlink()
    return roster


def test_without_a_roster(exercise, school, out, first):
    outcome, _ = kit.run(exercise, school, out)
    rows = kit.grades(out)
    assert not {"binary", "absent1", "absent2"} & set(rows)
    assert {"s0002", "set"} <= set(rows)
    assert not (out / "reports" / "binary.json").exists()
    assert outcome.view.counts.refused == 0


def test_with_a_roster_without_one_of_them(exercise, school, out, first):
    first.write_text("id\nabsent2\n", "utf-8")
    kit.run(exercise, school, out, roster=first)
    rows = kit.grades(out)
    assert rows["absent2"]["status"] == "absent"
    assert not {"binary", "absent1"} & set(rows)


def test_a_run_for_one_learner_leaves_the_others(exercise, school, out, first):
    kit.run(exercise, school, out, only=frozenset({"s0001"}))
    assert {"binary", "absent1", "absent2", "set", "s0002"} <= set(kit.grades(out))
