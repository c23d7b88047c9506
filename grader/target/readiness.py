"""Waiting for a channel's socket, with the means that the system has: `poll` where there is one,
which knows no highest number of a descriptor; Windows has `select` only, which takes sockets.
"""

from __future__ import annotations

import selectors
import socket

_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class Readiness:
    """Whether one socket can be read or written to; two selectors, so that none is ever changed."""

    def __init__(self, sock: socket.socket) -> None:
        self._reading, self._writing = _Selector(), _Selector()
        self._reading.register(sock, selectors.EVENT_READ)
        self._writing.register(sock, selectors.EVENT_WRITE)

    def __call__(self, *, writing: bool, wait_ms: int) -> bool:
        """Whether the socket can be read, or written to, within that time."""
        selector = self._writing if writing else self._reading
        return bool(selector.select(wait_ms / 1000))
