"""Waiting for a channel's socket, with the means that the system has.

`poll` where there is one: it needs no list of descriptors and knows no highest number. Windows has
`select` only, which there takes sockets and nothing else; a channel is a socket everywhere.
"""

from __future__ import annotations

import select
import socket
import sys


class Selecting:
    """Waits by `select`."""

    def __init__(self, sock: socket.socket) -> None:
        self.one = [sock]

    def __call__(self, *, writing: bool, wait_ms: int) -> bool:
        """Whether the socket can be read, or written to, within that time."""
        reading = [] if writing else self.one
        return any(select.select(reading, self.one if writing else [], [], wait_ms / 1000))


if sys.platform == "win32":
    readiness = Selecting
else:

    class Polling:
        """Waits by `poll`."""

        def __init__(self, sock: socket.socket) -> None:
            self.sock = sock
            self.poll = select.poll()
            self.poll.register(sock, select.POLLIN)

        def __call__(self, *, writing: bool, wait_ms: int) -> bool:
            """Whether the socket can be read, or written to, within that time."""
            self.poll.modify(self.sock, select.POLLOUT if writing else select.POLLIN)
            return bool(self.poll.poll(wait_ms))

    readiness = Polling
