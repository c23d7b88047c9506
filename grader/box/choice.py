"""The strongest box that holds: candidates are tried in turn, from the strongest.

Theory of operation. The first candidate is started at once and trusted to hold, so that nothing
waits for its proof; its gate keeps every submission out until it does. If it turns out not to
hold, the next candidate takes its place, and a worker that was asked for meanwhile ends without
having run anything: `BoxedTarget` asks once more and gets one of the box that did hold. Only
where the first candidate is likely to fail is its proof awaited at the first request.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.errors import Fault, IsolationUnavailable

if TYPE_CHECKING:
    from grader.box.base import Protection
    from grader.box.layered import LayeredBox
    from grader.target.base import WorkerProcess

Candidate = Callable[[dict[str, str]], "LayeredBox"]
"""Starts a box; gets the levels that were tried before it, with reasons."""

_CAP_SYS_ADMIN = 21
_APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")


class ChosenBox:
    """The first of the candidates that holds."""

    def __init__(self, asked: str, candidates: Sequence[tuple[str, Candidate]]) -> None:
        self.asked = asked
        self.waiting = list(candidates)
        self.failed: dict[str, str] = {}
        self.errors: dict[str, Fault] = {}
        self.current: LayeredBox = self._next()
        self.doubtful = namespaces_doubtful()

    def _next(self) -> LayeredBox:
        """Starts the next candidate. IsolationUnavailable when none is left."""
        while True:
            level, start = self.waiting.pop(0)
            try:
                return start(self.failed)
            except Fault as error:
                self._note(level, error)

    def _note(self, level: str, error: Fault) -> None:
        """Keeps the reason; when nothing is left to try, raises that of the level asked for."""
        self.failed[level] = getattr(error, "reason", error.message)
        self.errors[level] = error
        if not self.waiting:
            last = self.errors.get(self.asked, error)
            if isinstance(last, IsolationUnavailable):
                # the class that others know by name
                raise IsolationUnavailable(last.message, next_move=last.next_move)
            raise last

    @property
    def protection(self) -> Protection:
        """What the box that holds offers, proved. IsolationUnavailable when none does."""
        while True:
            try:
                return self.current.protection
            except IsolationUnavailable as error:
                self.current.close()
                self._note(self.current.level, error)
                self.current = self._next()

    def prove(self) -> None:
        """Waits until a candidate is proved. IsolationUnavailable when none is."""
        try:
            assert self.protection.level
        except BaseException:
            self.close()
            raise

    def spawn(self) -> WorkerProcess:
        """A worker of the strongest box that holds as far as is known. Fault."""
        if self.doubtful or self.failed or self.current.decided():
            self.prove()
        try:
            return self.current.spawn()
        except Fault:
            # it ended just now: another candidate takes its place, where one is left
            self.prove()
            return self.current.spawn()

    def close(self) -> None:
        """Ends every process of the box."""
        self.current.close()


def namespaces_doubtful() -> bool:
    """Whether namespaces are likely to be denied here: a container, a restricted user."""
    if sys.platform != "linux":
        return True
    try:
        status = Path("/proc/self/status").read_text()
        if os.geteuid() == 0:
            effective = int(status.partition("CapEff:")[2].split()[0], 16)
            return not effective >> _CAP_SYS_ADMIN & 1
        if status.partition("Seccomp:")[2].split()[0] != "0":
            return True
        return _APPARMOR.exists() and _APPARMOR.read_text().strip() != "0"
    except (OSError, IndexError, ValueError):
        return True


def in_container() -> bool:
    """Whether this looks like the inside of a container."""
    if any(os.path.exists(path) for path in ("/.dockerenv", "/run/.containerenv")):
        return True
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return False
    # a process of an ordinary session has no filter on it
    return status.partition("Seccomp:")[2].split()[:1] == ["2"]
