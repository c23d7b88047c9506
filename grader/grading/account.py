"""The accept rule for pytest-json-report's account of a run. Pure.

Our own record decides, and an account that does not agree with it is a fault of ours, never a mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.model.check import Outcome
from grader.model.errors import Fault
from grader.text.words import said


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
