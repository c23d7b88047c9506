"""Throughput: `grader batch` beside plain pytest per submission, and beside no isolation at all.

    python tests/bench/throughput.py                 three rounds, two jobs
    python tests/bench/throughput.py --count 1000 --rounds 5

(a)     `pytest --json-report` as a subprocess for each submission, on the same battery, in the
        submission's own process: what one would write in an afternoon.
(b)     the floor: the same looping session, resident, the submission in its process: pytest,
        battery and judgement, without isolation, diagnosis, report or gradebook.
(c)     the same corridor as a batch, diagnosis and report included, without isolation.
(g)     gradescope-utils, in an environment of its own: a process each that runs the same checks as
        unittest, without isolation; left out where the package cannot be installed.
batch   the whole command: isolation, diagnosis, reports, gradebook, class page.

All legs run in turn within each round, with the same jobs and submissions that are all different;
one in five carries a known mistake. What counts are the ratios, never the seconds; processor time
is told as well, since on a machine that does other things too it is the steadier of the two.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
PLAIN_SHARE = 9
"""The slow leg gets one submission of so many; a rate needs no more. Every fifth carries a mistake:
a multiple of five would leave all of those out, or take no others."""


def plain(files: Sequence[Path], jobs: int, folder: Path) -> None:
    """(a): plain pytest, a subprocess each."""

    def one(file: Path) -> None:
        report = folder / f"{file.stem}.json"
        command = [
            *(sys.executable, "-m", "pytest", "-c", str(ROOT / "grader/grading/battery.ini"), "-q"),
            *("-p", "no:cacheprovider", "-p", "pytest_jsonreport.plugin"),
            *("--json-report", "--json-report-file", str(report)),
            *("--submission", str(file), "--in-process", str(ROOT / "tests/battery")),
        ]
        environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(command, capture_output=True, env=environment, cwd=ROOT)
        assert done.returncode in {0, 1}, done.stdout.decode() + done.stderr.decode()
        assert report.stat().st_size > 1000

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, files))


def gradescope(python: Path, files: Sequence[Path], jobs: int, folder: Path) -> None:
    """(g): the suite under gradescope-utils, a subprocess each."""

    def one(file: Path) -> None:
        results = folder / f"{file.stem}.gradescope.json"
        command = [str(python), "run_tests.py", str(file), str(results)]
        done = subprocess.run(command, capture_output=True, cwd=folder / "suite")
        assert done.returncode == 0, done.stderr.decode()
        assert len(json.loads(results.read_text("utf-8"))["tests"]) > 10

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, files))


def gradescope_python(folder: Path) -> Path | None:
    """A Python that has gradescope-utils, with the suite beside it; None, with a line that says
    why, where it cannot be had."""
    from tests.bench.plain_checks import UTILS, gradescope_suite

    python = folder / "venv" / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", str(folder / "venv")],
        [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", UTILS],
    ):
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=INSTALL_WALL_S)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"(g) is left out: {UTILS} cannot be installed here ({error})")
            return None
    gradescope_suite(folder / "suite")
    return python


def resident(kind: str, files: Sequence[Path], jobs: int) -> None:
    """(b) and (c): as many resident processes as jobs, each with its part of the files."""
    command = [sys.executable, "-P", __file__, "--leg", kind]
    parts = [list(map(str, files[start::jobs])) for start in range(jobs)]
    running = [subprocess.Popen([*command, *part], cwd=ROOT) for part in parts]
    assert [process.wait() for process in running] == [0] * jobs


def batch(files: Sequence[Path], jobs: int, folder: Path, isolation: str) -> None:
    """The command, whole."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [
        *(sys.executable, "-P", "-m", "grader", "batch", str(files[0].parent), "--out", str(out)),
        *("--jobs", str(jobs), "--isolation", isolation),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((out / "reports").glob("*.json"))) == len(files)


# --- the resident legs, in their own processes ------------------------------------------------


def leg(kind: str, names: Sequence[str]) -> None:
    """Grades these files in this process, by one looping session."""
    from grader.exercise import load as exercises
    from grader.intake import take as intake

    exercise = exercises.load()
    taken = [intake.take(Path(name), exercise.module_file) for name in names]
    (_floor if kind == "floor" else _corridor)(exercise, taken)


def _floor(exercise, taken) -> None:  # type: ignore[no-untyped-def]
    from grader.grading.session import run_session
    from grader.grading.state import State, seed_for
    from grader.target.in_process import InProcessTarget

    def turn(_, runner) -> None:  # type: ignore[no-untyped-def]
        for submission in taken:
            target = InProcessTarget(_module(submission), [submission.main])
            state = State(exercise, target, seed_for("secret", exercise, submission))
            state.judged = True
            runner.run(state, None)

    run_session(exercise, turn)


