"""Runs cases through grading processes and gathers what came of each, whatever it did to them."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections import ChainMap
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.hostile import surroundings
from tests.hostile.cases import LEVELS, Case

WAITS = "resources"
"""The group most of whose cases wait until they are stopped."""
WORTH_A_PROCESS = 10
"""From how many of these on the start of another process is less than the waiting."""
SILENCE_S = 30.0
"""Far beyond any budget of a case and the start of a process: only a hang lasts longer."""


class Start(NamedTuple):
    """How a grading process is started: the interpreter, and as whom."""

    command: tuple[str, ...]
    user: int | None = None
    packages: str | None = None
    unusable: str = ""


OWN = Start((sys.executable,))


class Outcomes(NamedTuple):
    """What a level made of every case, by the case's id; or why there is no such level here."""

    level: str
    cases: dict[str, dict[str, Any]]
    hidden: surroundings.Secrets
    unavailable: str = ""


def run_at_strongest(cases: Sequence[Case], start: Start) -> Outcomes:
    """As `run`, at the strongest level that there is here."""
    found = (run(level, cases, start) for level in reversed(LEVELS))
    return next(one for one in found if not one.unavailable)


def run(level: str, cases: Sequence[Case], start: Start) -> Outcomes:
    """Grades the cases at a level; those that wait for limits in processes side by side."""
    hidden = surroundings.Secrets.fresh()
    running = [case for case in cases if case.runs(level)]
    slow = [case for case in running if case.group == WAITS]
    parts = [running]
    if len(slow) >= WORTH_A_PROCESS:
        parts = [[case for case in running if case.group != WAITS], slow[::2], slow[1::2]]
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda part: _graded(level, part, hidden, start), parts))
    unavailable = next((one.unavailable for one in done if one.unavailable), "")
    return Outcomes(level, dict(ChainMap(*(one.cases for one in done))), hidden, unavailable)


def _graded(
    level: str, cases: Sequence[Case], hidden: surroundings.Secrets, start: Start
) -> Outcomes:
    """What one process after the other makes of the cases: one that dies is replaced."""
    waiting = list(cases)
    found: dict[str, dict[str, Any]] = {}
    while waiting:
        in_progress = ""
        with _started(level, waiting, hidden, start) as process:
            for message in _messages(process):
                if "unavailable" in message:
                    return Outcomes(level, {}, hidden, message["unavailable"])
                in_progress = message.get("begins", in_progress)
                if "case" in message:
                    found[message["case"]] = message
            complaint = _complaint(process)
        left = [case for case in waiting if case.id not in found]
        if len(left) == len(waiting) and not in_progress:
            raise RuntimeError(f"no grading process at level {level}: {complaint}")
        if left:
            found[in_progress or left[0].id] = {"crash": complaint}
        waiting = [case for case in left if case.id not in found]
    return Outcomes(level, found, hidden)


@contextmanager
def _started(
    level: str, cases: Sequence[Case], hidden: surroundings.Secrets, start: Start
) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as errors:
        # what the canaries guard must be readable by whoever grades, else nothing is shown
        Path(folder).chmod(0o755)
        laid_out = Path(folder, "room")
        laid_out.mkdir()
        surroundings.lay_out(laid_out, hidden)
        command = [*start.command, "-m", "tests.hostile.grading_process", level, str(laid_out)]
        process = subprocess.Popen(
            [*command, *(case.id for case in cases)],
            cwd=surroundings.ROOT,
            env=_environment(laid_out, hidden, start),
            user=start.user,
            group=start.user,
            extra_groups=None if start.user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        process.errors = errors  # type: ignore[attr-defined]
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def _environment(folder: Path, hidden: surroundings.Secrets, start: Start) -> dict[str, str]:
    wanted = ("PATH", "LANG", "PYTHONPATH")
    kept = {name: os.environ[name] for name in wanted if name in os.environ}
    if start.packages is not None:
        kept["PYTHONPATH"] = start.packages
    return {
        **kept,
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOSTILE_SUITE_SOCKETS": str(folder / "sockets"),
        surroundings.SECRET_NAME: hidden.environment,
        "AUTOGRAD_GRADER_SECRET": hidden.seed,
    }


def _messages(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    """Lines of JSON until the process ends, or is silent for too long."""
    assert process.stdout is not None
    held, ends = b"", time.monotonic() + SILENCE_S
    while time.monotonic() < ends:
        if not select.select([process.stdout], [], [], 0.5)[0]:
            continue
        part = os.read(process.stdout.fileno(), 1 << 16)
        if not part:
            return
        held += part
        *lines, held = held.split(b"\n")
        for line in lines:
            ends = time.monotonic() + SILENCE_S
            yield json.loads(line)


def _complaint(process: subprocess.Popen[bytes]) -> str:
    """How the process ended and the last it said; a silent one is told from a dead one."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return f"the grader was silent for {SILENCE_S:g} s"
    errors = process.errors  # type: ignore[attr-defined]
    errors.seek(0)
    return f"the grader ended with {code}: {errors.read().decode(errors='replace')[-1500:]}"
