"""`grader verify --repeat`: a file that gets another report the next time is found."""

import types

import pytest

from grader.author import repeat
from grader.author.new import write_exercise
from grader.author.proof import Ledger
from grader.author.repeat import Repeats, first_difference, patched_sources, sessions
from grader.cli import run
from grader.diagnosis.replay import Replayer
from grader.exercise.load import load
from tests.author.kit import bundled, in_session, outcomes

CLOCK = """\
import time

STARTED = time.time_ns()


def mean(numbers):
    return STARTED


def spread(numbers):
    return 0
"""


@pytest.fixture
def folder(tmp_path):
    """A fresh exercise with few files: what is graded is less."""
    write_exercise(tmp_path / "figures", "functions")
    return tmp_path / "figures"


def add_near_miss(folder, name, source):
    unknown = folder / "reference/unknown"
    unknown.mkdir(exist_ok=True)
    (unknown / name).write_text(source)
    with (unknown / "allowed.yaml").open("a") as file:
        file.write(f"{name}: {{wrong: mean gives a number of its own, may_say: []}}\n")


def defects(folder, times=3):
    ledger, heard = Ledger(), []
    told = lambda what, done, of: heard.append((what, done, of))  # noqa: E731
    repeats = Repeats(load(folder), times, 0)
    repeats.prove(ledger, told)
    repeats.close()
    assert heard[-1][1] == heard[-1][2]
    return ledger.defects()


def test_a_report_that_depends_on_the_clock_is_found(folder):
    """The file is named, the place at which reports first differ, and no other file: not one that
    gives the same number each time, nor a known mistake."""
    add_near_miss(folder, "clock.py", CLOCK)
    add_near_miss(folder, "steady.py", CLOCK.replace("return STARTED", "return 10**30"))
    (found,) = defects(folder)
    assert (found.proof, found.where) == ("repeat", "reference/unknown/clock.py")
    assert "2 of its 3 reports differ from the first, at tasks[" in found.what
    assert found.next_move


@pytest.mark.slow
def test_the_command_ends_with_1_for_it(folder, capfd):
    (folder / "reference/correct/clock.py").write_text(CLOCK)
    assert run(["verify", "--exercise", str(folder), "--repeat", "2", "--no-color"]) == 1
    said = " ".join(capfd.readouterr().out.split())
    assert "no every file has the same report each time" in said
    assert "reference/correct/clock.py 1 of its 2 reports differ" in said


def test_what_is_stopped_is_not_waited_for(folder):
    """Ctrl-C ends a verification, and not in a minute."""
    repeats = Repeats(load(folder), 100, 0)
    repeats.close()
    assert all(one.cancelled() or one.exception() for one in repeats._sessions)


@pytest.mark.parametrize("times", [1, 2, 3, 5])
def test_every_file_is_graded_so_often(times, monkeypatch):
    """In long sessions and in fresh ones, in another order each time, the same one tomorrow."""
    monkeypatch.setattr(repeat, "A_FRESH_SESSION", 4)
    monkeypatch.setattr(repeat, "A_LONG_SESSION", 5)
    files = list(range(10))
    made = list(sessions(files, times))
    assert sorted(one for session in made for one in session) == sorted(files * times)
    assert made == list(sessions(files, times))
    fresh = times // 2
    assert [len(session) for session in made] == [5 * (times - fresh)] * 2 + [4, 4, 2] * fresh
    assert fresh == 0 or made[2][:2] != made[0][:2]


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ("a[1].b", "2", "3")),
        ({"a": []}, {"a": [1]}, ("a[0]", "nothing", "1")),
        ({"a": 1}, {"a": 1, "z": 0}, ("z", "nothing", "0")),
        ({"a": 1}, {"a": "1"}, ("a", "1", "'1'")),
        ({"a": [1, "x", None]}, {"a": [1, "x", None]}, None),
    ],
)
def test_the_first_difference_is_named(one, other, place):
    assert first_difference(one, other) == place


def test_a_known_mistake_as_a_whole_file_is_that_mistake():
    """The same checks pass and fail as where it is put into the reference's class."""
    exercise = bundled()
    mistakes = {mistake.id: mistake for mistake in Replayer(exercise).mistakes}
    sources = dict(patched_sources(exercise))
    assert set(sources) == set(mistakes)

    def trial(trials):
        for name in ("add/ReplacesGradient", "add/ForgetsReturn", "value/FollowsEveryPath"):
            made = types.ModuleType("value")
            exec(sources[name]["value.py"], made.__dict__)
            whole = outcomes(trials.of_module(name, made))
            assert whole == outcomes(trials.of_mistakes((mistakes[name],))), name
        return True

    assert in_session(exercise, trial)