def _module(submission):  # type: ignore[no-untyped-def]
    """The submission as a module that can be found by its name, as dataclasses ask for."""
    from grader.exercise.trusted import new_module

    module = sys.modules["value"] = new_module("value")
    exec(compile(submission.files[0].text, "value.py", "exec"), module.__dict__)
    return module


def _corridor(exercise, taken) -> None:  # type: ignore[no-untyped-def]
    from grader.grading import pipeline as grading
    from grader.report import wire
    from grader.target.base import TargetDied
    from grader.target.boxed import BoxedTarget
    from grader.target.in_process import InProcessTarget
    from grader.target.results import decoded

    class Open(BoxedTarget):
        """The box's place, taken by this process: the same words, without a way to cross."""

        def load(self) -> None:
            self.inner = InProcessTarget(_module(self.submission), ["value.py"])

        def start(self) -> None:
            pass

        discard = close = start_over = output = start

        def another(self) -> BoxedTarget:
            made = Open(self.source, self.submission, self.loading.contract, self.limits)
            made.load()
            return made

        def ask_all(self, programs, variant=0, *, traced=False):  # type: ignore[no-untyped-def]
            if traced:
                raise TargetDied("nothing is traced here")
            run = self.inner.evaluator.run
            return [
                json.dumps(run(0, json.loads(one.encoded), one.salt(variant))).encode()
                for one in programs
            ]

        def read(self, answer, steps, first=0):  # type: ignore[no-untyped-def]
            return decoded(answer, steps, first)

    grading.BoxedTarget = Open  # type: ignore[assignment,misc]
    options = grading.Options(isolation="none")
    grading.grade_each(exercise, taken, lambda _, report: wire.encode(report, indent=0), options)


# --- the comparison -------------------------------------------------------------------------


INSTALL_WALL_S = 300


class Cost(NamedTuple):
    """What a leg took: submissions a second, and processor milliseconds for each."""

    rate: float
    cpu_ms: float


def measured(count: int, act: Callable[[], None]) -> Cost:
    """Wall and processor time of everything that `act` started and waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    act()
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Cost(count / took, 1000 * cpu / count)


def compare(count: int, rounds: int, jobs: int, isolation: str) -> dict[str, list[Cost]]:
    """What every leg costs, round by round."""
    from tests.bench.synthetic_class import submissions, write

    costs: dict[str, list[Cost]] = {name: [] for name in ("a", "g", "b", "c", "batch")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = gradescope_python(folder)
        write(folder / "class", submissions(count, hostile=False))
        files = sorted((folder / "class").glob("*.py"))
        few = files[::PLAIN_SHARE]
        for _ in range(rounds):
            costs["a"].append(measured(len(few), lambda: plain(few, jobs, folder)))
            if python is not None:
                run = partial(gradescope, python, few, jobs, folder)
                costs["g"].append(measured(len(few), run))
            costs["b"].append(measured(count, lambda: resident("floor", files, jobs)))
            costs["c"].append(measured(count, lambda: resident("corridor", files, jobs)))
            costs["batch"].append(measured(count, lambda: batch(files, jobs, folder, isolation)))
    return costs


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--isolation", default="auto", choices=["auto", "strict", "kernel", "none"])
    parser.add_argument("--leg", choices=["floor", "corridor"], help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.leg:
        leg(asked.leg, asked.files)
        return
    costs = compare(asked.count, asked.rounds, asked.jobs, asked.isolation)
    words = {
        "a": "(a) pytest --json-report, a subprocess each",
        "g": "(g) gradescope-utils, a subprocess each",
        "b": "(b) floor: looping session in process",
        "c": "(c) the corridor of a batch in process",
        "batch": f"grader batch --isolation {asked.isolation}, whole",
    }
    print(f"{asked.count} different submissions, {asked.jobs} jobs, {asked.rounds} rounds; medians")
    print(f"{'':45}{'per second':>12}{'batch is':>11}{'CPU ms each':>13}{'batch is':>11}")
    rate, cpu = _middle(costs["batch"])
    for name, what in words.items():
        if not costs[name]:
            continue
        mine = _middle(costs[name])
        line = f"{what:45}{mine.rate:12.1f}"
        line += f"{rate / mine.rate:9.2f} x" if name != "batch" else f"{'':11}"
        line += f"{mine.cpu_ms:13.1f}"
        print(line + (f"{mine.cpu_ms / cpu:9.2f} x" if name != "batch" else ""))


def _middle(costs: Sequence[Cost]) -> Cost:
    rate = statistics.median(cost.rate for cost in costs)
    return Cost(rate, statistics.median(cost.cpu_ms for cost in costs))


if __name__ == "__main__":
    main()
