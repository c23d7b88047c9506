"""Checks that are not judged: what they need does not work yet, or is not fully right. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.check import CheckRecord, Outcome, waiting
from grader.text.words import listed, said


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
