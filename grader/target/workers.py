"""What a boxed target asks of the box, and the time that all workers of a submission share."""

from __future__ import annotations

import socket
from typing import Protocol


class WorkerProcess(Protocol):
    """A running worker, as the box hands it out."""

    sock: socket.socket

    def cpu_seconds(self) -> float | None:
        """CPU time used so far, or None where it cannot be read."""

    def kill(self) -> None:
        """Ends it at once; harmless when it has ended already."""

    def exit_status(self) -> int | None:
        """Its wait status once it has ended (waits a bounded time), else None."""

    def read_output(self, limit: int) -> bytes:
        """What it has written to stdout and stderr, at most `limit` bytes."""

    def clear_output(self) -> None:
        """Forgets what it has written."""

    def close(self) -> None:
        """Kills it and frees every descriptor."""


class WorkerSource(Protocol):
    """Where workers come from: a box."""

    def spawn(self) -> WorkerProcess:
        """A fresh worker; Fault when none can be had."""


class Budget:
    """When the time of a submission is used up, whichever of its workers used it."""

    def __init__(self, ends: float) -> None:
        self.ends = ends
