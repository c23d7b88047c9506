"""An alarm that ends a computation of this process's own: it counts computing, not waiting."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import types
from collections.abc import Iterator

RING_AGAIN_S = 0.05


class OutOfTime(BaseException):
    """Raised into code that computes for too long; no `except Exception` stops it."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[list[bool]]:
    """Raises OutOfTime into the block after so many seconds of computing, and goes on raising it.

    Gives a list that is no longer empty once the alarm rang: code may swallow what was raised.
    Where there are no such alarms (Windows, or a thread that is not the main one) nothing is
    raised.
    """
    rang: list[bool] = []
    main = threading.current_thread() is threading.main_thread()
    if sys.platform == "win32" or not main:
        yield rang
        return
    inside = True

    def ring(number: int, frame: types.FrameType | None) -> None:
        if inside:
            rang.append(True)
            raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, RING_AGAIN_S)
    try:
        yield rang
    finally:
        inside = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
