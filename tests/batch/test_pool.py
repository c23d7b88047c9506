"""Helpers die, hang and fail; the batch goes on, and nobody but the culprit has no mark."""

import functools
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from grader.batch import helper_process
from grader.batch import pool as pool_module
from grader.batch import run as batch
from grader.batch.messages import Job
from grader.batch.options import BatchOptions, setup_of
from grader.batch.pool import Pool
from grader.intake.take import take_source
from grader.model.errors import ExerciseProblem, Fault, IsolationUnavailable
from tests.batch import kit


@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    """The command of a helper that grades nothing and can be poisoned."""
    folder = tmp_path_factory.mktemp("echo")
    return kit.echo_command(kit.small_exercise(folder / "exercise"), folder)


@pytest.fixture
def echoing(echo, monkeypatch):
    """Every helper is such a one."""
    monkeypatch.setattr(helper_process, "COMMAND", echo)


def with_word(exercise, school, name, word):
    (school / f"{name}.py").write_text(f"{kit.source(exercise, name)!s}# {word}\n", "utf-8")


@pytest.mark.usefixtures("echoing")
def test_a_submission_that_kills_helpers_is_the_only_fault(exercise, school, out, tmp_path):
    with_word(exercise, school, "s0003b", "POISON")
    with_word(exercise, school, "s0007b", f"POISON ONCE {tmp_path / 'once'}")
    with_word(exercise, school, "s0008b", "NOISE")
    outcome, _ = kit.run(exercise, school, out, runner=None)
    assert outcome.exit_code == 5
    assert outcome.view.counts.fault == 1
    assert outcome.view.counts.graded == 14
    fault = outcome.view.problems[0]
    assert fault.person.id == "s0003b"
    assert "exit code 7, the last words" in fault.message
    assert kit.report(out, "s0003b")["outcome"] == "fault"
    assert "score" not in kit.report(out, "s0003b")
    assert kit.grades(out)["s0003b"]["score"] == ""


@pytest.mark.usefixtures("echoing")
def test_a_fault_is_no_mark_and_is_tried_again(exercise, school, out, monkeypatch):
    with_word(exercise, school, "s0003b", "FAULT")
    outcome, _ = kit.run(exercise, school, out, runner=None)
    assert outcome.view.counts.fault == 1
    assert "the box does not answer" in outcome.view.problems[0].message
    monkeypatch.undo()
    outcome, told = kit.run(exercise, school, out)
    assert told.graded == {"s0003b"}
    assert outcome.exit_code == 0


@pytest.mark.usefixtures("echoing")
def test_a_helper_that_takes_too_long_is_ended(exercise, school, out):
    with_word(exercise, school, "s0003b", "HANG")

    def impatient(setup):
        pool = Pool(setup, 2)
        pool.budget_s = 1
        return pool

    outcome, _ = kit.run(exercise, school, out, runner=impatient)
    assert outcome.view.counts.graded == 12
    assert "longer than any submission can take" in outcome.view.problems[0].message


@pytest.mark.usefixtures("echoing")
def test_a_machine_that_cannot_grade_is_not_asked_for_ever(exercise, school, out, monkeypatch):
    monkeypatch.setattr(batch, "MOST_FAULTS", 3)
    for path in school.glob("*.py"):
        path.write_text(path.read_text("utf-8") + "# FAULT\n", "utf-8")
    with pytest.raises(Fault, match="3 submissions in a row could not be graded"):
        kit.run(exercise, school, out, runner=None)


def test_helpers_that_do_not_start_are_told(exercise, school, out, monkeypatch):
    command = (sys.executable, "-c", "raise SystemExit('no such thing')")
    monkeypatch.setattr(helper_process, "COMMAND", command)
    with pytest.raises(Fault, match="do not start: exit code 1, no such thing"):
        kit.run(exercise, school, out, runner=None)


def test_an_exercise_broken_meanwhile_ends_the_batch(exercise, school, out):
    (exercise.battery / "test_pop.py").write_text("import nothing_of_this_name\n")
    with pytest.raises(ExerciseProblem, match="changed while the batch was running"):
        kit.run(exercise, school, out, runner=None)
    broken = kit.exercises.load(exercise.root)
    with pytest.raises(ExerciseProblem, match="the battery cannot be collected"):
        kit.run(broken, school, out, runner=None)


