"""A long class: whether `grader batch` takes as much memory and time at its end as at its start.

    python tests/bench/long_run.py                   2,000 submissions, two jobs
    python tests/bench/long_run.py --count 20000 --shards 4

Every submission is different, one in three with a known mistake, of which some are common and most
rare. The class is cut into ten parts, and a row is printed for each: the largest memory that the
batch's own process had so far, that of its helpers together now, and processor and wall time for
each submission of the part, as shares of the second part's (the first one holds the start of the
helpers). Then the same command once more, where nothing is to be graded, and with `--shards` the
class in so many parts one after the other, with their merge: as shares of the one run's wall time,
and whether the tables are equal. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
PARTS = 10
TICKS = os.sysconf("SC_CLK_TCK")


class Sample(NamedTuple):
    """What the batch and its helpers took up to one moment."""

    done: int
    wall_s: float
    cpu_s: float
    batch_mb: float
    helpers_mb: float


def tree(pid: int) -> Iterator[int]:
    """The process and all below it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from tree(int(child))


def cpu_seconds(pid: int) -> float:
    """Processor seconds of the process and of all that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def memory_mb(pid: int, key: str) -> float:
    """VmHWM (the most so far) or VmRSS (now)."""
    return int(Path(f"/proc/{pid}/status").read_text().partition(f"{key}:")[2].split()[0]) / 1024


def sample(pid: int, done: int, began: float) -> Sample:
    """Looks at the running batch; a process that ends meanwhile is left out."""
    cpu = helpers = 0.0
    for one in tree(pid):
        try:
            cpu += cpu_seconds(one)
            helpers += memory_mb(one, "VmRSS") if one != pid else 0
        except (OSError, IndexError):
            continue
    return Sample(done, time.perf_counter() - began, cpu, memory_mb(pid, "VmHWM"), helpers)


def batch(folder: Path, jobs: int, *more: str) -> list[str]:
    """The command that grades the class in the folder."""
    command = [sys.executable, "-P", "-m", "grader", "batch", str(folder / "class")]
    return [*command, "--jobs", str(jobs), *more]


def watched(folder: Path, count: int, jobs: int) -> list[Sample]:
    """Runs the batch; a sample at its start, after each part and at its end."""
    command = batch(folder, jobs, "--log-json", "--out", str(folder / "out"))
    began = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert running.stderr is not None
    samples, done = [], 0
    for line in running.stderr:
        if json.loads(line)["event"] != "submission":
            continue
        done += 1
        if done % (count // PARTS) == 0:
            samples.append(sample(running.pid, done, began))
    assert running.wait() == 0
    return samples


def timed(command: list[str]) -> float:
    """Wall seconds of a command that ends well."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def sharded(folder: Path, jobs: int, shards: int) -> tuple[float, bool]:
    """Wall seconds of all shards and their merge; whether the table is that of the one run."""
    out = folder / "shards"
    spent = 0.0
    for number in range(1, shards + 1):
        part = f"{number}/{shards}"
        spent += timed(batch(folder, jobs, "--out", str(out), "--shard", part))
    spent += timed([sys.executable, "-P", "-m", "grader", "merge", str(out)])
    return spent, _table(out) == _table(folder / "out")


def _table(out: Path) -> bytes:
    return (out / "grades.csv").read_bytes()


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--shards", type=int, default=0)
    asked = parser.parse_args()
    from tests.bench.synthetic_class import long_tailed, write

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "class", long_tailed(asked.count))
        samples = watched(folder, asked.count, asked.jobs)
        whole = samples[-1].wall_s
        print(f"{asked.count} different submissions, {asked.jobs} jobs: {whole:.0f} s")
        _show(samples)
        again = timed(batch(folder, asked.jobs, "--out", str(folder / "out")))
        print(f"second run: {again:.1f} s, {again / whole:.3f} of the first", flush=True)
        if asked.shards:
            spent, equal = sharded(folder, asked.jobs, asked.shards)
            words = "equal" if equal else "NOT equal"
            print(f"{asked.shards} shards: {spent / whole:.2f} of the one run, tables {words}")


def _show(samples: list[Sample]) -> None:
    print(f"{'graded':>10}{'batch MB':>10}{'helpers MB':>12}{'CPU each':>10}{'wall each':>11}")
    pairs = list(itertools.pairwise(samples))
    first = pairs[0]
    for pair in pairs:
        now = pair[1]
        cpu, wall = (_each(pair, at) / _each(first, at) for at in ("cpu_s", "wall_s"))
        row = f"{now.done:10}{now.batch_mb:10.1f}{now.helpers_mb:12.1f}"
        print(row + f"{cpu:9.2f}x{wall:10.2f}x", flush=True)


def _each(pair: tuple[Sample, Sample], what: str) -> float:
    before, after = pair
    spent: float = getattr(after, what) - getattr(before, what)
    return spent / (after.done - before.done)


if __name__ == "__main__":
    main()
