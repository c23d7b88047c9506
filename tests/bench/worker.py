"""The worker's own part: what a box costs for a submission, the learner's code left out.

    python tests/bench/worker.py                     100 workers for each kind of submission
    python tests/bench/worker.py --count 20 --isolation none

Processor milliseconds of one worker that is asked the whole battery in two messages, as in a
class: making it (fork, layers, import of the file), answering, and ending it, with what its zygote
spends on it. Beside it stands what the same import and the same programs take as straight Python
in one process: the learner's own code. The difference is ours. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
TICKS = os.sysconf("SC_CLK_TCK")
FILES = {"right": "reference/value.py", "wrong": "tests/examples/overwriting_mul.py"}


class Cost(NamedTuple):
    """Processor milliseconds of one worker."""

    making: float
    answering: float
    ending: float
    zygote: float
    learner: float

    @property
    def own(self) -> float:
        """All but what the learner's code takes."""
        return self.making + self.answering + self.ending + self.zygote - self.learner


def zygote_of(pid: int) -> int:
    """The zygote's own process: with bubblewrap around it, its only descendant of that depth."""
    while Path(f"/proc/{pid}/comm").read_text().strip() == "bwrap":
        (child, *_) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        pid = int(child)
    return pid


def seconds(pid: int) -> tuple[float, float]:
    """Processor seconds of a process, and of those that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, of_children, in_system = map(int, fields[11:15])
    return (user + system) / TICKS, (of_children + in_system) / TICKS


def measured(path: Path, count: int, isolation: str) -> Cost:
    """The mean of so many workers."""
    from grader.box import choose
    from grader.exercise.load import load
    from grader.intake.take import take
    from grader.target.boxed import BoxedTarget
    from tests.bench.plain_checks import checks

    exercise, box = load(), choose(isolation, load())
    submission, asked = take(path, exercise.module_file), [one.program for _, one in checks()]
    half = len(asked) // 2
    made = answered = 0.0
    try:
        zygote = zygote_of(zygote_process(box))
        before, waited = seconds(zygote)
        for _ in range(count):
            target = BoxedTarget(box, submission, exercise.contract, exercise.limits)
            target.load()
            loaded = target._cpu() or 0.0
            target.ask_all(asked[:half])
            target.ask_all(asked[half:])
            made, answered = made + loaded, answered + (target._cpu() or 0.0) - loaded
            target.close()
        last = box.spawn()  # the zygote has waited for all before it once this one is there
        last.kill()
        last.exit_status()
        last.close()
        after, waited_after = seconds(zygote)
    finally:
        box.close()
    each = 1000 / count
    ended = waited_after - waited - made - answered
    own = after - before
    return Cost(made * each, answered * each, ended * each, own * each, learner(path, count) * each)


def zygote_process(box: Any) -> int:
    """What was started as the box's zygote, once it is proved."""
    assert box.protection
    pid: int = getattr(box, "current", box).zygote.process.pid
    return pid


def learner(path: Path, count: int) -> float:
    """Processor seconds of so many imports and runs of all programs, nothing around them."""
    from tests.bench.plain_checks import programs

    source, run, spent = path.read_text("utf-8"), programs(), 0.0
    for _ in range(count):
        began = time.process_time()
        names: dict[str, Any] = {"__name__": "value"}
        exec(compile(source, "value.py", "exec"), names)
        for program in run:
            program(names["Value"])
        spent += time.process_time() - began
    return spent


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--isolation", default="auto", choices=["auto", "strict", "kernel", "none"])
    asked = parser.parse_args(arguments)
    print(f"processor ms of a worker, mean of {asked.count}, isolation {asked.isolation}")
    print(f"{'':8}" + "".join(f"{name:>11}" for name in (*Cost._fields, "own")))
    for kind, name in FILES.items():
        cost = measured(ROOT / name, asked.count, asked.isolation)
        print(f"{kind:8}" + "".join(f"{value:11.2f}" for value in (*cost, cost.own)))


if __name__ == "__main__":
    main()
