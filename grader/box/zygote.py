"""The trusted end of a zygote: starts it, asks it for workers, kills them and hears of their end.

Theory of operation. `Zygote` execs the interpreter with an empty environment (but for
PYTHONHASHSEED=0 and UTF-8 mode, both cleared again inside), no site-packages, no descriptor of ours
except its end of a SOCK_SEQPACKET control socket, address randomisation off where the kernel lets
us, and `BOOT` on its command line. The modules of `grader/inside` follow over the socket, and after
them the questions of its trials, which the zygote itself never reads: what it knows is what every
worker's memory holds. A prefix of the command (bubblewrap) changes where it runs, nothing else.

`spawn` waits for nothing: the request and the worker's first frames lie ready in their sockets
while the zygote still boots, and its answers are filed when they are needed. Every wait is
bounded; a zygote that does not answer or has ended is a fault of ours, with its own last words.

The kernel ends a zygote when the thread that started it ends: start boxes from a thread that
lives as long as they shall.
"""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import select
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.box.base import interpreter
from grader.box.boot import boot_code, fixed_addresses, island
from grader.box.worker import ZygoteWorker, output_file
from grader.model.errors import Fault
from grader.text.words import said

ANSWER_WALL_S = 20.0
END_WALL_S = 2.0

ENVIRONMENT = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}


class ZygoteEnded(Fault):
    """The zygote is gone; `reason` holds its last words."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            said("the box ended unexpectedly: {reason}", reason=reason),
            next_move=said("`grader doctor` says what works here."),
        )
        self.reason = reason


class Zygote:
    """A started zygote and what it has told. No call blocks longer than ANSWER_WALL_S."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        prefix: Sequence[str] = (),
        questions: Mapping[str, Any] | None = None,
    ) -> None:
        self.ready: dict[str, Any] | None = None
        self.outcomes: dict[str, Any] = {}
        self.pidfds: dict[int, int] = {}
        self.failures: dict[int, str] = {}
        self.statuses: dict[int, int] = {}
        self.alive: set[int] = set()
        self.number = 0
        self.ended: ZygoteEnded | None = None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control = ours
        self.poll = select.poll()
        self.poll.register(ours, select.POLLIN)
        try:
            self.process = self._exec(theirs, prefix)
        finally:
            theirs.close()
        self._send_island(settings, questions)

    def _exec(self, theirs: socket.socket, prefix: Sequence[str]) -> subprocess.Popen[bytes]:
        code = boot_code(theirs.fileno())
        command = [*prefix, interpreter(), "-P", "-s", "-S", "-B", "-c", code]
        try:
            with fixed_addresses():
                return subprocess.Popen(
                    command,
                    env=ENVIRONMENT,
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
        except OSError as error:
            self.control.close()
            raise Fault(said("the box could not be started: {error}", error=error)) from None

    def _send_island(
        self, settings: Mapping[str, Any], questions: Mapping[str, Any] | None
    ) -> None:
        body = marshal.dumps({"modules": island(), "settings": dict(settings)})
        # a zygote that ends early says why on its standard error, which is read when it matters
        with contextlib.suppress(OSError):
            self.control.send(str(len(body)).encode())
            for start in range(0, len(body), 1 << 15):
                self.control.send(body[start : start + (1 << 15)])
            if questions is not None:
                self.control.send(json.dumps(questions).encode())

    # --- workers -------------------------------------------------------------------------------

    def spawn(self) -> ZygoteWorker:
        """A worker, which may still be on its way. Fault when the zygote has ended."""
        self.file_answers()
        if self.ended is not None:
            raise self.ended
        self.number += 1
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        output = output_file()
        self.alive.add(self.number)
        try:
            packet = json.dumps({"spawn": self.number}).encode()
            socket.send_fds(self.control, [packet], [theirs.fileno(), output])
        except OSError:
            ours.close()
            os.close(output)
            raise self._gone() from None
        finally:
            theirs.close()
        return ZygoteWorker(self, self.number, ours, output)

    def pidfd_of(self, number: int, wall_s: float) -> int:
        """The worker's pidfd, or -1 when it was never made or does not come in time."""
        known = (self.pidfds, self.failures)
        self._wait_until(lambda: any(number in answers for answers in known), wall_s)
        return self.pidfds.get(number, -1)

    def status_of(self, number: int, wall_s: float) -> int | None:
        """The wait status of a worker, waiting at most `wall_s` for it."""
        self._wait_until(lambda: number in self.statuses, wall_s)
        return self.statuses.get(number)

    def forget(self, number: int) -> None:
        """Drops what is known of a worker that nobody asks about any more."""
        self.alive.discard(number)
        self.failures.pop(number, None)
        self.file_answers()
        self.statuses.pop(number, None)

    # --- answers -------------------------------------------------------------------------------

    def await_ready(self, wall_s: float = ANSWER_WALL_S) -> dict[str, Any]:
        """What the zygote said when its trials were done, of which `outcomes` tells. Fault."""
        self._wait_until(lambda: self.ready is not None, wall_s)
        if self.ready is not None:
            return self.ready
        raise self.ended or Fault(
            said("the box does not answer"), next_move=said("Run the command again.")
        )

    def file_answers(self) -> None:
        """Takes in what has been said so far, without waiting."""
        self._wait_until(lambda: False, 0.0)

    def _wait_until(self, known: Callable[[], bool], wall_s: float) -> None:
        ends = time.monotonic() + wall_s
        while not known() and self.ended is None:
            left = max(0.0, ends - time.monotonic())
            if not self.poll.poll(left * 1000):
                return
            self._file_one()

    def _file_one(self) -> None:
        packet, descriptors = self._receive()
        if not packet:
            self._gone()
            return
        message = json.loads(packet)
        if "trials" in message:
            self.outcomes = message["trials"]
        elif "ready" in message:
            self.ready = message
        elif "spawned" in message:
            self.pidfds[message["spawned"]] = descriptors[0]
        elif "failed" in message:
            self.failures[message["failed"]] = message["reason"]
        elif message["exited"] in self.alive:
            self.statuses[message["exited"]] = message["status"]

    def _receive(self) -> tuple[bytes, list[int]]:
        # a zygote that ends without having read all our requests resets the connection: that is
        # told first and once, and what it had said before comes after
        for _ in range(2):
            with contextlib.suppress(OSError):
                packet, descriptors, _, _ = socket.recv_fds(self.control, 1 << 18, 1)
                return packet, descriptors
        return b"", []

    def _gone(self) -> ZygoteEnded:
        if self.ended is None:
            last = b""
            with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
                _, last = self.process.communicate(timeout=2)
            words = last.decode("utf-8", "replace").strip().splitlines()[-1:]
            self.ended = ZygoteEnded(words[0][:300] if words else said("no reason given"))
        return self.ended

    def close(self) -> None:
        """Ends the zygote and with it every worker."""
        self.ended = self.ended or ZygoteEnded(said("it was closed"))
        self.control.close()
        for pidfd in self.pidfds.values():
            os.close(pidfd)
        self.pidfds.clear()
        if self.process.poll() is None and not _ends_within(self.process.pid, END_WALL_S):
            self.process.kill()
        self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()


def _ends_within(pid: int, wall_s: float) -> bool:
    """Whether a child of ours ends in that time; to wait for it with a bound, `subprocess` sleeps
    for up to twice as long as it takes."""
    try:
        pidfd = os.pidfd_open(pid)
    except OSError:  # no descriptor is free
        return False
    try:
        ended = select.poll()
        ended.register(pidfd, select.POLLIN)
        return bool(ended.poll(wall_s * 1000))
    finally:
        os.close(pidfd)
