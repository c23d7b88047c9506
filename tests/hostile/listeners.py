"""Sockets on this machine's loopback that a contained submission cannot reach."""

from __future__ import annotations

import os
import socket
from pathlib import Path


class Listeners:
    """One listener for each family; `heard` tells which of them something reached."""

    def __init__(self, folder: Path) -> None:
        self.sockets: dict[str, socket.socket] = {}
        self.places: dict[str, str] = {}
        self._internet("tcp4", socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1")
        self._internet("tcp6", socket.AF_INET6, socket.SOCK_STREAM, "::1")
        self._internet("udp4", socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1")
        self._internet("udp6", socket.AF_INET6, socket.SOCK_DGRAM, "::1")
        path, name = str(folder / "listener"), f"hostile-{os.getpid()}"
        self._local("unix", path, path)
        os.chmod(path, 0o666)
        self._local("abstract", name, "\0" + name)

    def _internet(self, name: str, family: int, kind: int, host: str) -> None:
        listener = socket.socket(family, kind)
        try:
            listener.bind((host, 0))
        except OSError:
            # a machine without IPv6: port 9 is nobody's
            listener.close()
            self.places[name] = "9"
            return
        self._keep(name, listener, str(listener.getsockname()[1]))

    def _local(self, name: str, place: str, address: str) -> None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
        self._keep(name, listener, place)

    def _keep(self, name: str, listener: socket.socket, place: str) -> None:
        listener.setblocking(False)
        if listener.type == socket.SOCK_STREAM:
            listener.listen(8)
        self.sockets[name] = listener
        self.places[name] = place

    def heard(self) -> list[str]:
        """The names of the listeners that something has reached since the last call."""
        return [name for name, listener in self.sockets.items() if _drained(listener)]


def _drained(listener: socket.socket) -> int:
    count = 0
    while True:
        try:
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
            else:
                listener.recv(65536)
        except BlockingIOError:
            return count
        count += 1
