"""The watch loop: from saving the file to the verdict on the screen.

    python tests/bench/watch.py                          21 saves, right and wrong in turn
    python tests/bench/watch.py --beside ../other-tree   each beside the same save in another tree

`grader check FILE --watch` runs without a terminal, where a verdict is a line. Each save is made
the moment before the clock starts, and the clock stops when the line has been read, so the figure
holds everything: noticing the save, a fresh box, the battery, the diagnosis. Beside it stands the
same check as a command of its own, which is what a learner without the loop waits for. Another
tree, an older commit for example, is a checkout with a `.venv` of its own; both loops run at a
time, and each save is made in one after the other.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RIGHT = ROOT / "reference/value.py"
WRONG = ROOT / "tests/examples/overwriting_mul.py"
CHECK = (sys.executable, "-P", "-m", "grader", "check")
PROMISED_S = 0.3
"""How soon after a save the loop is to run."""


class Loop:
    """A watch loop over a file of its own, under that interpreter."""

    def __init__(self, python: str, folder: Path) -> None:
        folder.mkdir()
        self.file = folder / "value.py"
        self.file.write_bytes(WRONG.read_bytes())
        command = [python, *CHECK[1:], str(self.file), "--watch"]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
        pipes["stderr"] = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=folder, **pipes)  # type: ignore[call-overload]
        verdict(self.process.stdout, 1)

    def save(self, number: int) -> float:
        """Saves, and waits for the verdict of that attempt: seconds."""
        source = (RIGHT if number % 2 else WRONG).read_text("utf-8")
        self.file.write_text(f"{source}# save {number}\n", "utf-8")
        began = time.perf_counter()
        verdict(self.process.stdout, number)
        return time.perf_counter() - began

    def close(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.communicate()


def saves(count: int, folder: Path, pythons: Sequence[str]) -> list[list[float]]:
    """Seconds from each save to its verdict, under each interpreter."""
    with contextlib.ExitStack() as open_loops:
        loops = []
        for number, python in enumerate(pythons):
            loops.append(Loop(python, folder / str(number)))
            open_loops.callback(loops[-1].close)
        rounds = [[loop.save(number) for loop in loops] for number in range(2, count + 2)]
    return [list(times) for times in zip(*rounds, strict=True)]


def verdict(lines: Sequence[str], number: int) -> None:
    """Reads up to the line of that attempt."""
    for line in lines:
        if line.startswith(f"attempt {number}:"):
            return
    sys.exit(f"the loop ended before attempt {number}")


def alone(count: int, folder: Path) -> list[float]:
    """Seconds of `grader check` as a command of its own."""
    taken = []
    for number in range(count):
        file = folder / "value.py"
        file.write_bytes((RIGHT if number % 2 else WRONG).read_bytes())
        began = time.perf_counter()
        subprocess.run([*CHECK, str(file)], cwd=folder, capture_output=True, check=False)
        taken.append(time.perf_counter() - began)
    return taken


def main() -> None:
    """Prints both, and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--saves", type=int, default=21)
    parser.add_argument("--beside", type=Path, metavar="TREE")
    asked = parser.parse_args()
    pythons = [sys.executable]
    if asked.beside is not None:
        pythons.append(str(asked.beside.resolve() / ".venv/bin/python"))
    with tempfile.TemporaryDirectory() as name:
        in_loop, *others = saves(asked.saves, Path(name), pythons)
        commands = alone(max(3, asked.saves // 3), Path(name))
    middle, whole = statistics.median(in_loop), statistics.median(commands)
    within = sum(took <= PROMISED_S for took in in_loop)
    print(
        f"save to verdict in the loop    {1000 * middle:5.0f} ms, worst {1000 * max(in_loop):.0f}"
    )
    print(f"within {1000 * PROMISED_S:.0f} ms                  {within} of {len(in_loop)}")
    print(f"grader check as a command      {1000 * whole:5.0f} ms, {whole / middle:.1f} x the loop")
    for other in others:
        there = statistics.median(other)
        print(f"in {asked.beside}    {1000 * there:5.0f} ms, here {middle / there:.2f} of it")


if __name__ == "__main__":
    main()
