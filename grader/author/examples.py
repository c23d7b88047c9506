"""Proves what an author shows to learners: worked examples, visible examples, holes, hints.

Worked examples are the doctests of `example:` in tasks.yaml, run on the reference. Visible examples
are the handed-out `test_*.py`; they run as learners will run them, with pytest in a folder that
holds nothing else.
"""

from __future__ import annotations

import ast
import doctest
import json
import os
import shutil
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path

from grader.author.handout import find_hole, handout_files, listed_files
from grader.author.proof import Defect
from grader.exercise.content import hole_line, solution_files
from grader.exercise.trusted import importable
from grader.model.alarm import OutOfTime, at_most
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise, Task
from grader.text.clean import clean_text
from grader.text.words import said

VISIBLE_S = 60
"""Wall time for one run of the visible examples."""


# --- holes and hints ------------------------------------------------------------------------


def hole_defects(exercise: Exercise) -> Iterator[Defect]:
    """Every declared hole is a function of the starter that ends in NotImplementedError."""
    for task in exercise.tasks:
        place = exercise.hole_place(task)
        if place is None:
            continue
        file, hole = place
        shown = f"{exercise.parts.starter}/{file}"
        line = hole_line(exercise, task)
        node = find_hole(exercise.starter / file, hole)
        if line is None or node is None:
            what = said(
                "task {task} names the hole {hole}, and the starter has none of it",
                task=task.id,
                hole=task.hole,
            )
            yield Defect(
                "holes",
                shown,
                what,
                said("Define {hole} there, or correct `hole`.", hole=task.hole),
            )
        elif not _raises_not_implemented(node.body[-1]):
            what = said(
                "the hole {hole} of task {task} does not end in NotImplementedError",
                hole=task.hole,
                task=task.id,
            )
            move = said(
                'End it with `raise NotImplementedError("task {task}: ...")`.', task=task.id
            )
            yield Defect("holes", f"{shown}:{line}", what, move)
        if find_hole(exercise.reference / file, hole) is None:
            what = said(
                "task {task} names the hole {hole}, and the reference does not fill it",
                task=task.id,
                hole=task.hole,
            )
            shown = f"{exercise.parts.reference}/{file}"
            yield Defect(
                "holes",
                shown,
                what,
                said("Define {hole} there, or correct `hole`.", hole=task.hole),
            )


