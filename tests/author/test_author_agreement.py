"""Replay and the battery agree: in this process and in the box every check gives the same."""

import pytest

from grader.author.solutions import sources_at
from grader.box import choose
from grader.diagnosis.observations import observed
from grader.exercise.content import right_styles
from grader.grading.state import State
from grader.intake.take import take_source
from grader.model.check import Outcome
from grader.target.boxed import BoxedTarget
from tests.author.kit import bundled, in_session, mistake_sources


def boxed_records(trials, box, name, text):
    exercise = trials.exercise
    taken = take_source(f"{name}.py".replace("/", "-"), text.encode(), exercise.module_file)
    target = BoxedTarget(box, taken, exercise.contract, exercise.limits)
    try:
        target.load()
        state = State(exercise, target, trials.seed)
        state.judged = True
        return trials.runner.run(state)
    finally:
        target.close()


def differences(here, there, methods):
    """The checks whose outcome or observations are not the same."""
    assert [record.spec for record in here] == [record.spec for record in there]
    for mine, boxed in zip(here, there, strict=True):
        same = observed(mine.results, methods) == observed(boxed.results, methods)
        if mine.outcome is not boxed.outcome or not same:
            yield mine.spec.id, mine.outcome.value, boxed.outcome.value


def compared(pieces):
    """Runs every (name, text, trial in this process) in the box too; what differs, by name."""
    exercise = bundled()
    box = choose("none", exercise)

    def job(trials):
        found = {}
        for name, text, trial_here in pieces(trials):
            boxed = boxed_records(trials, box, name, text)
            found[name] = list(differences(trial_here.records, boxed, trials.replayer.methods))
        return found

    try:
        return in_session(exercise, job)
    finally:
        box.close()


@pytest.mark.slow
def test_reference_and_right_styles():
    """Passing is passing, in whatever style."""

    def pieces(trials):
        exercise = trials.exercise
        for path in (exercise.reference_file, *right_styles(exercise)):
            trial = trials.of_file(path)
            assert {record.outcome for record in trial.records} == {Outcome.PASSED}
            yield path.stem, sources_at(exercise, path)[exercise.module_file].decode(), trial

    found = compared(pieces)
    assert len(found) > 20
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.slow
def test_known_mistakes():
    """Every value and exception, its message and place too, that a replay would see is what the box
    saw."""

    def pieces(trials):
        known = {mistake.id: mistake for mistake in trials.replayer.mistakes}
        for name, text in mistake_sources(trials.exercise):
            yield name, text, trials.of_mistakes((known[name],))

    found = compared(pieces)
    assert len(found) >= 90
    assert {name: places for name, places in found.items() if places} == {}
