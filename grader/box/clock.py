"""The processor time of a worker, where only the worker can tell it.

Theory of operation. No two systems let one process read another's clock in the same way, and the
standard library lets none. So a thread of the worker says its own process's time twenty times a
second over a connection of its own (`grader/inside/portable.py`). It is a claim, like all that
comes from there, and it can only be used against who makes it: a worker that tells less, or
nothing because it hangs in code that never lets another thread run, is stopped by the wall as
if there were no clock. A look makes one bounded read, so that a flood costs nothing.
"""

from __future__ import annotations

import math
import socket
import struct

TICK = struct.Struct(">d")
MOST = 1 << 16


class Clock:
    """What a worker says of its time."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.rest = b""
        self.last = 0.0

    def seconds(self) -> float:
        """The last time it told; 0 before the first."""
        try:
            self.rest += self.sock.recv(MOST)
        except OSError:
            return self.last  # nothing new, or the worker has ended
        whole = len(self.rest) // TICK.size * TICK.size
        if whole:
            (told,) = TICK.unpack(self.rest[whole - TICK.size : whole])
            self.last = told if math.isfinite(told) else self.last
        self.rest = self.rest[whole:]
        return self.last

    def close(self) -> None:
        """Nobody listens any more; the worker's thread then ends."""
        self.sock.close()
