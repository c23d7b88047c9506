"""Latency: `grader grade FILE` beside plain `pytest --json-report` on the same battery and file.

    python tests/bench/latency.py            medians of 9 rounds
    python tests/bench/latency.py --runs 21

All commands of a part run in turn, so that a busy moment of the machine meets all of them; what
counts are the ratios of the medians, never the seconds. The plain side loads pytest-json-report and
no other plugin and runs the submission in its own process: nothing stands between the two, which is
what the grader's extra time buys. `first` is the passing file where nothing is kept of the battery,
as in a new container; the others find what the round to warm up kept. The second part holds
commands that grade nothing beside an empty Python.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PASSING = ROOT / "reference/value.py"
FAILING = ROOT / "tests/examples/overwriting_mul.py"
GRADER = (sys.executable, "-P", "-m", "grader")


class Command(NamedTuple):
    """What is timed: the command, the exit codes of one that did its work, and what its time may be
    of that of the command it stands beside."""

    words: Sequence[str]
    allowed: Sequence[int] = (0,)
    beside: str = ""
    limit: float | None = None
    variables: Mapping[str, str] = {}


class Took(NamedTuple):
    """Wall and processor seconds."""

    wall: float
    cpu: float


def plain(file: Path, folder: Path) -> Command:
    """Plain pytest with a JSON report, the submission in its own process."""
    words = [
        *(sys.executable, "-m", "pytest", "-c", str(ROOT / "grader/grading/battery.ini"), "-q"),
        *("-p", "no:cacheprovider", "-p", "pytest_jsonreport.plugin"),
        *("--json-report", "--json-report-file", str(folder / "pytest.json")),
        *("--submission", str(file), "--in-process", str(ROOT / "tests/battery")),
    ]
    return Command(words, (0, 1))


def graded(file: Path, folder: Path, beside: str, limit: float | None, **more: str) -> Command:
    """The grader with its report and scorecard."""
    words = [*GRADER, "grade", str(file), "--json", str(folder / "report.json")]
    return Command(words, (0,), beside, limit, more)


def commands(folder: Path) -> list[dict[str, Command]]:
    """Both parts, by name."""
    # a file stands in the way of the folder in which things are kept
    (folder / "nothing").touch()
    nothing = {"XDG_CACHE_HOME": str(folder / "nothing")}
    starts = {"--help": ["--help"], "show": ["show", "mul"], "tasks": ["tasks"]}
    return [
        {
            "pytest, passing": plain(PASSING, folder),
            "passing": graded(PASSING, folder, "pytest, passing", 0.9),
            "first": graded(PASSING, folder, "pytest, passing", None, **nothing),
            "pytest, failing": plain(FAILING, folder),
            "failing": graded(FAILING, folder, "pytest, failing", 1.0),
        },
        {
            "an empty Python": Command([sys.executable, "-c", ""]),
            **{
                name: Command([*GRADER, *words], (0,), "an empty Python")
                for name, words in starts.items()
            },
        },
    ]


def timed(command: Command) -> Took:
    """What the command took. Ends the program when it did not do its work."""
    # compiled modules are cached on both sides, whatever this shell says of it
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
    variables |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **command.variables}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command.words, cwd=ROOT, env=variables, capture_output=True, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in command.allowed:
        words = " ".join(command.words)
        sys.exit(f"{words}\nended with {done.returncode}\n{done.stderr.decode()}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Took(wall, cpu)


def medians(part: Mapping[str, Command], runs: int) -> dict[str, Took]:
    """What each command took, run in turn after one round to warm up."""
    all_of = dict[str, list[Took]]()
    for turn in range(runs + 1):
        for name, command in part.items():
            took = timed(command)
            if turn:
                all_of.setdefault(name, []).append(took)
    return {
        name: Took(*map(statistics.median, zip(*each, strict=True)))
        for name, each in all_of.items()
    }


def main() -> int:
    """Prints the table; 1 when a ratio of wall time is above its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=9, metavar="N", help="rounds of each part")
    runs = parser.parse_args().runs
    broken = []
    print(f"{'medians of ' + str(runs) + ', in turn':<18}{'wall':>10}{'CPU':>10}", end="")
    print(f"{'wall ratio':>13}{'CPU ratio':>11}{'limit':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for part in commands(Path(folder)):
            found = medians(part, runs)
            for name, command in part.items():
                took = found[name]
                print(f"{name:<18}{took.wall:>8.3f} s{took.cpu:>8.3f} s", end="")
                if command.beside:
                    base = found[command.beside]
                    ratio = took.wall / base.wall
                    print(f"{ratio:>13.2f}{took.cpu / base.cpu:>11.2f}", end="")
                    if command.limit is not None:
                        print(f"{command.limit:>8.2f}", end="")
                        broken += [name] if ratio > command.limit else []
                print()
    print(f"above the limit: {', '.join(broken) or 'none'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
