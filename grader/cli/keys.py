"""The watch loop without its looks: when the file was saved, which key was pressed.

One file is looked at twenty times a second. A file watcher library would bring compiled code into
every learner's install to save that one `stat`, and editors that replace the file, network
folders and virtual machines work the same way here.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

PAUSE_S = 0.05
SETTLE_S = 0.03


OUTPUT_HANDLE, ESCAPE_SEQUENCES = -11, 4
"""Windows' names: STD_OUTPUT_HANDLE, ENABLE_VIRTUAL_TERMINAL_PROCESSING."""


def draws() -> bool:
    """Whether the terminal acts on escape sequences. A Windows console has to be asked to."""
    if sys.platform != "win32":
        return True
    import ctypes

    kernel = ctypes.windll.kernel32
    handle = kernel.GetStdHandle(OUTPUT_HANDLE)
    mode = ctypes.c_ulong()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return False
    return bool(kernel.SetConsoleMode(handle, mode.value | ESCAPE_SEQUENCES))


class Stamp(NamedTuple):
    """What changes when a file is saved, also when it is replaced."""

    modified: int
    size: int
    inode: int


def stamp(path: Path) -> Stamp | None:
    """The file's stamp, or None while there is no such file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino)


class Saves:
    """Whether the file was saved since it was last asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last: Stamp | None = None

    def happened(self) -> bool:
        """True once for each save, when the file has come to rest."""
        now = stamp(self.path)
        if now is None or now == self.last:
            return False
        time.sleep(SETTLE_S)
        rested = stamp(self.path)
        if rested != now:
            return False  # still being written: the next look will find it
        self.last = now
        return True


def _plain_key(read: Callable[[], str]) -> str:
    """The key that Windows' console gives: of an arrow's two signs the second is a letter."""
    key = read()
    if key == "\x03":
        raise KeyboardInterrupt
    if key in ("\x00", "\xe0"):
        read()
        return ""
    return key.lower()


class Keys:
    """Single key presses from a terminal; none at all where there is no terminal."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.descriptor = stream.fileno() if stream is not None else -1

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Keys arrive at once and are not echoed; the terminal is as before afterwards."""
        if sys.platform == "win32":
            yield
            return
        import termios
        import tty

        before = termios.tcgetattr(self.descriptor)
        try:
            tty.setcbreak(self.descriptor)
            yield
        finally:
            termios.tcsetattr(self.descriptor, termios.TCSADRAIN, before)

    def pressed(self, wait_s: float) -> str:
        """The key pressed within that time, or an empty text. A closed terminal is `q`."""
        if sys.platform == "win32":
            return self._pressed_windows(wait_s)
        ready, _, _ = select.select([self.descriptor], [], [], wait_s)
        if not ready:
            return ""
        data = os.read(self.descriptor, 16)
        return data.decode("utf-8", "replace")[:1].lower() if data else "q"

    def _pressed_windows(self, wait_s: float) -> str:
        if sys.platform == "win32":
            import msvcrt

            ends = time.monotonic() + wait_s
            while time.monotonic() < ends:
                if msvcrt.kbhit():
                    return _plain_key(msvcrt.getwch)
                time.sleep(0.02)
        return ""
