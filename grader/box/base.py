"""What every box has in common, and the registry's record of what it can do.

A box hands out workers (`spawn`), says its level and layers, and is closed. Which layers are
really in force is claimed by each worker and proved by `grader.box.canary`.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from grader.remote.boxed import WorkerProcess

LEVELS = ("none", "kernel", "strict")
"""From weakest to strongest."""


class Protection(Struct, frozen=True):
    """What a box offers here: its level, the active layers, the missing ones with reasons."""

    level: str
    layers: tuple[str, ...] = ()
    missing: dict[str, str] = {}


class Box(Protocol):
    """Where submissions run."""

    protection: Protection

    def spawn(self) -> WorkerProcess:
        """A fresh worker. Fault when none can be had."""

    def close(self) -> None:
        """Ends every process of the box."""
