"""How often Python looks for garbage: seldom, where what is made is kept."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

COLLECT_AFTER = (50_000, 20, 20)


def collect_seldom() -> None:
    """For a command: what it loads it keeps, and looking through that was a seventh of a start."""
    gc.set_threshold(*COLLECT_AFTER)


@contextlib.contextmanager
def rarer_collections() -> Iterator[None]:
    """For grading: what a session remembers is much and lives long; looking through it for garbage
    every few hundred objects was a fifth of a class's time on this side."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
