"""What a session remembers of the submissions before: bounded by bytes, not by entries."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

ENTRY_BYTES = 500
"""What an entry takes beside its own bytes."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Held(Generic[K, V]):
    """A mapping from which the least recently used goes when it holds too many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self.left = most_bytes
        self._values: dict[K, tuple[V, int]] = {}

    def get(self, key: K) -> tuple[V] | None:
        """The value in a tuple of its own, since it may be None; or None."""
        found = self._values.pop(key, None)
        if found is None:
            return None
        self._values[key] = found
        return (found[0],)

    def put(self, key: K, value: V, size: int) -> None:
        """Holds a value that stands for so many bytes."""
        if key in self._values:
            return
        self._values[key] = value, size
        self.left -= ENTRY_BYTES + size
        while self.left < 0:
            _, gone = self._values.pop(next(iter(self._values)))
            self.left += ENTRY_BYTES + gone
