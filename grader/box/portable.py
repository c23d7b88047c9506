"""A box without a zygote: one exec'd worker per submission. For systems other than Linux.

Theory of operation. `spawn` execs the interpreter with an empty environment, no site-packages and
two descriptors: the worker's channel and its output file. The texts of `grader/inside` travel
over the channel before the first frame. What remains of isolation is another process, resource
limits and SIGKILL; the level is `none`. CPU time cannot be read from outside, so only the wall
counts.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from grader.box.base import Protection
from grader.box.zygote import interpreter
from grader.errors import Fault
from grader.words import said

BOOT = """
import json, os, socket, sys, types
sys.path += {packages}
channel = {channel}
size = int(os.read(channel, 16))
data = b""
while len(data) < size:
    data += os.read(channel, size - len(data))
message = json.loads(data)
made = {{}}
for name, text in message["modules"]:
    made[name] = types.ModuleType("_box_" + name)
    exec(compile(text, "<box " + name + ">", "exec"), made[name].__dict__)
os.dup2({output}, 1)
os.dup2({output}, 2)
made["worker"].serve(channel, 1, message["settings"], made["evaluate"], made["portable"], None)
"""


class PortableBox:
    """Level `none`, wherever Python and socket pairs are to be had."""

    def __init__(
        self, settings: Mapping[str, Any], reason: str, packages: Sequence[str] = ()
    ) -> None:
        self.settings = dict(settings)
        self.packages = list(packages)
        missing = dict.fromkeys(("namespaces", "landlock", "seccomp"), reason)
        self.protection = Protection("none", ("process", "rlimits"), missing)

    def spawn(self) -> PortableWorker:
        """A fresh worker; Fault when it cannot be started."""
        ours, theirs = socket.socketpair()
        # kept open for the worker's life: the worker writes to it, we read it afterwards
        output = tempfile.TemporaryFile()  # noqa: SIM115
        code = BOOT.format(channel=theirs.fileno(), output=output.fileno(), packages=self.packages)
        command = [interpreter(), "-P", "-s", "-S", "-B", "-c", code]
        try:
            process = subprocess.Popen(
                command,
                env={"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), output.fileno()),
                start_new_session=True,
            )
        except OSError as error:
            raise Fault(said("the box could not be started: {error}", error=error)) from None
        finally:
            theirs.close()
        texts = [(name, _text(name)) for name in ("evaluate", "portable", "worker")]
        body = json.dumps({"modules": texts, "settings": self.settings}).encode()
        ours.sendall(str(len(body)).encode().ljust(16) + body)
        return PortableWorker(process, ours, output)

    def close(self) -> None:
        """Nothing stays between workers."""


def _text(name: str) -> str:
    return (resources.files("grader.inside") / f"{name}.py").read_text("utf-8")


class PortableWorker:
    """`grader.remote.boxed.WorkerProcess` over a child of our own."""

    def __init__(self, process: subprocess.Popen[bytes], sock: socket.socket, output: Any) -> None:
        self.process = process
        self.sock = sock
        self.output = output

    def cpu_seconds(self) -> float | None:
        """Not readable from outside on these systems."""
        return None

    def kill(self) -> None:
        """SIGKILL; the child is ours and not yet reaped, so its pid is its own."""
        self.process.kill()

    def exit_status(self) -> int | None:
        """The wait status, waiting at most a second."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self.process.wait(timeout=1.0)
            return code << 8 if code >= 0 else -code
        return None

    def read_output(self, limit: int) -> bytes:
        """What was written, at most `limit` bytes."""
        return os.pread(self.output.fileno(), limit, 0)

    def clear_output(self) -> None:
        """Empties the output file."""
        os.ftruncate(self.output.fileno(), 0)

    def close(self) -> None:
        """Kills the worker and frees what it held."""
        if self.process.returncode is None:
            self.kill()
            self.process.wait()
        self.sock.close()
        self.output.close()
