"""A cache that forgets what was not used for longest."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def answer_bytes(key: tuple[object, bytes], _: object) -> int:
    """What an entry weighs that is held by the bytes of an answer, its own place included."""
    return 500 + len(key[1])


class LRU(Generic[Key, Value]):
    """Values by key, together of at most `most` weight; without `weigh` each weighs one.

    What alone weighs more than that is not held at all.
    """

    def __init__(self, most: int, weigh: Callable[[Key, Value], int] = lambda *_: 1) -> None:
        self.left = most
        self._weigh = weigh
        self._held: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """The value, which is now the last to be forgotten; None where there is none."""
        value = self._held.pop(key, None)
        if value is not None:
            self._held[key] = value
        return value

    def put(self, key: Key, value: Value) -> None:
        """Holds the value, in place of any other of that key."""
        self.forget(key)
        self._held[key] = value
        self.left -= self._weigh(key, value)
        while self.left < 0:
            self.forget(next(iter(self._held)))

    def forget(self, key: Key) -> None:
        """Lets go of the value, where there is one."""
        if key in self._held:
            self.left += self._weigh(key, self._held.pop(key))

    def __contains__(self, key: Key) -> bool:
        return key in self._held
