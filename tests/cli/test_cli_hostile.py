"""From the outside: submissions that hang, exit, flood, lie or look for the answer.

None gains a point that it did not compute, none stops the grader, each is named rightly, and
what is not its fault is still judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli import submissions
from tests.cli.running import graded, grader, outcomes, quick_exercise, scores, served

REPORT_LIMIT = 1024 * 1024


class Spoilt(NamedTuple):
    """A product that never comes back with a number, and what is said of it."""

    code: str
    outcome: str
    words: str


STEP = "in `c = a * b`"
PRODUCTS = {
    "endless loop": Spoilt("while True:\n    pass", "timeout", f"stopped after 0.3 s {STEP}"),
    "os._exit": Spoilt(
        "import os\nos._exit(0)", "crashed", f"ended the process (exit code 0) {STEP}"
    ),
    "sys.exit": Spoilt("import sys\nsys.exit()", "error", "called sys.exit()"),
    "KeyboardInterrupt": Spoilt("raise KeyboardInterrupt", "error", "KeyboardInterrupt"),
    "GeneratorExit": Spoilt("raise GeneratorExit", "error", "GeneratorExit"),
    "recursion": Spoilt("return self * other", "error", "RecursionError"),
    "segfault": Spoilt("import ctypes\nctypes.string_at(0)", "crashed", f"SIGSEGV {STEP}"),
    "memory": Spoilt("bytearray(2 ** 40)", "memory", "MemoryError"),
    "endless memory": Spoilt("x = []\nwhile True:\n    x.append(bytearray(2 ** 24))", "memory", ""),
}


IMPORTS = {
    "endless loop": ("while True:\n    pass", "was stopped after"),
    "os._exit": ("import os\nos._exit(0)", "ended the process"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "abort": ("import os\nos.abort()", "ended by SIG"),
}

TRICKS = {
    "none": submissions.wrong_mul(),
    "an equal to everything": submissions.ALWAYS_EQUAL,
    "a right number of its own": submissions.EXACT_SUBCLASS,
    "a patched pytest": submissions.at_top(submissions.PATCHED_PYTEST, submissions.wrong_mul()),
    "a forged exit": submissions.at_top(
        "import atexit, os\natexit.register(lambda: os._exit(0))", submissions.wrong_mul()
    ),
    "a walk": submissions.walking(),
    "much output": submissions.before_mul("print('look at me ' * 100_000)\nreturn Value(-1.0)"),
}

Reports = Mapping[str, dict[str, Any]]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """What never comes back, in products and in imports, and the tricks, under small limits and
    one after the other: so each is met by a grader that has met the ones before."""
    sources = {f"product/{name}": submissions.before_mul(PRODUCTS[name].code) for name in PRODUCTS}
    sources |= {f"import/{name}": submissions.at_top(IMPORTS[name][0]) for name in IMPORTS}
    exercise = quick_exercise(tmp_path_factory.mktemp("quick"))
    folder = tmp_path_factory.mktemp("handed in")
    return served({**sources, **TRICKS}, folder, "--exercise", exercise)


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_that_never_comes_back_costs_what_needs_it(name: str, reports: Reports) -> None:
    """add keeps its points, mul has none, neuron is not judged; the first check says why."""
    spoilt, report = PRODUCTS[name], reports[f"product/{name}"]
    points = scores(report)
    assert (points["add"], points["mul"], points["neuron"]) == (3, 0, 0)
    assert points["relu"] > 0
    assert (outcomes(report)["mul"], outcomes(report)["neuron"]) == (spoilt.outcome, "blocked")
    first = next(
        check for task in report["tasks"] for check in task["checks"] if task["id"] == "mul"
    )
    assert first["outcome"] == spoilt.outcome
    assert said(spoilt.words, first["message"])
    allowed = {"aborted", spoilt.outcome}
    mul = next(task for task in report["tasks"] if task["id"] == "mul")
    assert {check["outcome"] for check in mul["checks"]} <= allowed


def said(words: str, message: str) -> bool:
    """Whether all of these words stand in the message, in this order."""
    at = 0
    for word in words.split():
        at = message.find(word, at)
        if at < 0:
            return False
    return True


@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_that_never_comes_back_is_graded(name: str, reports: Reports) -> None:
    """0 points, every check blocked, one sentence."""
    words, report = IMPORTS[name][1], reports[f"import/{name}"]
    assert (report["outcome"], report["score"]) == ("graded", 0)
    assert set(outcomes(report).values()) == {"blocked"}
    assert report["message"]
    assert said(words, report["message"])


@pytest.mark.slow
def test_an_endless_loop_is_stopped_under_the_exercise_s_own_limits(tmp_path: Path) -> None:
    """Three checks of 2 s and no more: the rest of the task is not tried."""
    path = submissions.write(tmp_path, submissions.before_mul("while True:\n    pass"))
    report = graded(path)
    assert scores(report)["mul"] == 0
    found = [check["outcome"] for task in report["tasks"] for check in task["checks"]]
    assert found.count("timeout") == 3
    assert report["timing"]["duration_s"] < 30


def test_a_flood_of_output_is_cut(tmp_path: Path) -> None:
    """The values are right and earn their points; the report stays small."""
    flood = "print('x' * 20_000_000)"
    once = f"if not flooded:\n    flooded.append(1)\n    {flood}\n"
    text = submissions.at_top(f"flooded = []\n{flood}", submissions.before_mul(once))
    done = grader("grade", submissions.write(tmp_path, text), "--json", "-")
    assert done.code == 0
    assert len(done.out) < REPORT_LIMIT
    assert len(done.err) < 20_000
    assert " 10 / 10" in done.err


def test_output_of_a_failing_check_is_shown_and_marked_as_cut(reports: Reports) -> None:
    """What a wrong product printed helps its author; most of it is left out."""
    report = reports["much output"]
    mul = next(task for task in report["tasks"] if task["id"] == "mul")
    output = mul["checks"][0]["output"]
    assert output["text"].startswith("look at me look at me")
    assert output["truncated"] is True


def test_a_number_that_equals_everything_gains_nothing(reports: Reports) -> None:
    """An overridden comparison never reaches the judge: the base value counts."""
    assert reports["an equal to everything"]["score"] == 0


def test_a_right_number_of_another_type_is_right(reports: Reports) -> None:
    """A float subclass that denies being equal to anything, and is right, has full marks."""
    assert reports["a right number of its own"]["score"] == 10


@pytest.mark.parametrize("trick", ["a patched pytest", "a forged exit"])
def test_a_trick_earns_what_the_code_earns(trick: str, reports: Reports) -> None:
    """Whatever is patched or forged in the box, the judge is elsewhere."""
    assert 0 < scores(reports["none"])["mul"] < 3
    assert scores(reports[trick]) == scores(reports["none"])


def test_nothing_of_the_judge_is_in_the_submission_s_memory(reports: Reports) -> None:
    """A walk through modules, objects and frames finds no trace, so its products stay wrong."""
    report = reports["a walk"]
    assert scores(report)["mul"] == 0
    mul = next(task for task in report["tasks"] if task["id"] == "mul")
    assert not any(
        "output" in check and "found" in check["output"]["text"] for check in mul["checks"]
    )
