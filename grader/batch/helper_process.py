"""One resident helper as its batch sees it: the process, its pipes, and what it holds."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from grader.batch.messages import Job

SETTLED = 50
MOST_GROWTH = 1.75
"""Of the memory a helper held after SETTLED jobs: what it may hold before it is replaced, when
what still waits in it is graded."""

START_WALL_S = 120.0
COMMAND = (sys.executable, "-P", "-m", "grader.batch.helper")

Launch = Callable[[Sequence[str], IO[bytes]], "subprocess.Popen[bytes]"]


def launch(command: Sequence[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """Starts a helper, out of reach of the terminal's signals."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        bufsize=0,
        start_new_session=True,
    )


def resident_pages(pid: int) -> int:
    """The memory that a process holds, in pages; 0 where that cannot be read."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    return 0


class HelperProcess:
    """One process: what waits to be written, what was read of a line, the jobs it holds."""

    def __init__(self, start: Launch, setup: bytes) -> None:
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = start(COMMAND, self.errors)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin.fileno(), self.process.stdout.fileno()
        if sys.platform != "win32":  # `grader batch` refuses there
            os.set_blocking(self.stdin, False)
            os.set_blocking(self.stdout, False)
        self.unsent = bytearray(setup)
        self.unread = bytearray()
        self.jobs: deque[Job] = deque()
        self.sent = 0
        self.answered = 0
        self.settled_pages = 0
        self.ready = False
        self.alone = False
        self.retiring = False
        self.deadline = time.monotonic() + START_WALL_S
        self.why = ""

    def overdue(self, now: float) -> bool:
        """Whether it is late with what it is expected to do; waiting for work has no end."""
        return now > self.deadline and (bool(self.jobs) or not self.ready or self.retiring)

    def has_grown(self) -> bool:
        """Counts an answer; whether it holds much more memory than it did early on."""
        self.answered += 1
        if self.answered < SETTLED:
            return False
        pages = resident_pages(self.process.pid)
        self.settled_pages = self.settled_pages or pages
        return pages > MOST_GROWTH * self.settled_pages

    def last_words(self) -> str:
        """The last line it wrote to standard error."""
        with contextlib.suppress(OSError, ValueError):
            end = self.errors.seek(0, os.SEEK_END)
            self.errors.seek(max(0, end - 2000))
            lines = self.errors.read().decode("utf-8", "replace").split("\n")
            said = [text.strip() for text in lines if text.strip()]
            return said[-1][:300] if said else ""
        return ""

    def free(self) -> None:
        """Ends the process and closes what belongs to it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