def test_isolation_that_is_not_to_be_had_ends_the_batch(exercise, school, out, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_GRADER_TEST", "1")
    given = setup_of(exercise, BatchOptions(), "no such level")
    pool = Pool(given, 1)
    try:
        with pytest.raises((IsolationUnavailable, Fault)):
            graded_by(pool, jobs_of(exercise, 1))
    finally:
        pool.close()


def jobs_of(exercise, count):
    return [job_of(kit.source(exercise, number).encode()) for number in range(count)]


def job_of(source):
    taken = take_source("stack.py", source, "stack.py")
    return Job(taken.digest, taken)


def remembered(started):
    """Starts helpers as ever, and keeps their processes in a list."""

    def launch(*arguments):
        started.append(helper_process.launch(*arguments))
        return started[-1]

    return launch


def graded_by(pool, jobs):
    waiting, answers = list(jobs), []
    while waiting or pool.load:
        while waiting and pool.room:
            pool.send(waiting.pop(0))
        answers += pool.wait()
    return answers


@pytest.mark.usefixtures("echoing")
def test_helpers_are_replaced_and_none_is_left(exercise, monkeypatch):
    monkeypatch.setattr(pool_module, "RECYCLE", 5)
    started = []
    pool = Pool(setup_of(exercise, BatchOptions(), "none"), 2, remembered(started))
    answers = graded_by(pool, jobs_of(exercise, 23))
    assert sorted(len({answer.digest}) for answer in answers) == [1] * 23
    assert len({answer.digest for answer in answers}) == 23
    assert 4 <= len(started) <= 7
    pool.close()
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


@pytest.mark.usefixtures("echoing")
def test_getting_ready_is_told_to_nobody(exercise):
    """Each helper grades something first; who waits for answers sees the jobs that were sent."""
    text = exercise.starter_files[0].read_text("utf-8")
    first = take_source("value.py", text.encode(), "value.py")
    pool = Pool(setup_of(exercise, BatchOptions(), "none"), 1)
    try:
        pool.warm(1, first)
        assert pool.load == 1
        pool.send(Job("real", first))
        answers = []
        while pool.load:
            answers += pool.wait(1.0)
        assert [(one.digest, one.fault) for one in answers] == [("real", "")]
        assert [helper.sent for helper in pool.helpers] == [2]
    finally:
        pool.close()


@pytest.mark.usefixtures("echoing")
def test_a_helper_killed_in_the_middle_loses_nothing(exercise, tmp_path):
    pool = Pool(setup_of(exercise, BatchOptions(), "none"), 2)
    jobs, begun = jobs_of(exercise, 20), {}
    for number in (3, 8, 9):
        text = f"{kit.source(exercise, number)}# HANG ONCE {tmp_path / str(number)}\n"
        jobs[number] = job_of(text.encode())
        begun[jobs[number].digest] = tmp_path / str(number)
    waiting, answers = list(jobs), []
    try:
        while waiting or pool.load:
            while waiting and pool.room:
                pool.send(waiting.pop(0))
            answers += pool.wait(0.05)
            for helper in pool.helpers:
                if helper.jobs and (file := begun.get(helper.jobs[0].digest)) and file.exists():
                    os.kill(helper.process.pid, signal.SIGKILL)
                    del begun[helper.jobs[0].digest]
    finally:
        pool.close()
    assert not begun
    assert {answer.digest for answer in answers} == {job.digest for job in jobs}
    assert not [answer for answer in answers if answer.fault]


def test_helpers_end_with_the_batch(exercise, school, out):
    """After kill -9 of the batch, helpers and boxes are gone within seconds."""
    import subprocess

    for number in range(100, 160):
        (school / f"s{number}.py").write_text(kit.source(exercise, number), "utf-8")
    running = subprocess.Popen(kit.command(exercise, school, out), stdout=subprocess.DEVNULL)
    helpers = []
    deadline = time.monotonic() + 60
    while not helpers and time.monotonic() < deadline:
        helpers = children_of(running.pid)
        time.sleep(0.05)
    family = {pid for helper in helpers for pid in [helper, *children_of(helper)]}
    running.kill()
    running.wait()
    deadline = time.monotonic() + 20
    while any(map(alive, family)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert family
    assert not [pid for pid in family if alive(pid)]


def children_of(pid):
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.usefixtures("echoing")
def test_a_helper_that_holds_much_more_than_at_its_beginning_is_replaced(
    exercise, school, out, monkeypatch
):
    """After the first of them, as long as any growth is too much."""
    started = []
    monkeypatch.setattr(helper_process, "SETTLED", 1)
    monkeypatch.setattr(helper_process, "MOST_GROWTH", 0.5)
    runner = functools.partial(Pool, jobs=2, start=remembered(started))
    outcome, _ = kit.run(exercise, school, out, runner=runner)
    assert outcome.exit_code == 0
    assert len(started) > 3
