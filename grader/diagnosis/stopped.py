"""Which step was running when a check had to be stopped, or when its process ended.

The worker that could say is gone, so a fresh one is asked the same program step by step, with a
part of the time. The step that does not end this time either is named with its code, and the steps
before it keep their results. Explains, and never rescues.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from grader.model.check import CheckRecord, Outcome
from grader.model.exercise import Limits
from grader.model.program import Raised, Result
from grader.program.listing import Listing
from grader.target.base import TargetFailure, TargetTimeout
from grader.target.boxed import BoxedTarget
from grader.text.clean import clean_text
from grader.text.words import said

STOPPED = frozenset({Outcome.TIMEOUT, Outcome.CRASHED})
PART_OF_TIME = 0.25
LONGEST_CODE = 60
ENDED_NOW = said("run again alone, this check came to its end")


def with_step(target: BoxedTarget, record: CheckRecord) -> CheckRecord:
    """The record of a stopped check, its message with the step that was running.

    Nothing of the target's worker is of use afterwards. Raises nothing: what cannot be found out
    is not said.
    """
    target.discard()
    limits, target.limits = target.limits, _part(target.limits)
    results: list[Result] = []
    try:
        salt = record.program.salt()
        for step in record.steps:
            results += target.run([step], len(results), salt)
            if isinstance(results[-1], Raised):
                break
    except TargetFailure as failure:
        if isinstance(failure, TargetTimeout) and failure.kind == "total":
            return record
        return _told(record, results)
    finally:
        target.limits = limits
    return replace(record, notes=(*record.notes, ENDED_NOW))


def _part(limits: Limits) -> Limits:
    return replace(
        limits,
        check_cpu_s=limits.check_cpu_s * PART_OF_TIME,
        check_wall_s=min(limits.check_wall_s, limits.check_cpu_s),
    )


def _told(record: CheckRecord, results: Sequence[Result]) -> CheckRecord:
    at = len(results)
    if record.steps[at].action == "read":
        message = said("{reason}, while its values were read", reason=record.message)
    else:
        code = clean_text(Listing(record.steps, results).line(at), limit=LONGEST_CODE)
        message = said("{reason}, in `{code}`", reason=record.message, code=code)
    return replace(record, message=message, results=tuple(results))
