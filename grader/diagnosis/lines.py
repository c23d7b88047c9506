"""Which line of a submission wrote the wrong value that a report shows, or raised.

The shown programs are run once more, and it is noted who writes what (`grader.inside.trace`). All
of it is the box's claim: it is believed as far as the program gave the same values as without
noting, the last number noted is the one that was read, and the line is one of the submission. It is
shown, it can take a name back, and it never moves a mark.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import asdict, replace

from grader.diagnosis.observations import FAILING, GENERAL, Findings, KnownMistake
from grader.diagnosis.smallest import Shown
from grader.diagnosis.writes import Traced, method_in
from grader.model.check import CheckRecord
from grader.model.exercise import Submission
from grader.model.program import Raised, Result, SourceLine
from grader.model.report import Diagnosis, Evidence
from grader.program.evidence import first_wrong
from grader.program.listing import Listing
from grader.target.base import TargetFailure
from grader.target.boxed import BoxedTarget
from grader.target.results import TracedAnswer, decode_traced
from grader.text.clean import clean_text

LONGEST = 200


class Origin(NamedTuple):
    """Where a program's first wrong value comes from, `a.grad`; no value: an exception.

    `source` is the line to show, where there is one, and `method` where it stands; `operation` are
    all methods of the program's operation that the method carries out. `is_unwritten`: no line
    wrote the value since its object was made.
    """

    node: str = ""
    field: str = ""
    source: SourceLine | None = None
    method: str = ""
    operation: frozenset[str] = frozenset()
    is_unwritten: bool = False


Origins = Mapping[str, Origin]
"""By task."""

Shows = Callable[[str, KnownMistake], bool]
"""Whether a mistake alone gives what a task's program shows."""


def origins(
    target: BoxedTarget, shown: Mapping[str, Shown], oracle: Any
) -> tuple[dict[str, Origin], bool]:
    """What is known of where each task's wrong value, or its exception, comes from; and whether
    time ran out.

    The target may have been asked what it likes; its worker is of no use afterwards.
    """
    found = {task: _raised(one.finding.results, target.submission) for task, one in shown.items()}
    numeric = {task: one for task, one in shown.items() if one.finding.comparisons}
    if numeric:
        try:
            answers = _traced(target, list(numeric.values()))
            for (task, one), noted in zip(numeric.items(), answers, strict=True):
                if noted.answer == one.answer:
                    traced = Traced(one.finding, noted.writes, oracle)
                    found[task] = _written(traced, target.submission)
        except TargetFailure as failure:
            return found, failure.may_be_load
        finally:
            target.discard()
    return found, False


def _traced(target: BoxedTarget, shown: Sequence[Shown]) -> list[TracedAnswer]:
    """Each program's answer and its writes: by a fresh worker, where the target's gives something
    else than is shown. TargetFailure."""
    programs = [one.candidate.program for one in shown]

    def ask() -> list[TracedAnswer]:
        return list(map(decode_traced, target.ask_all(programs, traced=True)))

    with contextlib.suppress(TargetFailure):
        answers = ask()
        if all(one.answer == noted.answer for one, noted in zip(shown, answers, strict=True)):
            return answers
    target.discard()
    return ask()


def _raised(results: Sequence[Result], submission: Submission) -> Origin:
    """The line that raised, as far as it is one of the submission."""
    raised = next((one for one in results if isinstance(one, Raised)), None)
    if raised is None:
        return Origin()
    source = source_of(submission, raised.path, raised.line)
    return Origin(source=source, method=method_in(raised.function))


def _written(traced: Traced, submission: Submission) -> Origin:
    finding = traced.finding
    wrong = first_wrong(finding.comparisons)
    writes = traced.of(wrong) if wrong else ()
    if wrong is None or not writes:
        return Origin()
    node = Listing(finding.steps, finding.results).names.get(wrong.step, "")
    write = traced.wrong(wrong)
    if write is None:
        was_built = all(one.is_building for one in writes)
        return Origin(node, wrong.field, is_unwritten=was_built and wrong.direction == "backward")
    source = source_of(submission, write.path, write.line)
    method = method_in(write.function)
    return Origin(node, wrong.field, source, method, traced.operation(method))


def source_of(submission: Submission, path: str, line: int | None) -> SourceLine | None:
    """A line of the submission; None where it has no such one, or an empty one."""
    place = submission.place(path, line)
    if place is None:
        return None
    text = clean_text(place.text.strip(), limit=LONGEST)
    named = clean_text(path) if len(submission.files) > 1 else ""
    return SourceLine(place.line, text, named, place.cell) if text else None


# --- what it means for a report ----------------------------------------------------------------


def told(evidence: Evidence, origin: Origin) -> Evidence:
    """The evidence with the line, or that there is none."""
    if origin.source is None and not origin.is_unwritten:
        return evidence
    written = f"{origin.node}.{origin.field}" if origin.field else ""
    return replace(evidence, written=written, **_keys(origin.source))


def with_sources(
    records: Sequence[CheckRecord], found: Origins, submission: Submission
) -> list[CheckRecord]:
    """The records, failing ones with the line that raised, or with their task's where the same
    field is wrong first."""
    return [_with_source(r, found, submission) if r.outcome in FAILING else r for r in records]


def _with_source(record: CheckRecord, found: Origins, submission: Submission) -> CheckRecord:
    wrong = first_wrong(record.comparisons)
    origin = found.get(record.spec.task, Origin())
    if wrong is None:
        origin = _raised(record.results, submission)
    elif wrong.field != origin.field:
        return record
    return replace(record, source=origin.source)


def judged(found: Findings, origins: Origins, shows: Shows) -> Findings:
    """The findings with their lines, and without the known mistakes that a line refutes: a wrong
    value was written by an operation that none of them is about. Of several mistakes of a task
    those have the line that alone give what its program shows."""
    named = {mistake.id: mistake for mistake in found.hypothesis}
    methods = {method for mistake in named.values() for method in mistake.methods}
    is_general = any(mistake.task == GENERAL for mistake in named.values())

    def is_refuted(task: str, one: Diagnosis) -> bool:
        operation = origins.get(task, Origin()).operation
        is_elsewhere = bool(operation) and methods.isdisjoint(operation)
        return one.id in named and not is_general and is_elsewhere

    def with_line(task: str, one: Diagnosis) -> Diagnosis:
        origin = origins.get(task, Origin())
        is_about = one.id in named and origin.method in named[one.id].methods
        if is_about and len(found.diagnoses[task]) > 1:
            is_about = shows(task, named[one.id])
        return replace(one, **_keys(origin.source)) if is_about or one.rule else one

    kept = {
        task: tuple(with_line(task, one) for one in told if not is_refuted(task, one))
        for task, told in found.diagnoses.items()
    }
    kept = {task: told for task, told in kept.items() if told}
    same_as = {check: home for check, home in found.same_as.items() if home in kept}
    return Findings(kept, same_as, found.hypothesis)


def _keys(source: SourceLine | None) -> dict[str, Any]:
    return asdict(source) if source else {}
