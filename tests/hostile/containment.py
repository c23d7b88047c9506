"""Whatever a submission does: no point gained, no secret read, nobody hurt, no deadline missed.

Each level (`test_at_none.py` and so on) grades its cases in a grading process of its own, a right
submission after each; as root, an ordinary user's grading is watched too. Every case is run at the
strongest level that this machine offers, or at level none if it is the same everywhere; at the
others with `pytest -m slow`. What a level does not promise to contain is only shown to be a real
attack there.
"""

from __future__ import annotations

import csv
import os
import platform
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from grader.export import FORMATS, exporter
from grader.model.check import Audience
from grader.model.report import Learner, Report, Verdict
from grader.render.html.page import page
from grader.render.terminal.scorecard import scorecard_text
from grader.report import wire
from tests.hostile import ordinary_user, session
from tests.hostile.cases import Case, load_cases

Outcomes = Callable[[str, str], session.Outcomes]
"""What came of the cases, by user and level."""

GAINED = "GAINED"
GENEROUS = 4
"""How many times its whole budget a case may take on a busy machine: only a hang takes longer."""

WATCHED_AS_ORDINARY_USER = ("reading", "escape")
FORMULA = re.compile(r"[=+@\t]|-(?![0-9.]+$)")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def runs(level: str, *groups: str) -> Iterator[Any]:
    """The groups' cases at a level; as another user too where this one is root."""
    for user in ("self", "ordinary") if os.geteuid() == 0 else ("self",):
        for case in load_cases():
            if case.group not in groups:
                continue
            if user == "self" or case.group in WATCHED_AS_ORDINARY_USER:
                reason = case.expected.get("xfail")
                marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
                if level != case.level:
                    marks.append(pytest.mark.slow)
                name = level if user == "self" else f"{level}-{user}"
                yield pytest.param(user, level, case, id=f"{name}-{case.id}", marks=marks)


def assert_contained(outcomes: Outcomes, user: str, level: str, case: Case) -> None:
    """Skips what cannot be shown here."""
    if case.expected.get("machine", platform.machine()) != platform.machine():
        pytest.skip("written for another architecture")
    if user == "ordinary" and (reason := ordinary_user.start().unusable):
        pytest.skip(reason)
    found = outcomes(user, level)
    if found.unavailable:
        pytest.skip(found.unavailable)
    if not case.runs(found.level):
        pytest.skip(f"nothing contains it at level {found.level}")
    result = found.cases[case.id]
    assert "crash" not in result, result["crash"]
    report = wire.decode(result["report"])
    check_format(report, result["report"])
    if (user, level) == ("self", case.level):
        check_texts(report)  # they are shown alike, wherever it ran
    check_time(result)
    check_next_submission(result)
    if case.contained(found.level):
        check_outcome(case, report)
        check_containment(result, found.hidden)
    else:
        check_attack(case, report, is_root=user == "self" and os.geteuid() == 0)


def check_format(report: Report, text: str) -> None:
    """The report is what its format promises, and survives being read and written again."""
    assert wire.encode(report, indent=0).decode() == text
    assert report.outcome is Verdict.GRADED
    assert report.score is not None
    assert 0 <= report.score <= (report.max_score or 0)
    points = [check.score for task in report.tasks for check in task.checks]
    # each check's points have four decimals, the total is rounded once
    assert sum(points) == pytest.approx(report.score, abs=5e-5 * (len(points) + 1))


def check_outcome(case: Case, report: Report) -> None:
    """The marks and the outcomes are those that the case expects."""
    expected = case.expected
    if "score" in expected:
        assert report.score == expected["score"]
    else:
        assert report.score <= expected.get("score_at_most", 0)
    for task in report.tasks:
        wanted = expected.get("tasks", {}).get(task.id)
        if wanted is not None:
            assert task.outcome in ([wanted] if isinstance(wanted, str) else wanted)
    checks = [check for task in report.tasks for check in task.checks]
    if expected.get("not_loaded"):
        assert report.message
        assert {check.outcome for check in checks} == {"blocked"}
    messages = "\n".join([report.message, *(check.message for check in checks)])
    assert expected.get("message_has", "") in messages
    printed = "\n".join(check.output.text for check in checks if check.output)
    assert expected.get("output_has", "") in printed


def check_containment(result: dict[str, Any], hidden: Any) -> None:
    """Nothing was read, reached, written or left behind."""
    assert GAINED not in result["report"]
    assert not [name for name, secret in hidden._asdict().items() if secret in result["report"]]
    assert result["heard"] == []
    assert result["left"] == []
    assert result["written"] in ([], ["large"]), "something was written outside the box"


def check_attack(case: Case, report: Report, *, is_root: bool) -> None:
    """Where nothing contains it, the attack succeeds: otherwise it would show nothing elsewhere.

    An ordinary user's processes are counted, so that user starts none at any level.
    """
    achieves = case.expected.get("at_none", "")
    if achieves == "gained" or (achieves == "gained_as_root" and is_root):
        assert GAINED in wire.encode(report).decode()
    if achieves == "full":
        assert report.score == report.max_score


def check_time(result: dict[str, Any]) -> None:
    """The whole budget holds, whatever was slow."""
    assert result["seconds"] <= GENEROUS * result["budget"]


def check_next_submission(result: dict[str, Any]) -> None:
    """The submission that comes next gets what it deserves, in the same process."""
    after = wire.decode(result["after"])
    assert (after.score, after.outcome) == (after.max_score, Verdict.GRADED)
    assert result["after_is_as_before"], "something of this submission shows in the next report"
    assert result["more_descriptors"] <= 0


def check_texts(report: Report) -> None:
    """No text, drawn or stored, can drive a terminal, reorder itself or become a page's own."""
    for text in strings(msgspec.to_builtins(report)):
        assert not unseen(text), ascii(text)
    for text in renderings(report):
        assert not unseen(text)
    coloured = scorecard_text(report, audience=Audience.GRADER, width=100, color=True)
    assert not unseen(COLOURS.sub("", coloured))
    for audience in Audience:
        html = page(report, audience=audience)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "onerror=alert(1)>" not in html
    known = msgspec.structs.replace(report, learner=Learner("student-1"))
    for name in FORMATS:
        text = exporter(name)(known)
        assert "\x1b" not in text
        if name.endswith("csv"):
            cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
            assert not [cell for cell in cells if FORMULA.match(cell)]


def renderings(report: Report) -> Iterator[str]:
    """The scorecard as both audiences see it, narrow and wide."""
    for audience in Audience:
        for width in (80, 160):
            yield scorecard_text(report, audience=audience, width=width)


def strings(value: object) -> Iterator[str]:
    """Every text in nested plain data, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def unseen(text: str) -> list[str]:
    """The characters of a text that drive a terminal or hide, each once."""
    found = {character for character in text if unicodedata.category(character) in INVISIBLE}
    return sorted(found - {"\n"})
