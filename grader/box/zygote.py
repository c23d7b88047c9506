"""The trusted end of a zygote: starts it, asks it for workers, kills and reaps them.

Theory of operation. `Zygote.start` execs the interpreter with an empty environment (but for
PYTHONHASHSEED=0 and UTF-8 mode, both cleared again inside), no site-packages, no descriptor of
ours except its end of a SOCK_SEQPACKET control socket, address randomisation off where the
kernel lets us, and `BOOT` on its command line. The texts of `grader/inside/*.py` follow over
the socket. Every later wait on the zygote is bounded; when it does not answer, that is a fault
of ours and nobody gets a mark for it.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from grader.errors import Fault

ANSWER_WALL_S = 20.0
ADDR_NO_RANDOMIZE = 0x0040000
MODULES = ("evaluate", "confine", "worker", "zygote")

BOOT = """
import json, socket, sys, types
control = socket.socket(fileno={descriptor})
size = int(control.recv(64))
data = b""
while len(data) < size:
    data += control.recv(1 << 16)
message = json.loads(data)
made = {{}}
for name, text in message["modules"]:
    made[name] = types.ModuleType("_box_" + name)
    exec(compile(text, "<box " + name + ">", "exec"), made[name].__dict__)
made["zygote"].main(control, message["settings"], made["worker"], made["evaluate"], made["confine"])
"""


def island_texts(names: Sequence[str] = MODULES) -> list[tuple[str, str]]:
    """The texts of the modules that run in the box, in the order they are made there."""
    folder = resources.files("grader.inside")
    return [(name, (folder / f"{name}.py").read_text("utf-8")) for name in names]


@contextlib.contextmanager
def _fixed_addresses() -> Iterator[None]:
    """Children exec'd inside keep the same addresses from run to run, where that is allowed."""
    if not sys.platform.startswith("linux"):
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    before = libc.personality(ctypes.c_ulong(0xFFFFFFFF))
    if before >= 0:
        libc.personality(ctypes.c_ulong(before | ADDR_NO_RANDOMIZE))
    try:
        yield
    finally:
        if before >= 0:
            libc.personality(ctypes.c_ulong(before))


