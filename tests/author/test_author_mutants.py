"""Generated faults: deterministic, one small change each, bounded whatever they do."""

import ast

import pytest

from grader.author.mutate import mutants
from grader.author.survivors import composed, known_programs, survey
from grader.exercise.trusted import load_oracle
from grader.target.in_process import InProcessTarget
from tests.author.kit import bundled, in_session

SOURCE = '''"""Words that nobody runs."""


def pick(items, other=0):
    """More words."""
    best = items[0]  # "é" keeps columns and bytes apart
    for item in items:
        if item > best and not (item - 1) * 2 == other:
            best = item
    return f"{best}" if other else best - (other - 1)
'''


@pytest.fixture(scope="module")
def source():
    return bundled().reference_file.read_text("utf-8")


def test_the_same_seed_gives_the_same_faults(source):
    """Which faults are made, and their order, depends on the seed alone."""
    first = mutants(source, 40, 3)
    assert first == mutants(source, 40, 3)
    assert first != mutants(source, 40, 4)
    assert len(first) == 40


def test_every_kind_has_its_turn(source):
    """A few faults are of many kinds, not forty exchanged names."""
    assert len({mutant.kind for mutant in mutants(source, 30, 0)}) >= 9


@pytest.mark.parametrize("text", [SOURCE, None])
def test_a_fault_is_one_change_and_can_be_read(text, source):
    """Each parses, differs from the source and from the others, and its diff says how."""
    text = text or source
    made = mutants(text, 10_000, 0)
    trees = [ast.dump(ast.parse(mutant.source)) for mutant in made]
    assert ast.dump(ast.parse(text)) not in trees
    assert len(set(trees)) > 0.95 * len(trees)
    for mutant in made:
        lines = mutant.diff.splitlines()
        assert lines[0].startswith("@@")
        assert any(line.startswith("+") for line in lines[1:])
        unchanged = len(set(text.splitlines()) & set(mutant.source.splitlines()))
        assert unchanged >= len(set(text.splitlines())) - 20


def test_words_are_left_alone():
    """Docstrings and the text of f-strings are no code."""
    for mutant in mutants(SOURCE, 10_000, 0):
        assert ast.get_docstring(ast.parse(mutant.source)) == "Words that nobody runs."
        assert "é" in mutant.source or "best = items" not in mutant.source


def test_a_spliced_fault_keeps_its_meaning():
    """Where precedence gets in the way, the change is put in parentheses."""
    made = {mutant.source.splitlines()[-1] for mutant in mutants("y = a - b * c\n", 100, 0)}
    assert "y = a - (b + c)" in made
    assert "y = a - b + c" not in made


def test_composed_programs_have_true_values():
    """The reference agrees with the oracle on every program that decides about survivors."""
    exercise = bundled()
    programs = list(known_programs(exercise, load_oracle(exercise), 5))
    assert len(programs) > 3000

    def run(trials):
        target = InProcessTarget(trials.replayer.module(()))
        return [
            program
            for program in programs
            for results in [target.run(program.program.steps)]
            if not program.reads.all_right(results[-1])
        ]

    assert in_session(exercise, run) == []
    import random

    small = programs[:500]
    one, two = (composed(small, "backward", "Value", random.Random(9)) for _ in range(2))
    assert one == two
    assert one[-1].name == "backward"


ENDLESS = """

class Value(Value):
    def backward(self):
        hoard = []
        while True:
            hoard.append([0] * 1000)
"""


def test_a_fault_that_never_ends_is_caught_in_bounded_time(source, monkeypatch):
    """It runs in a box with small limits, and only until the first check that catches it."""
    from grader.author import survivors
    from grader.author.mutate import Mutant

    endless = Mutant("endless", 1, "", source + ENDLESS)
    dying = Mutant("dying", 1, "", source.replace("self.data = data", "__import__('os')._exit(3)"))
    broken = Mutant("broken", 1, "", "raise SystemExit")
    same = Mutant("same", 1, "", source)
    monkeypatch.setattr(survivors, "mutants", lambda *_: [endless, dying, broken, same])
    exercise = bundled()
    heard = []
    found = in_session(
        exercise,
        lambda trials: survey(
            exercise, trials.runner, load_oracle(exercise), 4, 0, lambda: heard.append(1)
        ),
    )
    assert (found.made, found.caught, found.survivors) == (4, 3, ())
    assert [one.kind for one in found.alike] == ["same"]
    assert len(heard) == 4


@pytest.mark.slow
def test_no_generated_fault_of_the_reference_survives():
    """300 faults: whatever gets full marks agrees with the reference on every program tried."""
    exercise = bundled()
    found = in_session(
        exercise, lambda trials: survey(exercise, trials.runner, load_oracle(exercise), 300, 0)
    )
    print(f"\n{found.made} made, {found.caught} caught, {len(found.alike)} alike")
    for one in found.alike:
        print(f"  line {one.line}: {one.kind}\n    " + "\n    ".join(one.diff.splitlines()[1:]))
    assert found.made == 300
    assert found.survivors == ()
    assert len(found.alike) < 30
