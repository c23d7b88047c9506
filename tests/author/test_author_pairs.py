"""Two known mistakes at once: neither is misnamed, and both are named where both can be seen."""

import random
from collections import Counter

import pytest

from grader.diagnosis.observations import GENERAL, agrees, observed
from grader.diagnosis.patches import shared
from tests.author.kit import bundled, groups, in_session

SEED = 20261122


def random_pairs(mistakes, count, seed):
    """Pairs of mistakes of different tasks that can stand in one class, no pair twice."""
    rng = random.Random(seed)
    pairs = {}
    while len(pairs) < count:
        pair = tuple(rng.sample(mistakes, 2))
        if pair[0].task != pair[1].task and not shared(pair):
            pairs.setdefault(frozenset(mistake.id for mistake in pair), pair)
    return list(pairs.values())


def verdict_on(trials, pair):
    """How a pair is named, and by what.

    `both`; `hidden` where what is named explains every value seen, so that nothing tells of the
    rest; `half` where something seen is left without a name; `misnamed` where a mistake is named
    that was not made, although something seen speaks against it.
    """
    order = [GENERAL, *(task.id for task in trials.exercise.tasks)]
    pair = tuple(sorted(pair, key=lambda mistake: order.index(mistake.task)))
    trial = trials.of_mistakes(pair)
    trial = trials.diagnosed(trial, lambda: trials.replayer.module(pair))
    named, ids = groups(trial.findings), {mistake.id for mistake in pair}
    strange = any(not group & ids for group in named)
    if not strange and all(any(one in group for group in named) for one in ids):
        return "both", named
    if named and explains_all(trials, trial):
        return "hidden", named
    return ("misnamed" if strange else "half"), named


def explains_all(trials, trial):
    """Whether the mistakes that are named predict everything that was seen."""
    known = {mistake.id: mistake for mistake in trials.replayer.mistakes}
    said = [one.id for diagnoses in trial.findings.diagnoses.values() for one in diagnoses]
    hypothesis = tuple(known[one] for one in said)
    methods = trials.replayer.methods
    return all(
        agrees(observed(record.results, methods), trials.replayer.replay(hypothesis, record))
        for record in trial.records
        if record.results
    )


def tried(count, seed, wanted):
    """Verdicts on random pairs of the wanted mistakes, with the pair and what was named."""

    def job(trials):
        mistakes = [mistake for mistake in trials.replayer.mistakes if wanted(mistake)]
        return [
            (*verdict_on(trials, pair), sorted(mistake.id for mistake in pair))
            for pair in random_pairs(mistakes, count, seed)
        ]

    found = in_session(bundled(), job)
    counts = Counter(verdict for verdict, _, _ in found)
    print(f"\n{count} pairs: {dict(counts)}")
    for verdict, named, pair in found:
        if verdict != "both":
            print(f"  {verdict}: {' + '.join(pair)} named {[sorted(group) for group in named]}")
    return counts


@pytest.mark.slow
def test_pairs_of_two_tasks():
    """Of 300 pairs none is misnamed, and at least 98 in 100 have both named."""
    counts = tried(300, SEED, lambda mistake: mistake.task != GENERAL)
    assert counts["misnamed"] == 0
    assert counts["both"] >= 0.98 * 300


@pytest.mark.slow
def test_pairs_with_a_constructor_or_a_backward():
    """Such a mistake may hide another one wholly; of what can be seen 98 in 100 is named."""
    counts = tried(100, SEED + 1, lambda mistake: True)
    assert counts["misnamed"] == 0
    assert counts["both"] >= 0.98 * (100 - counts["hidden"])
