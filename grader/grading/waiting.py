"""What checks need: which run for the sake of a task, and which are not judged for now. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.check import CheckRecord, CheckSpec, Outcome, waiting
from grader.model.exercise import Exercise
from grader.text.words import listed, said


def tasks_run(exercise: Exercise, specs: Sequence[CheckSpec], task: str | None) -> set[str]:
    """The task, and all that it or its checks need; all tasks where none is given."""
    if task is None:
        return {spec.task for spec in specs}
    wanted, found = set[str](), {task}
    while found != wanted:
        wanted = set(found)
        for spec in (spec for spec in specs if spec.task in wanted):
            needs = (*exercise.task(spec.task).needs, *spec.needs)
            found.update(need.partition("/")[0] for need in needs)
    return wanted


def waits_for(needs: Sequence[str]) -> str:
    """Why a check is not judged."""
    return said("waits for {needs}", needs=listed(needs))


def held_back(records: Sequence[CheckRecord]) -> list[CheckRecord]:
    """The records, those of failing checks that wait as such, without what they ran: what failed in
    them may be due to what they need, which is shown there."""
    waits = waiting(records)
    return [
        CheckRecord(record.spec, Outcome.BLOCKED, _why(waits[record.spec.id]), notes=record.notes)
        if record.spec.id in waits
        else record
        for record in records
    ]


def _why(needs: Sequence[str]) -> str:
    # by their tasks, for a check may be hidden
    return waits_for(list(dict.fromkeys(need.partition("/")[0] for need in needs)))
