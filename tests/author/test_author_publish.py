"""The checks that learners are given judge as the battery does, or are not given."""

import shutil
from pathlib import Path

import pytest

from grader.author.handout import handout_files
from grader.author.new import write_exercise
from grader.author.publish import publish
from grader.exercise.handed_out import handed_out
from grader.exercise.load import load
from tests.author.kit import put
from tests.cli.inside import inside

SMALL = ("stack", "functions", "two-classes")


@pytest.fixture
def functions(tmp_path):
    """The folder of an exercise of functions."""
    write_exercise(tmp_path / "functions", "functions")
    return tmp_path / "functions"


@pytest.mark.parametrize(
    "kind", [*SMALL, "two_files", pytest.param("autograd-more", marks=pytest.mark.slow)]
)
def test_all_visible_checks_can_be_given(kind, tmp_path):
    """Of every template, and of several files: calls, exceptions, containers; none of the hidden
    ones. The starter passes none of them, and the solution all."""
    folder = Path(__file__).parents[1] / "exercises" / kind
    if kind != "two_files":
        folder = tmp_path / "exercise"
        write_exercise(folder, kind)
    exercise = load(folder)
    public, left_out = publish(exercise)
    assert not left_out
    assert public.checks
    assert {check.spec.visibility for check in public.checks} == {"visible"}
    work = put(tmp_path / "work", handout_files(exercise, public))
    begun = inside("check", cwd=work)
    assert (begun.code, "✔" in begun.out) == (1, False), begun
    put(work, {path.name: path.read_bytes() for path in exercise.reference_files})
    assert inside("check", cwd=work).code == 0


def test_what_a_program_does_not_tell_is_left_out(tmp_path, functions):
    """A check that takes other answers than the reference's as well is found by altered answers;
    one that looks at nothing of a call is given, without what the call gave."""
    shutil.copytree(functions, tmp_path / "exercise")
    with (tmp_path / "exercise/tests/battery/test_mean.py").open("a") as file:
        file.write(
            "\n\ndef test_sign(submission):\n"
            '    """The mean of large numbers is large."""\n'
            "    assert submission.mean([1000, 2001]) > 100\n"
            "\n\ndef test_kind(submission):\n"
            '    """A mean is a number."""\n'
            "    given = submission.given([1, 2])\n"
            "    assert isinstance(submission.mean(given), float)\n"
            "\n\ndef test_left_alone(submission):\n"
            "    given = submission.given([4, 2])\n"
            "    submission.mean(given)\n"
            "    assert list(given) == [4, 2]\n"
        )
    public, left_out = publish(load(tmp_path / "exercise"))
    assert set(left_out) == {"mean/sign", "mean/kind"}
    (alone,) = (check for check in public.checks if check.spec.id == "mean/left_alone")
    assert [exchange.gives for exchange in alone.exchanges if exchange.gives] != []


ODD = """
def test_list_or_tuple(submission):
    assert list(submission.mean([1, 2])) == [1, 2]

def test_truth(submission):
    assert submission.mean([3])

def test_order(submission):
    assert sorted(submission.mean([4])) == [1, 2]

def test_near(submission):
    assert abs(submission.mean([5]) - 2) < 0.01

def test_iterated(submission):
    assert [one for one in submission.mean([6])] == [1, 2]

def test_nothing():
    assert True

def test_infinite(submission, observe):
    made = submission.mean([7])
    observe.expect({0: {"real": float("inf")}}, {"real": "forward"})
"""
GIVES = """
def mean(numbers):
    if numbers == [6]:
        return iter([1, 2])
    return {(1, 2): (1, 2), (3,): True, (4,): [1, 2], (5,): 2}.get(tuple(numbers), float("inf"))

def spread(numbers):
    return 0
"""
OTHERWISE = GIVES.replace("(1, 2): (1, 2)", "(1, 2): [1, 2]").replace("True", "'yes'")


def test_a_check_is_no_stricter_and_no_laxer_than_the_battery(tmp_path, functions):
    """What takes a list or a tuple, or any truth, is given so; what takes more is not given."""
    exercise = tmp_path / "exercise"
    shutil.copytree(functions, exercise)
    shutil.rmtree(exercise / "reference")
    (exercise / "reference").mkdir()
    (exercise / "reference/figures.py").write_text(GIVES)
    (exercise / "tests/battery/test_mean.py").write_text(
        'import pytest\npytestmark = pytest.mark.task("mean")\n' + ODD
    )
    (exercise / "tests/battery/test_spread.py").write_text(
        'import pytest\npytestmark = pytest.mark.task("spread")\n'
        "def test_zero(submission):\n    assert submission.spread([]) == 0\n"
    )
    public, left_out = publish(load(exercise))
    given = [check.spec.id for check in public.checks]
    assert given == ["mean/list_or_tuple", "mean/truth", "spread/zero"]
    assert len(left_out) == 5
    work = put(tmp_path / "work", {"exercise.json": handed_out(load(exercise), public)})
    (work / "figures.py").write_text(OTHERWISE)
    assert inside("check", cwd=work).code == 0
    (work / "figures.py").write_text(GIVES.replace("(1, 2): (1, 2)", "(1, 2): (2, 1)"))
    assert inside("check", cwd=work).code == 1
