"""What there is to say of an explanation: diagnoses by task, and checks that they explain too."""

from __future__ import annotations

from collections.abc import Sequence

from grader.diagnosis.facts import Facts
from grader.diagnosis.observations import Findings, KnownMistake
from grader.diagnosis.search import Explanation
from grader.model.report import Diagnosis, NamedMistake


def findings(explanation: Explanation, facts: Facts) -> Findings:
    """What there is to say: the diagnoses, and the later checks that they explain too."""
    if not explanation.found_in:
        return Findings()
    same_as = _same_as(explanation, facts)
    alive = {mistake for hypothesis in explanation.hypotheses for mistake in hypothesis}
    named = explanation.hypotheses[0]
    diagnoses = {}
    for task, groups in explanation.found_in.items():
        living = [g for g in groups if alive.issuperset(g)]
        living.sort(key=lambda group: not set(group) <= set(named))
        mine = (r.spec.id for r in facts.failing[task])
        checks = [check for check in mine if check not in same_as]
        checks += [check for check, home in same_as.items() if home == task]
        shares = _shares(living[0], checks, facts)
        told = [
            _diagnosis(mistake, [group[place] for group in living[1:]], shares[mistake])
            for place, mistake in enumerate(living[0])
        ]
        # what explains most is told first: the smallest program mostly shows that one
        diagnoses[task] = tuple(sorted(told, key=lambda one: -len(one.checks)))
    return Findings(diagnoses, same_as, named)


def _shares(
    group: Sequence[KnownMistake], checks: Sequence[str], facts: Facts
) -> dict[KnownMistake, tuple[str, ...]]:
    """The checks that each mistake of a group explains alone; those that take all of them are
    everyone's."""
    records = {r.spec.id: r for failing in facts.failing.values() for r in failing}
    alone = {
        check: [one for one in group if facts.predicts((one,), records[check])] for check in checks
    }
    return {
        one: tuple(check for check in checks if one in (alone[check] or group)) for one in group
    }


def _same_as(explanation: Explanation, facts: Facts) -> dict[str, str]:
    """The task of the mistake behind each failing check that another task's mistake predicts."""
    named = explanation.hypotheses[0]
    home = {
        mistake: task
        for task, groups in explanation.found_in.items()
        for group in groups
        for mistake in group
    }
    found = {}
    for task in facts.tasks:
        for record in facts.failing[task]:
            if task in facts.lost or not facts.predicts(named, record):
                continue
            alone = [one for one in named if facts.predicts((one,), record)]
            behind = {home[one] for one in alone or named}
            if task not in behind:
                found[record.spec.id] = home[(alone or named[-1:])[0]]
    return found


def _diagnosis(
    mistake: KnownMistake, others: Sequence[KnownMistake], checks: tuple[str, ...]
) -> Diagnosis:
    different = {o.id: NamedMistake(o.id, o.title) for o in others if o.id != mistake.id}
    return Diagnosis(
        id=mistake.id,
        title=mistake.title,
        explanation=mistake.explanation,
        checks=checks,
        alternatives=tuple(different.values()),
    )
