"""The accept rule for what pytest-json-report recorded of a run. Pure.

Our own record decides, and another account that does not agree with it is a fault of ours, never a
mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.model.check import Outcome
from grader.model.errors import Fault
from grader.text.words import said

STAGES = ("setup", "call", "teardown")


def accept_json_report(
    tests: Mapping[str, Mapping[str, Any]], expected: Mapping[str, Outcome]
) -> None:
    """Holds what pytest-json-report recorded of one submission against our own record.

    Both are by node id. Each clause closes a hole that was observed with that format: a test counts
    as passed only if setup, call and teardown are all there and passed, and the node ids are
    exactly those of the checks that ran. Fault when any is not so.
    """
    if set(tests) != set(expected) or any(
        test.get("nodeid") != name for name, test in tests.items()
    ):
        raise Fault(said("pytest's report does not list the battery's checks once each"))
    for name, test in tests.items():
        stages = [test.get(stage, {}).get("outcome") for stage in STAGES]
        passed = test.get("outcome") == "passed" and stages == ["passed"] * len(STAGES)
        if passed != (expected[name] is Outcome.PASSED):
            raise Fault(
                said("pytest's report and the grader's record disagree on {test}", test=name)
            )
