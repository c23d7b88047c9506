"""A comparison says of every answer what the whole check says of it under pytest."""

from __future__ import annotations

import itertools

import pytest
from msgspec.structs import replace

from grader.box import choose
from grader.exercise.load import load
from grader.grading import fixed_check
from grader.grading.fixed_check import judged
from grader.grading.learning import handles_exceptions
from grader.grading.session import run_session
from grader.grading.state import State
from grader.grading.targets import Targets
from grader.intake.take import take_source
from grader.target.base import LoadFailed
from grader.target.boxed import BoxedTarget
from tests.bench.synthetic_class import HOSTILE, known_mistakes, right_styles

SHARE = 48
"""One in so many of the files; the others are for `-m slow`."""

CLASS = """
class Value:
    def __init__(self, data):
        self.data, self.grad = {given}
    def __add__(self, other):
        return self
    __mul__ = __add__
    def relu(self):
        return Value(0)
    def backward(self):
        {walk}
"""
LYING = {
    "not a number": CLASS.format(given="'x' * 99, None", walk="pass"),
    "nan": CLASS.format(given="(1e400 - 1e400,) * 2", walk="pass"),
    "raises late": CLASS.format(given="data, 0", walk="raise KeyError(3)"),
}


def files():
    """Every kind of submission by its name."""
    made = {one.kind: one.content.decode() for one in (*known_mistakes(), *right_styles())}
    return [*made.items()], [*HOSTILE.items(), *LYING.items()]


def compare(named, monkeypatch):
    """Judges each answer both ways; how many were compared of each file."""
    exercise = load()
    direct, compared = {}, {}

    def also_by_pytest(state, spec, reads, asked):
        direct[spec.id] = judged(state, spec, reads, asked)

    monkeypatch.setattr(fixed_check, "judged", also_by_pytest)
    box = choose("none", exercise)

    def turn(_, runner):
        for name, text in named:
            submission = take_source("value.py", text.encode(), "value.py")
            limits = replace(exercise.limits, check_cpu_s=0.2, import_s=0.5)
            target = BoxedTarget(box, submission, exercise.contract, limits)
            targets = Targets.of(target)
            direct.clear()
            try:
                target.load()
                state = State(exercise, target, 7, targets.hidden)
                state.judged = True
                records = {record.spec.id: record for record in runner.run(state)}
            except LoadFailed:
                continue
            finally:
                targets.close()
            for check, record in direct.items():
                # as text, where NaN is NaN
                assert repr(replace(record, output=None)) == repr(
                    replace(records[check], output=None)
                ), name
            compared[name] = len(direct)

    try:
        run_session(exercise, turn)
    finally:
        box.close()
    return compared


def test_a_share_of_the_catalogue(monkeypatch):
    """Known mistakes and right styles, and files that lie about their values."""
    known, odd = files()
    compared = compare([*itertools.islice(known, 0, None, SHARE), *odd], monkeypatch)
    assert sum(compared.values()) > 150
    assert all(compared[name] for name in LYING)


@pytest.mark.slow
def test_the_whole_catalogue(monkeypatch):
    """All of them."""
    known, odd = files()
    assert sum(compare(known + odd, monkeypatch).values()) > 1200


@pytest.mark.parametrize(
    ("source", "catches"),
    [
        ("def test(observe):\n    observe.expect({}, {})\n", False),
        (
            "def table(x):\n    try:\n        return x[0]\n    except KeyError:\n        pass\n",
            False,
        ),
        ("try:\n    pass\nexcept (KeyError, IndexError):\n    pass\n", False),
        ("def test(observe):\n    try:\n        1\n    except Exception:\n        pass\n", True),
        ("try:\n    pass\nexcept (KeyError, AssertionError):\n    pass\n", True),
        ("try:\n    pass\nexcept:\n    pass\n", True),
        ("def test():\r    try:\r        1\r    except Exception:\r        pass\r", True),
        ("async def test(x):\n    async with x:\n        pass\n", True),
        ('def test():\n    """\n    with words\n    except these\n    """\n', False),
        ("import contextlib\nwith contextlib.suppress(ValueError):\n    pass\n", True),
    ],
)
def test_a_battery_that_may_catch_is_left_to_pytest(source, catches, tmp_path):
    """Its checks can make something else of a value that differs."""
    (tmp_path / "helpers").mkdir()
    (tmp_path / "test_one.py").write_text("def test():\n    assert 1\n")
    (tmp_path / "helpers" / "more.py").write_text(source)
    assert handles_exceptions(tmp_path) is catches
