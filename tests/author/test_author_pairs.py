"""Two known mistakes at once, of different tasks: neither is misnamed, both are named."""

import random

import pytest

from grader.author.trials import Trial
from grader.diagnosis import clashing
from tests.author.kit import bundled, groups, in_session

PAIRS = 300
SEED = 20261122


def random_pairs(mistakes, count, seed):
    """Pairs of mistakes of different tasks that can stand in one class, no pair twice."""
    rng = random.Random(seed)
    pairs = {}
    while len(pairs) < count:
        pair = tuple(rng.sample(mistakes, 2))
        if pair[0].task != pair[1].task and not clashing(pair):
            pairs.setdefault(frozenset(mistake.id for mistake in pair), pair)
    return list(pairs.values())


def in_task_order(exercise, pair):
    order = ["general", *(task.id for task in exercise.tasks)]
    return tuple(sorted(pair, key=lambda mistake: order.index(mistake.task)))


def trial_of(trials, pair):
    trial = trials.of_mistakes(pair)
    assert isinstance(trial, Trial)
    return trials.diagnosed(trial, lambda: trials.replayer.module(pair))


@pytest.mark.slow
def test_pairs_of_mistakes_are_named():
    """Of 300 random pairs none is misnamed, and at least 98 in 100 have both named."""
    exercise = bundled()

    def job(trials):
        found = []
        for pair in random_pairs(trials.replayer.mistakes, PAIRS, SEED):
            ordered = in_task_order(exercise, pair)
            trial = trial_of(trials, ordered)
            found.append((ordered, groups(trial.findings)))
        return found

    found = in_session(exercise, job)
    misnamed, half = [], []
    for pair, named in found:
        ids = {mistake.id for mistake in pair}
        if any(not group & ids for group in named):
            misnamed.append((sorted(ids), [sorted(group) for group in named]))
        elif any(not any(one in group for group in named) for one in ids):
            half.append((sorted(ids), [sorted(group) for group in named]))
    print(f"\n{PAIRS} pairs: {len(misnamed)} misnamed, {PAIRS - len(misnamed) - len(half)} whole")
    for line in (*misnamed, *half):
        print("  ", line)
    assert misnamed == []
    assert len(half) <= 0.02 * PAIRS
