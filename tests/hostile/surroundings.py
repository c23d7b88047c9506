"""What lies around a grading process: secrets to be found, processes and descriptors to be kept."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.processes import descendants

ROOT = Path(__file__).resolve().parents[2]
SECRET_NAME = "HOSTILE_SUITE_SECRET"
PR_SET_CHILD_SUBREAPER = 36
GONE_WITHIN_S = 2.0


class Secrets(NamedTuple):
    """Random texts that lie where no submission may read: none may ever turn up in a report."""

    environment: str
    seed: str
    beside_battery: str
    neighbour: str

    @classmethod
    def fresh(cls) -> Secrets:
        """New ones."""
        return cls(*(f"canary{secrets.token_hex(8)}" for _ in cls._fields))


def lay_out(folder: Path, hidden: Secrets) -> None:
    """Copies of the exercise with a secret beside the battery, and a neighbour's submission.

    Only the copy for `whole` cases has known mistakes, and those of one task: looking for them
    takes most of the time that a hopeless submission costs.
    """
    lay_out_exercise(folder / "whole", hidden)
    for mistakes in (folder / "whole" / "reference" / "misconceptions").glob("*.py"):
        if mistakes.name != "mul.py":
            mistakes.unlink()
    lay_out_exercise(folder / "one_task", hidden, "misconceptions")
    neighbour = folder / "submissions" / "neighbour"
    neighbour.mkdir(parents=True)
    (neighbour / "neighbour.py").write_text(f"SECRET = {hidden.neighbour!r}\n")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for name in ("natural", "sockets", "scratch"):
        (folder / name).mkdir()
        (folder / name).chmod(0o777)


def lay_out_exercise(folder: Path, hidden: Secrets, *left_out: str) -> None:
    """A copy of the exercise, readable for everyone, with a secret beside its battery."""
    for part in ("starter", "reference", "tests/battery"):
        ignored = shutil.ignore_patterns("__pycache__", *left_out)
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy(ROOT / "tasks.yaml", folder)
    (folder / "tests/battery/secret.txt").write_text(hidden.beside_battery)


def adopt_orphans() -> None:
    """What a submission leaves behind becomes a child of this process: seen, and ended."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def left_behind(known: set[int]) -> list[str]:
    """Processes that are new and do not go away by themselves; they are ended here."""
    ends = time.monotonic() + GONE_WITHIN_S
    while (strangers := descendants(os.getpid()) - known) and time.monotonic() < ends:
        time.sleep(0.01)
    described = []
    for pid in strangers:
        with suppress(OSError):
            described.append(Path(f"/proc/{pid}/comm").read_text().strip())
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid in strangers:
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
    return described


def descriptors() -> int:
    """How many descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))


def emptied(folder: Path) -> list[str]:
    """The names of what was written into a folder that had been empty; removed here."""
    names = sorted(os.listdir(folder))
    for name in names:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return names
