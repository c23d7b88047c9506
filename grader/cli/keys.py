"""The watch loop without its looks: when the file was saved, which key was pressed.

One file is looked at fifty times a second. A file watcher library would bring compiled code into
every learner's install to save that one `stat`, and editors that replace the file, network
folders and virtual machines work the same way here.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple

PAUSE_S = 0.02
SETTLE_S = 0.03
REPLACE_S = 0.3
"""How long a file that is gone or empty may just be about to be written anew."""


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


class Look(Enum):
    """What one look at the file found."""

    SAME = auto()
    SAVED = auto()
    GONE = auto()


class Saves:
    """Whether a file was saved, or the first of them taken away, since they were last looked at."""

    def __init__(self, *paths: Path) -> None:
        self.paths = paths
        self.last: tuple[Stamp | None, ...] = (None,) * len(paths)
        self.seen = 0.0

    @property
    def is_there(self) -> bool:
        """Whether the first file was there at the last look."""
        return self.last[0] is not None

    def look(self) -> Look:
        """What changed, once for each change. A save may go on: see `is_whole`."""
        now = tuple(map(stamp, self.paths))
        if now == self.last:
            return Look.SAME
        if not all(one is not None and one.size for one in now):
            time.sleep(REPLACE_S)
            if tuple(map(stamp, self.paths)) != now:
                return Look.SAME  # still being written or replaced: the next look will find it
        self.last, self.seen = now, time.monotonic()
        return Look.GONE if now[0] is None else Look.SAVED

    def is_whole(self) -> bool:
        """Whether the last save had come to its end when it was seen; another look finds the rest
        of one that had not. Waits where it was seen just now."""
        time.sleep(max(0.0, self.seen + SETTLE_S - time.monotonic()))
        pairs = zip(self.last, map(stamp, self.paths), strict=True)
        return not any(then != now and _is_one_save(then, now) for then, now in pairs)


def _is_one_save(then: Stamp | None, now: Stamp | None) -> bool:
    """Whether both were written so soon after one another that it was one save."""
    if then is None or now is None:
        return False
    return abs(now.modified - then.modified) < SETTLE_S * 1e9


def interrupt_main() -> None:
    """Interrupts the main thread, also where it waits for the system."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        number = threading.main_thread().ident
        assert number is not None
        signal.pthread_kill(number, signal.SIGINT)


_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])?|.", re.DOTALL)
_NAMES = {
    " ": "page down",
    **dict.fromkeys(("\x1b[A", "\x1bOA", "\xe0H", "\x00H"), "up"),
    **dict.fromkeys(("\x1b[B", "\x1bOB", "\xe0P", "\x00P"), "down"),
    **dict.fromkeys(("\x1b[5~", "\xe0I", "\x00I"), "page up"),
    **dict.fromkeys(("\x1b[6~", "\xe0Q", "\x00Q"), "page down"),
    **dict.fromkeys(("\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~", "\xe0G", "\x00G"), "home"),
    **dict.fromkeys(("\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~", "\xe0O", "\x00O"), "end"),
}
"""What terminals, and after `\xe0` or `\x00` Windows' console, send for keys without a sign."""


def names_of(text: str) -> list[str]:
    """The keys that a terminal sent: a small letter or sign, or the name of another key."""
    found = _SEQUENCE.findall(text)
    names = [_NAMES.get(key, key.lower()) for key in found]
    return [name for name in names if not name.startswith("\x1b")]


def _plain_key(read: Callable[[], str]) -> str:
    """The key that Windows' console gives: of an arrow's two signs the second is a letter."""
    key = read()
    if key == "\x03":
        raise KeyboardInterrupt
    if key in ("\x00", "\xe0"):
        return _NAMES.get(key + read(), "")
    return _NAMES.get(key, key.lower())


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

    def pressed(self, wait_s: float) -> list[str]:
        """The names of the keys pressed within that time. A closed terminal is `q`."""
        if sys.platform == "win32":
            return list(filter(None, [self._pressed_windows(wait_s)]))
        ready, _, _ = select.select([self.descriptor], [], [], wait_s)
        if not ready:
            return []
        data = os.read(self.descriptor, 64)
        return names_of(data.decode("utf-8", "replace")) if data else ["q"]

    def _pressed_windows(self, wait_s: float) -> str:
        if sys.platform == "win32":
            import msvcrt

            ends = time.monotonic() + wait_s
            while time.monotonic() < ends:
                if msvcrt.kbhit():
                    return _plain_key(msvcrt.getwch)
                time.sleep(0.02)
        return ""