def _raises_not_implemented(statement: ast.stmt) -> bool:
    raised = statement.exc if isinstance(statement, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def hint_defects(exercise: Exercise) -> Iterator[Defect]:
    """Every task has at least one hint, and none is empty."""
    for task in exercise.tasks:
        if not task.hints or not all(hint.strip() for hint in task.hints):
            what = (
                said("task {task} has an empty hint", task=task.id)
                if task.hints
                else said("task {task} has no hints", task=task.id)
            )
            move = said("Write `hints: [a general one, a closer one, one that nearly tells]`.")
            yield Defect("hints", said("tasks.yaml, task {task}", task=task.id), what, move)


# --- worked examples ------------------------------------------------------------------------


class _Collector(doctest.DocTestRunner):
    """Runs a doctest and keeps what differed instead of printing it."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.differences: list[tuple[int, str]] = []

    def report_start(self, out: object, test: doctest.DocTest, example: doctest.Example) -> None:
        """Nothing is printed."""

    def report_success(
        self, out: object, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        """Nothing is printed."""

    def report_failure(
        self, out: object, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        """Keeps a value that is not what the example says."""
        promised = example.want.strip() or said("nothing")
        words = said(
            "`{source}` gives {got}, not {promised}",
            source=example.source.strip(),
            got=got.strip() or said("nothing"),
            promised=promised,
        )
        self.differences.append((example.lineno + 1, clean_text(words, limit=200)))

    def report_unexpected_exception(
        self, out: object, test: doctest.DocTest, example: doctest.Example, exc_info: object
    ) -> None:
        """Keeps an exception."""
        assert isinstance(exc_info, tuple)
        words = said(
            "`{source}` raises {name}: {error}",
            source=example.source.strip(),
            name=exc_info[0].__name__,
            error=exc_info[1],
        )
        self.differences.append((example.lineno + 1, clean_text(words, limit=200)))


def example_defects(exercise: Exercise, reference: types.ModuleType) -> Iterator[Defect]:
    """Every worked example of tasks.yaml is true of the reference."""
    for task in exercise.tasks:
        if not task.example.strip():
            continue
        where = said("tasks.yaml, example of task {task}", task=task.id)
        test = _parsed(task)
        if isinstance(test, str):
            yield Defect(
                "examples", where, test, said("Write it as Python shows it, after `>>> `.")
            )
            continue
        for line, what in _differences(test, reference, exercise.limits.check_cpu_s):
            move = said("Correct the example, or the reference: what learners read has to be true.")
            yield Defect(
                "examples", said("{where}, line {line}", where=where, line=line), what, move
            )


def _parsed(task: Task) -> doctest.DocTest | str:
    try:
        test = doctest.DocTestParser().get_doctest(task.example, {}, task.id, None, 0)
    except ValueError as error:
        return clean_text(str(error), limit=200)
    return test if test.examples else said("it holds no line that begins with `>>> `")


def _differences(
    test: doctest.DocTest, reference: types.ModuleType, seconds: float
) -> list[tuple[int, str]]:
    collector = _Collector()
    rang: list[bool] = []
    try:
        with importable(reference), at_most(seconds) as rang:
            collector.run(test, out=lambda text: None)
    except OutOfTime:
        pass
    return [(1, said("it does not end"))] if rang else collector.differences


# --- visible examples -----------------------------------------------------------------------


def visible_examples(exercise: Exercise) -> list[str]:
    """The names of the handed-out pytest files."""
    return sorted(n for n in listed_files(exercise) if n.startswith("test_") and n.endswith(".py"))


def visible_defects(exercise: Exercise) -> Iterator[Defect]:
    """Every visible example passes beside the reference and fails beside the starter."""
    names = visible_examples(exercise)
    if not names:
        return
    for path, wanted, kind in (
        (exercise.reference, "passed", "reference"),
        (exercise.starter, "failed", "starter"),
    ):
        outcomes = run_visible(exercise, path)
        if isinstance(outcomes, str):
            move = said("Run pytest on it in a folder that holds the handout, and mend it.")
            yield Defect(
                "visible",
                ", ".join(names),
                said("beside the {kind}: {outcomes}", kind=kind, outcomes=outcomes),
                move,
            )
            continue
        for test, outcome in outcomes.items():
            if outcome != wanted:
                what = said(
                    "{test} {outcome} beside the {kind}",
                    test=test.partition("::")[2],
                    outcome=outcome,
                    kind=kind,
                )
                move = (
                    said("Correct its numbers: it has to pass there.")
                    if wanted == "passed"
                    else said("Let it use what the task asks for: before the work it has to fail.")
                )
                yield Defect("visible", test.partition("::")[0], what, move)


def run_visible(exercise: Exercise, solution: Path) -> dict[str, str] | str:
    """The outcome of every visible example beside a solution, or in words why there is none."""
    with tempfile.TemporaryDirectory(prefix="visible-") as folder:
        room = Path(folder)
        for name, path in listed_files(exercise).items():
            shutil.copyfile(path, room / name)
        for name, path in solution_files(exercise, solution).items():
            shutil.copyfile(path, room / name)
        (room / "pytest.ini").write_text("[pytest]\n", "utf-8")
        return _run_pytest(room, visible_examples(exercise))


def _run_pytest(room: Path, names: list[str]) -> dict[str, str] | str:
    report = room / "report.json"
    command = [sys.executable, "-P", "-B", "-m", "pytest", "-q", "--tb=no", "-c", "pytest.ini"]
    command += ["-p", "no:cacheprovider", "-p", "pytest_jsonreport.plugin", "--json-report"]
    command += [f"--json-report-file={report}", *names]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        done = subprocess.run(
            command, cwd=room, env=environment, capture_output=True, timeout=VISIBLE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return said("they do not end within {visible_s} s", visible_s=VISIBLE_S)
    if done.returncode not in (0, 1) or not report.is_file():
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
        return clean_text(lines[-1] if lines else said("pytest did not run"), limit=200)
    tests = json.loads(report.read_text("utf-8"))["tests"]
    outcomes = {test["nodeid"]: test["outcome"] for test in tests}
    return outcomes or said("they hold no test")


def handout_defects(exercise: Exercise) -> Iterator[Defect]:
    """The handout can be packed and holds nothing hidden."""
    try:
        handout_files(exercise)
    except ExerciseProblem as problem:
        yield Defect("handout", "handout", problem.message, problem.next_move)
