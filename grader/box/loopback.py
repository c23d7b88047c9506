"""How a worker that is exec'd, not forked, gets its channel: a connection on the loopback address.

Theory of operation. Unix hands descriptors to a child by number, Windows does not hand sockets on
like that at all; a connection is made the same way everywhere, so what is tested on one system is
what runs on the others. The grader listens on 127.0.0.1, at a port the system picks, for one
worker and no longer than it takes that worker to come; it may connect more than once, and is let
in in that order. Port and a token of 128 random bits reach the worker on its standard input, where
no other process can see them (a command line or an environment can be seen). Whoever connects has
to say the token before anything else is read from or sent to it; another program of this machine
that finds the port cannot, is dropped, and has only cost the time that it took to ask. The worker
in turn connects to nobody but who started it.

Everything waits under one deadline and ends early when the worker has ended.
"""

from __future__ import annotations

import contextlib
import hmac
import math
import secrets
import select
import socket
import struct
import time
from collections.abc import Callable

ADDRESS = "127.0.0.1"
TOKEN_BYTES = 16
CONNECT_WALL_S = 30.0
SLICE_S = 0.1
"""How often it is looked whether the worker still lives."""

TOKEN_WALL_S = 2.0
"""A worker says its token in the moment in which it connects."""


class Listener:
    """The grader's door for one worker."""

    def __init__(self) -> None:
        self.socket = socket.create_server((ADDRESS, 0), backlog=4)
        self.token = secrets.token_hex(TOKEN_BYTES)

    def invitation(self) -> bytes:
        """What the worker reads on its standard input."""
        return f"{self.socket.getsockname()[1]} {self.token}\n".encode()

    def accept(self, alive: Callable[[], bool]) -> socket.socket | None:
        """The worker's next connection, or None when it has ended or does not come in time."""
        ends = time.monotonic() + CONNECT_WALL_S
        while time.monotonic() < ends:
            if select.select([self.socket], [], [], SLICE_S)[0]:
                connection, _ = self.socket.accept()
                if self._knows_the_token(connection):
                    return connection
                connection.close()
            elif not alive():
                return None
        return None

    def _knows_the_token(self, connection: socket.socket) -> bool:
        said, ends = b"", time.monotonic() + TOKEN_WALL_S
        wanted = self.token.encode()
        with contextlib.suppress(OSError):
            while len(said) < len(wanted) and (left := ends - time.monotonic()) > 0:
                connection.settimeout(left)
                part = connection.recv(len(wanted) - len(said))
                if not part:
                    break
                said += part
            # a question and its answer are small: neither waits to be sent together with more
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return hmac.compare_digest(said, wanted)

    def close(self) -> None:
        """Nobody connects any more."""
        self.socket.close()


TICK = struct.Struct(">d")

MOST = 1 << 16


class Clock:
    """The processor time of a worker, where only the worker can tell it.

    No two systems let one process read another's clock in the same way, and the standard library
    lets none. So a thread of the worker says its own process's time twenty times a second over a
    connection of its own (`grader/inside/portable.py`). It is a claim, like all that comes from
    there, and it can only be used against who makes it: a worker that tells less, or nothing
    because it hangs in code that never lets another thread run, is stopped by the wall as if there
    were no clock. A look makes one bounded read, so that a flood costs nothing.
    """

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
