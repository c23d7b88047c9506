"""The battery's checks as straight Python: what they ask and compare, without this grader.

`gradescope_suite` writes them as the unittest suite that a course would have written for
gradescope-utils; `programs` gives them as functions, to time what is the learner's own code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.exercise.load import load
from grader.grading.caching_runner import CachingRunner
from grader.grading.fixed_check import FixedCheck
from grader.grading.session import run_session
from grader.model.check import CheckSpec
from grader.model.program import Ref, Step

SEED = 1
UTILS = "gradescope-utils==0.5.0"
HEAD = """\
import operator
import unittest

from gradescope_utils.autograder_utils.decorators import visibility, weight
from value import Value


class Checks(unittest.TestCase):
    def near(self, got, wanted):
        self.assertTrue(abs(got - wanted) <= 1e-6 + 1e-5 * abs(wanted), f"{got} != {wanted}")
"""
RUN = """\
import importlib.util
import sys
import unittest

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

spec = importlib.util.spec_from_file_location("value", sys.argv[1])
sys.modules["value"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
suite = unittest.defaultTestLoader.loadTestsFromName("checks")
with open(sys.argv[2], "w") as stream:
    JSONTestRunner(visibility="visible", stream=stream).run(suite)
"""


def checks() -> list[tuple[CheckSpec, FixedCheck]]:
    """Every check of the bundled battery with one seed, as it was learned from the reference."""
    exercise, found = load(), list[tuple[CheckSpec, FixedCheck]]()

    def turn(specs: Sequence[CheckSpec], runner: CachingRunner) -> None:
        runner.learn(exercise, SEED)
        fixed = runner.fixed_checks(SEED)
        assert fixed is not None, "a check is more than a program and a comparison"
        found.extend(zip(specs, fixed.values(), strict=True))

    run_session(exercise, turn)
    return found


def gradescope_suite(folder: Path) -> None:
    """Writes `checks.py` and `run_tests.py`."""
    lines = [HEAD]
    for number, (spec, check) in enumerate(checks()):
        lines += [
            f"    @weight({spec.weight})",
            f'    @visibility("{spec.visibility.value}")',
            f"    def test_{number}(self):",
            f"        {spec.title!r}",
            *(f"        {line}" for line in asked(check)),
        ]
        for node, fields in check.reads.expected.items():
            told = (f"self.near(n{node}.{name}, {true!r})" for name, true in fields.items())
            lines += [f"        {line}" for line in told]
        lines.append("")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checks.py").write_text("\n".join(lines), "utf-8")
    (folder / "run_tests.py").write_text(RUN, "utf-8")


def programs() -> list[Callable[[type[Any]], None]]:
    """A function for each check that runs its program with a class."""
    made = []
    for _, check in checks():
        body = "\n".join(f"    {line}" for line in asked(check))
        names: dict[str, Any] = {}
        exec(f"import operator\ndef program(Value):\n{body}\n", names)
        made.append(names["program"])
    return made


def asked(check: FixedCheck) -> Iterator[str]:
    """A line of code for each step of its program, but that which reads the values."""
    for at, step in enumerate(check.program.steps[:-1]):
        yield f"n{at} = {_call(step)}"


def _call(step: Step) -> str:
    words = [f"n{one.step}" if isinstance(one, Ref) else repr(one) for one in step.operands]
    if step.action == "op":
        return f"operator.{step.name}({', '.join(words)})"
    if step.action == "method":
        return f"{words[0]}.{step.name}({', '.join(words[1:])})"
    assert step.action == "new", step
    return f"{step.name}({', '.join(words)})"
