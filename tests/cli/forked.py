"""Commands without a start: each in a process of its own, forked from one that imported them all.

Theory of operation. Half of what a short command takes is the start of Python and its imports, the
same each time. A server does that once for an environment; for every command it forks a child, with
the command's folder, input and outputs, that runs it to its end as a fresh process would: streams,
signals, exit code and what it starts are its own. What is tested of a start itself (options of the
interpreter, encodings, the working folder on the path, signals) runs fresh processes.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SERVER = """
import gc, importlib, json, os, socket, sys

from grader.cli.verbs import VERBS
from grader.model import files

for name in (
    *(f"grader.cli.{verb.replace('-', '_')}" for verb in VERBS),
    *("grader.diagnosis.explain", "grader.grading.session"),
    *("grader.export", "grader.render.html.page", "grader.render.terminal.scorecard"),
):
    importlib.import_module(name)
control = socket.socket(fileno=int(sys.argv[1]))
gc.freeze()
while True:
    packet, streams, _, _ = socket.recv_fds(control, 1 << 18, 3)
    if not packet:
        sys.exit()
    if os.fork() == 0:
        break
    for stream in streams:
        os.close(stream)
    _, status = os.wait()
    control.send(str(os.waitstatus_to_exitcode(status)).encode())
for number, stream in enumerate(streams):
    os.dup2(stream, number)
os.closerange(3, 256)
asked = json.loads(packet)
os.environ.clear()
os.environ.update(asked["environment"])
os.chdir(asked["cwd"])
sys.argv[1:] = asked["arguments"]
files._process = os.getpid()  # whose temporary files are removed at its end
main()
"""


class Start(NamedTuple):
    """How a server is started: the interpreter's options, and a text that gives it its `main`."""

    options: tuple[str, ...]
    text: str


HERE = Start(("-P",), "from grader.__main__ import main\nimport grader.box.bubblewrap\n")
READ_LATE = frozenset({"COLUMNS", "HOME", "TMPDIR", "XDG_CACHE_HOME"})
"""Variables that a command reads while it runs; any other may be read by an import."""


class Ended(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


class Server:
    """Forks commands in one environment."""

    def __init__(self, start: Start, environment: Mapping[str, str]) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, *start.options, "-c", start.text + SERVER]
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        atexit.register(self.close)

    def run(
        self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], wall_s: float
    ) -> Ended:
        """Runs a command that reads nothing. TimeoutError."""
        nothing, end = os.pipe()
        os.close(end)
        outputs = [os.memfd_create(name) for name in ("out", "err")]
        try:
            asked = {"arguments": arguments, "cwd": os.fspath(cwd), "environment": environment}
            socket.send_fds(self.control, [json.dumps(asked).encode()], [nothing, *outputs])
            if not select.select([self.control], [], [], wall_s)[0]:
                self.close()
                raise TimeoutError(f"{arguments} did not end")
            told = self.control.recv(64)
            if not told:
                raise ConnectionResetError("the server has ended")
            code = int(told)
            encoding = environment.get("PYTHONIOENCODING", "utf-8")
            out, err = (os.pread(one, os.fstat(one).st_size, 0).decode(encoding) for one in outputs)
        finally:
            for one in (nothing, *outputs):
                os.close(one)
        return Ended(code, out, err)

    def close(self) -> None:
        """Ends the server."""
        self.control.close()
        self.process.kill()
        self.process.wait()


@functools.cache
def server(start: Start, environment: frozenset[tuple[str, str]]) -> Server:
    """The one for these variables."""
    return Server(start, dict(environment))


def forked(
    arguments: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    wall_s: float,
    start: Start = HERE,
) -> Ended:
    """What a command of the grader comes to, in this environment."""
    fixed = frozenset((name, text) for name, text in environment.items() if name not in READ_LATE)
    try:
        return server(start, fixed).run(arguments, cwd, environment, wall_s)
    except ConnectionError:
        # a test that kills what it finds, or uses up all memory, may have met the server
        server.cache_clear()
        return server(start, fixed).run(arguments, cwd, environment, wall_s)
