"""A box that has workers ready before they are asked for.

Making a worker takes about as long as a small submission does in it. In a session with somebody
waiting, those of the next submission are therefore made while there is nothing to do. They are as
fresh as any other: a worker is told nothing before it is asked for.
"""

from __future__ import annotations

import contextlib

from grader.box.base import Box, Protection
from grader.model.errors import Fault
from grader.target.base import WorkerProcess

MOST_READY = 4
"""As many as a submission with one mistake meets."""


class Ahead:
    """`Box` over another one, with some workers ready."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._ready: list[WorkerProcess] = []

    @property
    def protection(self) -> Protection:
        """That of the box behind it."""
        return self.box.protection

    def prepare(self) -> None:
        """Makes as many workers as are missing, or asks for them."""
        # where none is to be had, that is said when one is asked for
        with contextlib.suppress(Fault):
            while len(self._ready) < MOST_READY:
                self._ready.append(self.box.spawn())

    def spawn(self) -> WorkerProcess:
        """A worker that is ready, else one that is made now. Fault."""
        while self._ready:
            worker = self._ready.pop(0)
            if not worker.has_ended():
                return worker
            worker.close()
        return self.box.spawn()

    def close(self) -> None:
        """Ends every process of the box."""
        for worker in self._ready:
            worker.close()
        self.box.close()
