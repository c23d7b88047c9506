"""CTRF, JUnit and check50: counts that add up, and nothing green that lost a point."""

from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from grader.export.common import OURS
from grader.model.check import Outcome
from tests.export import samples
from tests.export.samples import PARTIAL, SAMPLES, UNIMPORTABLE, as_json, exported


@pytest.mark.parametrize("made", SAMPLES.values(), ids=SAMPLES)
def test_ctrf_counts_add_up_and_points_are_extra(made):
    results = as_json("ctrf", made)["results"]
    summary, tests = results["summary"], results["tests"]
    ends = ("passed", "failed", "skipped", "pending", "other")
    assert summary["tests"] == len(tests) == sum(summary[end] for end in ends)
    assert summary["stop"] - summary["start"] == 310
    assert all("points" in test["extra"][OURS] for test in tests)


@pytest.mark.parametrize("made", SAMPLES.values(), ids=SAMPLES)
def test_junit_counts_add_up(made):
    tree = ElementTree.fromstring(exported("junit", made).encode())
    for tag, key in (("testcase", "tests"), ("failure", "failures"), ("error", "errors")):
        found = len(list(tree.iter(tag)))
        assert int(tree.get(key)) == found
        assert sum(int(suite.get(key)) for suite in tree) == found
    assert sum(int(suite.get("skipped")) for suite in tree) == len(list(tree.iter("skipped")))
    assert all(len(list(case)) <= 2 for case in tree.iter("testcase"))


def test_nothing_is_green_that_earned_less_than_full_marks():
    blocked = [Outcome.BLOCKED] * 2
    only = replace(PARTIAL, tasks=(samples.reports.task("neuron", blocked),), score=0.0)
    for made in (UNIMPORTABLE, only, *(SAMPLES[n] for n in ("zero", "timeout", "hidden"))):
        assert as_json("ctrf", made)["results"]["summary"]["failed"] > 0
        tree = ElementTree.fromstring(exported("junit", made).encode())
        assert int(tree.get("failures")) + int(tree.get("errors")) > 0
        assert any(r["passed"] is False for r in as_json("check50", made)["results"])


def test_check50_knows_what_a_skipped_check_waits_for():
    results = as_json("check50", SAMPLES["zero"])["results"]
    skipped = [one for one in results if one["passed"] is None]
    assert [one["dependency"] for one in skipped] == ["add/test_1"] * 2
    for one in results:
        assert (one["cause"] is None) == (one["passed"] is True)
        keys = {"name", "description", "passed", "log", "cause", "data", "dependency"}
        assert set(one) == keys
    waiting = as_json("check50", UNIMPORTABLE)["results"]
    assert {one["dependency"] for one in waiting[1:]} == {waiting[0]["name"]}
