"""One interface, `Target.run(steps) -> results`: all that battery, replay and drawing ever use.

Two implementations: `grader.target.boxed`, and `grader.target.in_process` for trusted code only
(the reference, known mistakes, `--in-process` debugging of one's own file).
Both carry out steps with the same `grader.inside.evaluate`, so they agree by construction.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from grader.model.program import Output, Program, Result, Step


class TargetFailure(Exception):
    """The target could not answer; `message` is written for the learner."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def may_be_load(self) -> bool:
        """Whether this machine's load may be the reason, and not the submission."""
        return False


class TargetTimeout(TargetFailure):
    """Out of time. `kind` is cpu, wall, import or total."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind

    @property
    def may_be_load(self) -> bool:
        """Whether time ran out by the clock, and not the processor's."""
        return self.kind in ("wall", "total")


class TargetDied(TargetFailure):
    """The worker ended in the middle of an answer."""


class TargetViolation(TargetFailure):
    """The worker sent what no honest worker sends."""


class LoadFailed(TargetFailure):
    """The submission could not be imported: `message` is one clear sentence."""


class Target(Protocol):
    """Something that carries out steps."""

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """Carries out `steps`, numbered from `first`; 0 starts a new program and forgets the old.

        Results end at the first exception. The salt decides in which order the program's sets are
        walked; without one it is made from the steps. Raises TargetFailure.
        """
        ...

    def output(self) -> Output | None:
        """What was printed since the program began."""
        ...


class Asked(NamedTuple):
    """A program that was asked, and the answer as it came, or what came in its place."""

    program: Program
    answer: bytes = b""
    failure: TargetFailure | None = None


class WorkerProcess(Protocol):
    """A running worker, as the box hands it out."""

    sock: socket.socket

    def cpu_seconds(self) -> float | None:
        """CPU time used so far, or None where it cannot be read."""

    def kill(self) -> None:
        """Ends it at once; harmless when it has ended already."""

    def has_ended(self) -> bool:
        """Whether it is known to have ended."""

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
