"""The table of the exercise's operations: what a row is enough for, and what lacks one."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from grader.diagnosis.infer import Inference
from grader.diagnosis.operations import Kind
from grader.diagnosis.rules import RulePart
from grader.diagnosis.smallest import candidates
from grader.exercise import load as exercises
from grader.exercise.trusted import load_oracle
from grader.grading.drawing import draw
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise
from grader.model.program import Ref, Step
from grader.program.expression import program, values_of
from grader.program.listing import Listing
from grader.target.recorder import Recorder
from grader.target.remote_module import RemoteModule
from tests.cli.running import grader

ROOT = Path(__file__).resolve().parents[2]
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


INEXACT = """
def tanh(a):
    away = (-2 * abs(a)).exp()
    return (ONE if a > 0 else -ONE) * (1 - away) / (1 + away)


ROWS += (
    Operation(
        "a / b", ("div",), lambda a, b: a / b, lambda a, b: (1 / b, -a / b**2), is_exact=False
    ),
    Operation("exp(a)", ("exp",), lambda a: a.exp(), lambda a: (a.exp(),), is_exact=False),
    Operation("tanh(a)", ("tanh",), tanh, lambda a: (1 - tanh(a) ** 2,), is_exact=False),
    Operation(
        "a ** 0.5",
        ("root",),
        lambda a, b: a**b,
        lambda a, b: (b * a ** (b - 1), None),
        is_exact=False,
    ),
)
"""


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


# --- operations that are not exact --------------------------------------------------------------


@pytest.fixture(scope="module")
def rounded(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The oracle with operations whose values are rounded."""
    return load_oracle(copied(tmp_path_factory.mktemp("rounded"), INEXACT))


@pytest.mark.parametrize(
    ("write", "value", "slope"),
    [
        (lambda a: a.exp(), math.exp(0.75), math.exp(0.75)),
        (lambda a: a.tanh(), math.tanh(0.75), 1 - math.tanh(0.75) ** 2),
        (lambda a: (a * 40).tanh() + a, 1.75, 1.0),
        (lambda a: a / 3, 0.25, 1 / 3),
        (lambda a: 3 / a, 4.0, -16 / 3),
        (lambda a: a**0.5, math.sqrt(0.75), 0.5 / math.sqrt(0.75)),
        (lambda a: ((a / 3) * 3 + -0.75) * 1e8, 0.0, 1e8),
    ],
)
def test_what_is_not_exact_is_as_floats_have_it(rounded, write, value, slope):
    steps = recorded(lambda submission: write(submission.Value(0.75)).backward())
    first, *_, last = truth(rounded, steps)
    assert (last[0], first[1]) == pytest.approx((value, slope), rel=1e-12, abs=1e-30)


def test_what_is_exact_stays_so_beside_rows_that_are_not(rounded):
    """Here a sum of floats would lose its small part."""
    steps = recorded(lambda submission: (submission.Value(1e16) + 1.5) + -1e16)
    assert truth(rounded, steps)[-1] == (1.5, 0.0)


@pytest.mark.parametrize(
    ("written", "value", "slopes"),
    [
        ("a / b", "a / b", "(1 / b, -a / b**2)"),
        ("exp(a)", "a.exp()", "(a.exp(),)"),
        ("a ** 0.5", "a**b", "(a, None)"),
        ("half(a)", "a / 2", "(ONE / 3,)"),
    ],
)
def test_a_row_that_is_wrongly_called_exact_is_refused(tmp_path, written, value, slopes):
    row = f"Operation({written!r}, ('new',), lambda a, b=1: {value}, lambda a, b=1: {slopes})"
    with pytest.raises(ExerciseProblem, match="is not exact: its row in operations"):
        load_oracle(copied(tmp_path, f"\nROWS += ({row},)\n"))


@pytest.mark.parametrize(
    "write",
    [
        lambda a: a / 0,
        lambda a: (a / 3) * 1e10,
        lambda a: (a * 25).exp(),
        lambda a: (a * -1) ** 0.5,
    ],
)
def test_what_has_no_value_or_too_large_a_one_is_an_arithmetic_error(rounded, write):
    with pytest.raises(ArithmeticError):
        rounded.expected(recorded(lambda submission: write(submission.Value(1.0))))


@pytest.mark.parametrize(("task", "operation"), [("div", " / "), ("root", " ** "), ("exp", "exp(")])
def test_small_programs_without_values_are_left_out(rounded, task, operation):
    found = list(candidates(rounded, task, "Value"))
    listings = [Listing(one.program.steps, ()) for one in found]
    assert len(found) > 5
    assert all(
        any(operation in one.expression(step) for step in range(len(one.steps))) for one in listings
    )


def test_the_rule_of_a_quotient_is_known(rounded):
    inference = Inference(rounded, "Value")
    rules = inference.true_rules["div"]
    assert str(rules.parts[RulePart(Kind.NODES, 0)].formula) == "out.grad / b"


# --- what no row says --------------------------------------------------------------------------

WITHOUT_ROW = '''

def test_twice(submission, expect_gradients):
    """Twice as much."""
    expect_gradients(submission.Value(2.0).doubled())
'''


def test_an_operation_without_a_row_is_an_error_of_the_exercise(tmp_path):
    reference = copied(tmp_path, check=WITHOUT_ROW).reference_file
    text = reference.read_text("utf-8")
    reference.write_text(f"{text}\n\nValue.doubled = lambda self: self + self\n", "utf-8")
    done = grader("verify", "--exercise", tmp_path)
    assert done.code == 3
    assert "add/twice" in done.err
    assert "no row of operations.py says what `doubled` gives: add one" in done.err


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


def test_a_row_that_is_exact_for_its_own_number_serves_others_too(tmp_path):
    exercise = copied(tmp_path, MORE)
    path = exercise.reference_file
    text = path.read_text("utf-8")
    path.write_text(f"{text}\n\nValue.__pow__ = lambda self, n: Value(self.data**n)\n", "utf-8")
    graph = draw(exercise, program("a ** 0.5", {"a": 9.0}, "Value"), None).graph
    assert [[field.expected for field in node.fields] for node in graph.nodes] == [
        ["9.0", "0.166666666667"],
        ["3.0", "1.0"],
    ]


@pytest.mark.parametrize("text", ["a * b + a", "a", "relu(a + 1)", "a @ b", "b + a", "c + d"])
def test_a_row_that_is_not_one_operation_is_refused(text, tmp_path):
    row = f"\nROWS += (Operation({text!r}, ('new',), max, max),)\n"
    with pytest.raises(ExerciseProblem, match="not one operation"):
        load_oracle(copied(tmp_path, row))


def test_two_oracles_in_one_process_have_their_own_rows(oracle, monkeypatch):
    """Whatever else has the names of their files."""
    monkeypatch.setitem(sys.modules, "operations", ModuleType("operations"))
    assert set(oracle.OPERATIONS) == {"add", "mul", "relu", "sub", "neg"}
    assert set(load_oracle(exercises.load()).OPERATIONS) == {"add", "mul", "relu"}
