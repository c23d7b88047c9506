"""The table of the exercise's operations: what a row is enough for, and what lacks one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from grader.exercise import load as exercises
from grader.exercise.trusted import load_oracle
from grader.grading.drawing import draw
from grader.grading.pipeline import Options, grade
from grader.intake.take import take
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise
from grader.model.program import Ref, Step
from grader.program.expression import program, values_of
from grader.program.listing import Listing
from grader.target.recorder import Recorder
from grader.target.remote_module import RemoteModule

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("starter", "reference", "tests/battery")
MORE = """
ROWS += (
    Operation("a - b", ("sub",), lambda a, b: a - b, lambda a, b: (ONE, -ONE)),
    Operation("2 + a", ("radd",), lambda a, b: a + b, lambda a, b: (None, ONE)),
    Operation("-a", ("neg",), lambda a: -a, lambda a: (-ONE,)),
    Operation("a ** 3", ("pow",), lambda a, b: a**b, lambda a, b: (b * a ** (b - 1), None)),
)
"""


def copied(folder: Path, rows: str = "", check: str = "") -> Exercise:
    """The bundled exercise with further rows of operations, and a further check."""
    shutil.copy(ROOT / "tasks.yaml", folder)
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file, text in (("operations.py", rows), ("test_add.py", check)):
        path = folder / "tests/battery" / file
        path.write_text(path.read_text("utf-8") + text, "utf-8")
    return exercises.load(folder)


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The oracle with rows of every other kind."""
    return load_oracle(copied(tmp_path_factory.mktemp("more"), MORE))


def recorded(write: Callable[[RemoteModule], object]) -> tuple[Step, ...]:
    """What is recorded of a program."""
    recorder = Recorder(None, ["Value"])
    write(RemoteModule(recorder))
    return tuple(recorder.steps)


def truth(oracle: ModuleType, steps: tuple[Step, ...]) -> list[tuple[float, float]]:
    """Value and gradient of every node."""
    return [(one["data"], one["grad"]) for one in oracle.expected(steps).values()]


@pytest.mark.parametrize(
    ("write", "of_input", "of_result"),
    [
        (lambda a, b: a - b, (5.0, 1.0), 2.0),
        (lambda a, b: a - 3, (5.0, 1.0), 2.0),
        (lambda a, b: 3 - a, (5.0, -1.0), -2.0),
        (lambda a, b: 2 + a, (5.0, 1.0), 7.0),
        (lambda a, b: 4 * a, (5.0, 4.0), 20.0),
        (lambda a, b: -a, (5.0, -1.0), -5.0),
        (lambda a, b: a**3, (5.0, 75.0), 125.0),
        (lambda a, b: a**2, (5.0, 10.0), 25.0),
        (lambda a, b: a.relu(), (5.0, 1.0), 5.0),
    ],
)
def test_a_row_says_what_every_way_to_write_it_gives(oracle, write, of_input, of_result):
    def written(submission: RemoteModule) -> None:
        write(submission.Value(5.0), submission.Value(3.0)).backward()

    first, _, last = truth(oracle, recorded(written))
    assert (first, last) == (of_input, (of_result, 1.0))


@pytest.mark.parametrize(
    ("task", "first", "no_more"),
    [
        ("sub", "a = Value(2.0); b = Value(3.0); c = a - b; c.backward()", " + "),
        ("radd", "a = Value(3.0); b = 2 + a; b.backward()", " * "),
        ("neg", "a = Value(3.0); b = -a; b.backward()", " + "),
        ("pow", "a = Value(3.0); b = a ** 3; b.backward()", " + "),
    ],
)
def test_small_programs_are_written_as_the_row_is(oracle, task, first, no_more):
    recorder, found = Recorder(None, ["Value"]), []
    for _ in oracle.smallest_programs(task, RemoteModule(recorder)):
        listing = Listing(recorder.steps, ())
        found.append("; ".join(map(listing.line, range(len(recorder.steps)))))
        recorder.steps.clear()
    assert found[0] == first
    assert len(set(found)) == len(found) > 10
    assert not any(no_more in one for one in found)


def test_parts_of_a_program_are_written_as_the_program_is(oracle):
    steps = recorded(lambda submission: (2 + submission.Value(3.0)) * submission.Value(5.0))
    recorder = Recorder(None, ["Value"])
    alone = next(iter(oracle.parts(steps, RemoteModule(recorder))))
    assert (alone, recorder.steps[1]) == (1, Step("op", "add", (2, Ref(0))))


def test_the_words_of_the_walk_know_every_row(oracle):
    steps = recorded(lambda submission: (-(submission.Value(5.0) - 3)).backward())
    assert oracle.walk(steps, {0: "a", 1: "b", 2: "c"})[1:] == [
        "- in c sends -1 · 1 = -1 to b; b.grad is now -1",
        "- in b sends 1 · -1 = -1 to a; a.grad is now -1",
    ]
    assert oracle.edge_label(steps, 2, 0) == "× -1"


# --- what no row says --------------------------------------------------------------------------

WITHOUT_ROW = '''

def test_twice(submission, expect_gradients):
    """Twice as much."""
    expect_gradients(submission.Value(2.0).doubled())
'''


def test_an_operation_without_a_row_is_an_error_of_the_exercise(tmp_path):
    exercise = copied(tmp_path, check=WITHOUT_ROW)
    reference = exercise.reference_file
    text = reference.read_text("utf-8")
    reference.write_text(f"{text}\n\nValue.doubled = lambda self: self + self\n", "utf-8")
    taken = take(reference, exercise.module_file)
    with pytest.raises(ExerciseProblem) as problem:
        grade(exercises.load(tmp_path), taken, Options(isolation="none"))
    assert "add/twice" in problem.value.message
    assert "no row of operations.py says what `doubled` gives: add one" in problem.value.message


def test_what_is_made_of_such_a_result_is_not_known_either(oracle):
    steps = recorded(lambda submission: submission.Value(2.0).doubled() + 1)
    with pytest.raises(LookupError, match="`doubled`"):
        oracle.expected(steps)


def test_draw_takes_from_the_reference_what_no_row_says(tmp_path):
    exercise = copied(tmp_path)
    path = exercise.reference_file
    text = path.read_text("utf-8")
    path.write_text(f"{text}\n\nValue.__sub__ = lambda self, other: self + other * -1\n", "utf-8")
    written = program("a - b", values_of(["a=2", "b=3"]), "Value")
    graph = draw(exercise, written, None).graph
    assert [[field.expected for field in node.fields] for node in graph.nodes] == [
        ["2.0", "1.0"],
        ["3.0", "-1.0"],
        ["-1.0", "1.0"],
    ]


@pytest.mark.parametrize("text", ["a * b + a", "a", "relu(a + 1)", "a @ b", "b + a", "c + d"])
def test_a_row_that_is_not_one_operation_is_refused(text, tmp_path):
    row = f"\nROWS += (Operation({text!r}, ('new',), max, max),)\n"
    with pytest.raises(ExerciseProblem, match="not one operation"):
        load_oracle(copied(tmp_path, row))


def test_two_oracles_in_one_process_have_their_own_rows(oracle):
    assert set(oracle.OPERATIONS) == {"add", "mul", "relu", "sub", "neg"}
    assert set(load_oracle(exercises.load()).OPERATIONS) == {"add", "mul", "relu"}