def interpreter() -> str:
    """The interpreter itself, not a virtual environment's link to it."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return os.path.realpath(base)


class Zygote:
    """A started zygote. `spawn` never blocks longer than ANSWER_WALL_S."""

    def __init__(self, settings: Mapping[str, Any], prefix: Sequence[str] = ()) -> None:
        self.settings = dict(settings)
        self.statuses: dict[int, int] = {}
        self.number = 0
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control = ours
        self.process = self._exec(theirs, prefix)
        theirs.close()
        self._ready = False
        self._send_island()

    def _exec(self, theirs: socket.socket, prefix: Sequence[str]) -> subprocess.Popen[bytes]:
        code = BOOT.format(descriptor=theirs.fileno())
        command = [*prefix, interpreter(), "-P", "-s", "-S", "-B", "-c", code]
        try:
            with _fixed_addresses():
                return subprocess.Popen(
                    command,
                    env={"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
        except OSError as error:
            raise Fault(f"the box could not be started: {error}") from None

    def _send_island(self) -> None:
        body = json.dumps({"modules": island_texts(), "settings": self.settings}).encode()
        try:
            self.control.send(str(len(body)).encode())
            for start in range(0, len(body), 1 << 15):
                self.control.send(body[start : start + (1 << 15)])
        except OSError:
            raise self._gone() from None

    def spawn(self) -> ZygoteWorker:
        """A fresh worker. Fault when the zygote does not answer."""
        if not self._ready:
            self._await("ready")
            self._ready = True
        self.number += 1
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        output = _output_file()
        try:
            packet = json.dumps({"spawn": self.number}).encode()
            socket.send_fds(self.control, [packet], [theirs.fileno(), output])
            pidfd = self._await("spawned")
        except BaseException:
            ours.close()
            os.close(output)
            raise
        finally:
            theirs.close()
        return ZygoteWorker(self, self.number, ours, output, pidfd)

    def _await(self, key: str) -> int:
        ends = time.monotonic() + ANSWER_WALL_S
        while True:
            message, descriptors = self._receive(ends - time.monotonic())
            if key in message:
                return descriptors[0] if descriptors else -1

    def _receive(self, wall_s: float) -> tuple[dict[str, Any], list[int]]:
        readable, _, _ = select.select([self.control], [], [], max(0.0, wall_s))
        if not readable:
            raise Fault("the box does not answer", next_move="Run the command again.")
        try:
            packet, descriptors, _, _ = socket.recv_fds(self.control, 65536, 1)
        except OSError:
            packet, descriptors = b"", []
        if not packet:
            raise self._gone()
        message = json.loads(packet)
        if "exited" in message:
            self.statuses[message["exited"]] = message["status"]
        return message, descriptors

    def status_of(self, number: int, wall_s: float) -> int | None:
        """The wait status of worker `number`, waiting at most `wall_s` for it."""
        ends = time.monotonic() + wall_s
        while number not in self.statuses:
            left = ends - time.monotonic()
            if left <= 0 or not select.select([self.control], [], [], left)[0]:
                return None
            self._receive(left)
        return self.statuses[number]

    def forget(self, number: int) -> None:
        """Drops what is known of a worker that nobody asks about any more."""
        while select.select([self.control], [], [], 0)[0]:
            self._receive(0)
        self.statuses.pop(number, None)

    def _gone(self) -> Fault:
        said = b""
        with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
            _, said = self.process.communicate(timeout=2)
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        return Fault(
            f"the box ended unexpectedly: {last[0][:300]}",
            next_move="`grader doctor` says what works here.",
        )

    def close(self) -> None:
        """Ends the zygote and with it every worker."""
        self.control.close()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()


def _output_file() -> int:
    """A memory file that stands behind a worker's stdout and stderr; writes always append."""
    descriptor = os.memfd_create("output", os.MFD_CLOEXEC)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_APPEND)
    return descriptor


class ZygoteWorker:
    """`grader.remote.boxed.WorkerProcess` over a zygote's child."""

    def __init__(
        self, zygote: Zygote, number: int, sock: socket.socket, output: int, pidfd: int
    ) -> None:
        self.zygote = zygote
        self.number = number
        self.sock = sock
        self.output = output
        self.pidfd = pidfd
        self.clock = _cpu_clock(pidfd)

    def cpu_seconds(self) -> float | None:
        """CPU time of the worker, from its own process clock."""
        if self.clock is None:
            return None
        try:
            return time.clock_gettime(self.clock)
        except OSError:
            return None

    def kill(self) -> None:
        """SIGKILL through the pidfd: never hits another process."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def exit_status(self) -> int | None:
        """The wait status, waiting at most a second for the zygote to tell it."""
        return self.zygote.status_of(self.number, 1.0)

    def read_output(self, limit: int) -> bytes:
        """What was written, at most `limit` bytes."""
        return os.pread(self.output, limit, 0)

    def clear_output(self) -> None:
        """Empties the output file."""
        os.ftruncate(self.output, 0)

    def close(self) -> None:
        """Kills the worker and frees its descriptors."""
        if self.pidfd < 0:
            return
        self.kill()
        self.sock.close()
        os.close(self.output)
        os.close(self.pidfd)
        self.pidfd = -1
        with contextlib.suppress(Fault):
            self.zygote.forget(self.number)


def _cpu_clock(pidfd: int) -> int | None:
    """The clock id of a process (clock_getcpuclockid(3): the inverted pid, tag 2)."""
    try:
        with open(f"/proc/self/fdinfo/{pidfd}") as info:
            for line in info:
                if line.startswith("Pid:"):
                    pid = int(line.split()[1])
                    return (~pid << 3) | 2 if pid > 0 else None
    except OSError:
        pass
    return None
