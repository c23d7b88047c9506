"""Latency: `grader grade FILE` beside plain `pytest --json-report` on the same battery and file.

    python tests/bench/latency.py            medians of 9 pairs
    python tests/bench/latency.py --runs 21

Both sides run in turn, so that a busy moment of the machine meets both; what counts is the ratio
of the medians, never the seconds. The plain side loads pytest-json-report and no other plugin and
runs the submission in its own process: nothing stands between the two, which is what the grader's
extra time buys.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "passing": ROOT / "reference/value.py",
    "failing": ROOT / "tests/examples/overwriting_mul.py",
}
LIMIT = 2.0
"""The ratio that the project promises itself."""


def plain(file: Path, folder: Path) -> list[str]:
    """Plain pytest with a JSON report, the submission in its own process."""
    return [
        *(sys.executable, "-m", "pytest", "-c", str(ROOT / "grader/grading/battery.ini"), "-q"),
        *("-p", "no:cacheprovider", "-p", "pytest_jsonreport.plugin"),
        *("--json-report", "--json-report-file", str(folder / "pytest.json")),
        *("--submission", str(file), "--in-process", str(ROOT / "tests/battery")),
    ]


def graded(file: Path, folder: Path) -> list[str]:
    """The grader with its report and scorecard."""
    report = folder / "report.json"
    return [sys.executable, "-P", "-m", "grader", "grade", str(file), "--json", str(report)]


def seconds(command: Sequence[str], allowed: Sequence[int]) -> float:
    """The command's wall time. Ends the program when it did not do its work."""
    # compiled modules are cached on both sides, whatever this shell says of it
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
    variables["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, check=False)
    took = time.perf_counter() - started
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}\n{done.stderr.decode()}")
    return took


def ratio(file: Path, runs: int) -> tuple[float, float]:
    """Medians of plain pytest and of the grader, run in turn after one pair to warm up."""
    plains, gradeds = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for turn in range(runs + 1):
            one = seconds(plain(file, folder), (0, 1))
            other = seconds(graded(file, folder), (0,))
            if turn:
                plains.append(one)
                gradeds.append(other)
    return statistics.median(plains), statistics.median(gradeds)


def main() -> int:
    """Prints the table; 1 when a ratio is above the limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=9, metavar="N", help="pairs of each file")
    runs = parser.parse_args().runs
    worst = 0.0
    print(f"{'file':<10}{'pytest':>10}{'grader':>10}{'ratio':>8}   medians of {runs}, in turn")
    for kind, file in FILES.items():
        base, ours = ratio(file, runs)
        worst = max(worst, ours / base)
        print(f"{kind:<10}{base:>8.3f} s{ours:>8.3f} s{ours / base:>8.2f}")
    print(f"limit{LIMIT:>31.2f}   {'kept' if worst <= LIMIT else 'BROKEN'}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
