"""One check's record → its result: points, message, evidence. Pure.

Also the accept rule for pytest-json-report's account of a run: our own record decides, and an
account that does not agree with it is a fault of ours, never a mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from grader.errors import Fault
from grader.evidence import Listing, Oracle, first_wrong, graph, number_text, program_lines
from grader.model import CheckRecord, CheckResult, CheckSpec, Outcome
from grader.words import said

SHOWN_PROGRAMS = 3
"""How many failing checks of a task carry program and graph: reports stay small."""


def message_of(record: CheckRecord) -> str:
    """The sentence for a failing check: the first wrong value, or what the record says."""
    wrong = first_wrong(record.comparisons)
    if record.outcome is Outcome.FAILED and wrong is not None:
        name = Listing(record.steps, record.results).names.get(wrong.step, "it")
        expected, got = number_text(wrong.expected), number_text(wrong.got)
        return said(
            "{name}.{field} should be {expected}, got {got}",
            name=name,
            field=wrong.field,
            expected=expected,
            got=got,
        )
    return record.message


def check_result(
    record: CheckRecord, points: Fraction, *, show: bool, oracle: Oracle | None = None
) -> CheckResult:
    """The result of one check worth `points`; with `show`, its program and graph."""
    spec = record.spec
    passed = record.outcome is Outcome.PASSED
    show = show and not passed and bool(record.steps)
    return CheckResult(
        id=spec.id,
        title=spec.title,
        outcome=record.outcome,
        score=round(float(points), 4) if passed else 0.0,
        max_score=round(float(points), 4),
        visibility=spec.visibility,
        message="" if passed else message_of(record),
        program=program_lines(record.steps, record.results, record.comparisons) if show else None,
        graph=graph(record.steps, record.results, record.comparisons, oracle) if show else None,
        output=None if passed else record.output,
        notes=record.notes,
    )


def check_points(specs: Sequence[CheckSpec], task_points: Fraction) -> dict[str, Fraction]:
    """Points of each check of one task: task points × weight / sum of weights."""
    total = sum(spec.weight for spec in specs)
    return {spec.id: task_points * spec.weight / total for spec in specs}


def task_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """The first outcome in order of explanation that any check has; missing without checks."""
    seen = set(outcomes)
    for outcome in Outcome:
        if outcome is not Outcome.PASSED and outcome in seen:
            return outcome
    return Outcome.PASSED if seen else Outcome.MISSING


def accept_json_report(
    account: Mapping[str, Any], expected: Mapping[str, Outcome]
) -> Mapping[str, Any]:
    """pytest-json-report's account of one submission, held against our own record.

    `expected` maps node ids to our outcomes. Each clause closes a hole that was observed with
    that format: a test counts as passed only if setup, call and teardown are all there and
    passed; the node ids are exactly the battery's, once each; the summary adds up. Fault when
    any is not so.
    """
    tests = account.get("tests", [])
    ids = [test["nodeid"] for test in tests]
    if len(ids) != len(set(ids)) or set(ids) != set(expected):
        raise Fault(said("pytest's report does not list the battery's checks once each"))
    if account.get("summary", {}).get("total") != len(ids):
        raise Fault(said("the summary of pytest's report does not add up"))
    for test in tests:
        stages = [test.get(stage, {}).get("outcome") for stage in ("setup", "call", "teardown")]
        passed = test["outcome"] == "passed" and stages == ["passed"] * 3
        if passed != (expected[test["nodeid"]] is Outcome.PASSED):
            raise Fault(
                said(
                    "pytest's report and the grader's record disagree on {test}",
                    test=test["nodeid"],
                )
            )
    return account
