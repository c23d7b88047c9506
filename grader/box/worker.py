"""The trusted end of one worker: its channel, its output, its clock, its end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import time
from typing import Protocol

from grader.model.errors import Fault

KILL_WALL_S = 20.0


def output_file() -> int:
    """A memory file that stands behind a worker's stdout and stderr; writes always append."""
    descriptor = os.memfd_create("output", os.MFD_CLOEXEC)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_APPEND)
    return descriptor


class Parent(Protocol):
    """What a worker asks of the zygote that forked it, by the worker's number."""

    failures: dict[int, str]
    pidfds: dict[int, int]

    @property
    def ended(self) -> Fault | None:
        """That it has ended itself, and all its workers with it, as far as it was heard of."""

    def pidfd_of(self, number: int, wall_s: float) -> int:
        """The worker's pidfd, or -1."""

    def status_of(self, number: int, wall_s: float) -> int | None:
        """Its wait status, once it has ended."""

    def forget(self, number: int) -> None:
        """Drops what is known of it."""


class ZygoteWorker:
    """`grader.target.base.WorkerProcess` over a zygote's child; it may still be on its way."""

    def __init__(self, zygote: Parent, number: int, sock: socket.socket, output: int) -> None:
        self.zygote = zygote
        self.number = number
        self.sock = sock
        self.output = output
        self.closed = False
        self.clock: int | None = None
        self.clock_known = False

    def cpu_seconds(self) -> float | None:
        """CPU time from the worker's own process clock: 0 before it runs, None if unreadable."""
        if not self.clock_known:
            pidfd = self.zygote.pidfd_of(self.number, 0.0)
            if pidfd < 0:
                return 0.0
            self.clock, self.clock_known = cpu_clock(pidfd), True
        if self.clock is None:
            return None
        try:
            return time.clock_gettime(self.clock)
        except OSError:
            return None

    def kill(self) -> None:
        """SIGKILL through the pidfd: never hits another process."""
        pidfd = self.zygote.pidfd_of(self.number, KILL_WALL_S)
        if pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)

    def has_ended(self) -> bool:
        """Whether the zygote told of its end, or has ended itself."""
        status = self.zygote.status_of(self.number, 0.0)
        return status is not None or self.zygote.ended is not None

    def exit_status(self) -> int | None:
        """The wait status, waiting at most a second for the zygote to tell it."""
        return self.zygote.status_of(self.number, 1.0)

    def read_output(self, limit: int) -> bytes:
        """What was written, at most `limit` bytes."""
        said = os.pread(self.output, limit, 0)
        return said or self.zygote.failures.get(self.number, "").encode()[:limit]

    def clear_output(self) -> None:
        """Empties the output file."""
        os.ftruncate(self.output, 0)

    def close(self) -> None:
        """Kills the worker and frees its descriptors."""
        if self.closed:
            return
        self.closed = True
        self.kill()
        self.sock.close()
        os.close(self.output)
        pidfd = self.zygote.pidfds.pop(self.number, -1)
        if pidfd >= 0:
            os.close(pidfd)
        self.zygote.forget(self.number)


def cpu_clock(pidfd: int) -> int | None:
    """The clock id of a process (clock_getcpuclockid(3): the inverted pid, tag 2)."""
    try:
        with open(f"/proc/self/fdinfo/{pidfd}") as info:
            for line in info:
                if line.startswith("Pid:"):
                    pid = int(line.split()[1])
                    return (~pid << 3) | 2 if pid > 0 else None
    except OSError:
        pass
    return None
