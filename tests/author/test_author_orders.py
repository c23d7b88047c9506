"""A known mistake that only some orders of sets show is caught by the battery in every one."""

from __future__ import annotations

from grader.author import orders
from grader.diagnosis.observations import observed
from grader.model.program import Program
from tests.author.kit import bundled, in_session


def asked(trials):
    """What the checks ask of the reference, and what it gives."""
    right = trials.of_file(trials.exercise.reference_file).records
    return {r.spec.id: (Program.of(r.steps), observed(r.results)) for r in right}


def test_one_shape_leaves_a_walk_over_sets_to_luck_and_the_battery_does_not():
    def job(trials):
        forms = {form.id.partition("/")[2]: form for form in trials.replayer.patches.forms}
        known = {mistake.id: mistake for mistake in trials.replayer.mistakes}
        walk = (forms["KeepsInputsInASet"], known["value/TakesNodesFromAStack"])
        programs = asked(trials)
        one = [programs["neuron/short_way_and_long_way"]]
        return (
            orders._lucky_order(trials, walk, one),
            orders._lucky_order(trials, walk, list(programs.values())),
            orders._lucky_order(trials, (), list(programs.values())),
        )

    one, every, reference = in_session(bundled(), job)
    assert one is not None
    assert every is None
    assert reference == 0
