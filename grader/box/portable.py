"""A box without a zygote: one exec'd worker per submission. For systems other than Linux.

Theory of operation. `spawn` execs the interpreter with an environment of next to nothing, no
site-packages, its output file as standard output and error, and an invitation on its standard
input (`grader.box.loopback`): it connects to us, and the texts of `grader/inside` are the first
thing it is sent; over a second connection it tells its processor time. Worker and grader run as the
same user. What remains of isolation is another process, the resource limits
that the system has, and being ended from outside; the level is `none`.

Windows has no resource limits: there memory and what is written past Python's own `print` are
bounded by time alone. A job object could limit both; it is left out because it could not be
tried. Everything else here is the same code on every system.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import IO, Any

from grader.box.base import Protection, interpreter
from grader.box.loopback import Clock, Listener
from grader.model.errors import Fault
from grader.text.words import said

if sys.platform == "win32":
    # no window of its own, and none of our console's Ctrl-C
    FLAGS = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    LIMITS: tuple[str, ...] = ()
    ABSENT: dict[str, str] = {"rlimits": said("Windows has none")}
else:
    FLAGS = 0
    LIMITS = ("rlimits",)
    ABSENT: dict[str, str] = {}

NEEDED_VARIABLES = ("SYSTEMROOT",)
"""Without it Windows' own libraries for sockets and random numbers are not found."""

MODULES = (
    "identity",
    "values",
    "evaluate",
    "trace",
    "stand_ins",
    "importing",
    "portable",
    "worker",
)

BOOT = """
import json, socket, sys, types
port, token = sys.stdin.readline().split()
def connected():
    made = socket.create_connection(("127.0.0.1", int(port)), 30)
    made.settimeout(None)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.sendall(token.encode())
    return made
channel, clock = connected(), connected()
def exactly(count):
    data = b""
    while len(data) < count:
        part = channel.recv(count - len(data))
        if not part:
            sys.exit(1)
        data += part
    return data
message = json.loads(exactly(int(exactly(16))))
sys.path += message["packages"]
made = {}
for name, text in message["modules"]:
    made[name] = types.ModuleType("_box_" + name)
    exec(compile(text, "<box " + name + ">", "exec"), made[name].__dict__)
made["portable"].serve(channel, clock, message["settings"], made)
"""


class PortableBox:
    """Level `none`, wherever Python and the loopback address are to be had."""

    def __init__(
        self, settings: Mapping[str, Any], reason: str, packages: Sequence[str] = ()
    ) -> None:
        kept = {name: os.environ[name] for name in NEEDED_VARIABLES if name in os.environ}
        self.environment = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1", **kept}
        self.settings = {**settings, "environment": {**settings["environment"], **kept}}
        self.packages = list(packages)
        missing = dict.fromkeys(("namespaces", "landlock", "seccomp"), reason) | ABSENT
        self.protection = Protection("none", ("process", *LIMITS), missing)

    def spawn(self) -> PortableWorker:
        """A fresh worker; Fault when it cannot be started."""
        listener = Listener()
        # kept open for the worker's life: the worker writes to it, we read it afterwards
        output = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            process = self._exec(output)
            _invite(process, listener)
            sock, clock = (listener.accept(lambda: process.poll() is None) for _ in range(2))
            if sock is None or clock is None:
                raise _not_started(process, output)
            with contextlib.suppress(OSError):
                sock.sendall(self._island())
        except BaseException:
            output.close()
            raise
        finally:
            listener.close()
        return PortableWorker(process, sock, Clock(clock), output)

    def _exec(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        # `-I` would have the worker ignore PYTHONHASHSEED; its parts but for that are here
        command = [interpreter(), "-P", "-s", "-S", "-B", "-c", BOOT]
        try:
            return subprocess.Popen(
                command,
                env=self.environment,
                cwd=os.path.abspath(os.sep),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
                creationflags=FLAGS,
            )
        except OSError as error:
            raise Fault(said("the box could not be started: {error}", error=error)) from None

    def _island(self) -> bytes:
        texts = [(name, _text(name)) for name in MODULES]
        message = {"modules": texts, "settings": self.settings, "packages": self.packages}
        body = json.dumps(message).encode()
        return str(len(body)).encode().ljust(16) + body

    def close(self) -> None:
        """Nothing stays between workers."""


def _invite(process: subprocess.Popen[bytes], listener: Listener) -> None:
    assert process.stdin is not None
    # a worker that ended early is found out when it does not come
    with contextlib.suppress(OSError):
        process.stdin.write(listener.invitation())
    with contextlib.suppress(OSError):
        process.stdin.close()


def _not_started(process: subprocess.Popen[bytes], output: IO[bytes]) -> Fault:
    process.kill()
    process.wait()
    output.seek(0)
    lines = output.read(2000).decode("utf-8", "replace").strip().splitlines()
    reason = lines[-1] if lines else said("exit code {code}", code=process.returncode)
    return Fault(said("the box could not be started: {error}", error=reason))


def _text(name: str) -> str:
    return (resources.files("grader.inside") / f"{name}.py").read_text("utf-8")


class PortableWorker:
    """`grader.target.base.WorkerProcess` over a child of our own.

    The output file has one place for reading and writing, shared with the worker on every
    system: it is put back to the end, or to the start of an emptied file, after each look.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        sock: socket.socket,
        clock: Clock,
        output: IO[bytes],
    ) -> None:
        self.process = process
        self.sock = sock
        self.clock = clock
        self.output = output

    def cpu_seconds(self) -> float | None:
        """What the worker says it is."""
        return self.clock.seconds()

    def kill(self) -> None:
        """At once; the child is ours and not yet reaped, so its pid is its own."""
        self.process.kill()

    def has_ended(self) -> bool:
        """Whether the child has ended."""
        return self.process.poll() is not None

    def exit_status(self) -> int | None:
        """The wait status, waiting at most a second."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self.process.wait(timeout=1.0)
            return code << 8 if code >= 0 else -code
        return None

    def read_output(self, limit: int) -> bytes:
        """What was written, at most `limit` bytes."""
        descriptor = self.output.fileno()
        os.lseek(descriptor, 0, os.SEEK_SET)
        written = os.read(descriptor, limit)
        os.lseek(descriptor, 0, os.SEEK_END)
        return written

    def clear_output(self) -> None:
        """Empties the output file."""
        os.ftruncate(self.output.fileno(), 0)
        os.lseek(self.output.fileno(), 0, os.SEEK_SET)

    def close(self) -> None:
        """Kills the worker and frees what it held."""
        if self.process.returncode is None:
            self.kill()
            self.process.wait()
        self.sock.close()
        self.clock.close()
        self.output.close()
