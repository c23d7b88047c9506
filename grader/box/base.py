"""What every box has in common, and the registry's record of what it can do.

A box hands out workers (`spawn`), says its level and layers, and is closed. Which layers are
really in force is claimed by each worker and proved by `grader.box.canary`.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any, Protocol, TypedDict

from msgspec import Struct

from grader.model.errors import IsolationUnavailable
from grader.model.exercise import Limits
from grader.target.base import WorkerProcess
from grader.text.message import plain
from grader.text.words import joined, said

LEVELS = ("none", "kernel", "strict")
"""From weakest to strongest."""

RECURSION = 1000
CPU_MARGIN_S = 5
OPEN_FILES = 64

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4


class Protection(Struct, frozen=True):
    """What a box offers here: its level, the active layers, the missing ones with reasons."""

    level: str
    layers: tuple[str, ...] = ()
    missing: dict[str, str] = {}


class Box(Protocol):
    """Where submissions run."""

    @property
    def protection(self) -> Protection:
        """What stands between a submission and this machine, proved; may wait for the proof."""

    def spawn(self) -> WorkerProcess:
        """A fresh worker. Fault when none can be had."""

    def close(self) -> None:
        """Ends every process of the box."""


class Quantities(TypedDict):
    """The numbers of a plan, by the names of `kernel_plan`."""

    memory_bytes: int
    cpu_seconds: int
    output_bytes: int
    open_files: int


def quantities(limits: Limits) -> Quantities:
    """What the exercise's limits come to for a worker."""
    return {
        "memory_bytes": limits.memory_mb << 20,
        "cpu_seconds": int(limits.submission_s) + CPU_MARGIN_S,
        "output_bytes": limits.output_kb << 10,
        "open_files": OPEN_FILES,
    }


def settings(limits: Limits, plan: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a zygote or a worker is told."""
    absent = {layer: plain(reason) for layer, reason in plan["absent"].items()}
    return {
        "plan": {**plan, "absent": absent},
        "recursion": RECURSION,
        "output_bytes": limits.output_kb << 10,
        "environment": {},
        "namespaces": 0,
        "warm": [],
        "trials": {},
        **more,
    }


class Undumpable:
    """While it is held, no process of our own uid can trace this one or read its memory.

    The kernel then also hides our descriptors' details from ourselves on some versions (before
    5.14), and with them the clocks of the workers: there we stay as we are.
    """

    def __init__(self) -> None:
        self.was = 0
        if sys.platform != "linux":
            return
        libc = ctypes.CDLL(None)
        self.was = libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, ctypes.c_ulong(0), 0, 0, 0)
        try:
            with open("/proc/self/fdinfo/0"):
                pass
        except FileNotFoundError:
            pass  # our standard input is closed, which says nothing about the others
        except OSError:
            self.release()

    def release(self) -> None:
        """As it was before."""
        if self.was == 1:
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, ctypes.c_ulong(1), 0, 0, 0)
        self.was = 0


def interpreter() -> str:
    """The interpreter itself, not a virtual environment's link to it."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return os.path.realpath(base)


NEXT_MOVE = said("`grader doctor` says what is missing and how to get it.")


class LevelUnavailable(IsolationUnavailable):
    """A level that does not hold here, why in a few words, and what is behind that."""

    def __init__(self, level: str, reason: str, behind: str = "") -> None:
        why = joined("", (reason, " (", behind, ")")) if behind else reason
        super().__init__(
            said("isolation level {level} is not to be had here: {why}", level=level, why=why),
            next_move=NEXT_MOVE,
        )
        self.reason = reason
