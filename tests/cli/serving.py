"""`grader serve --stdio` as a process beside the tests."""

from __future__ import annotations

import contextlib
import json
import select
import subprocess
from collections.abc import Iterator
from typing import Any

from tests.cli.running import COMMAND, ROOT, WALL_S, variables


class Service:
    """A resident grader, with options for its process; `ask` writes a line and reads the next."""

    def __init__(self, *arguments: str, **options: Any) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--stdio", *arguments],
            cwd=ROOT,
            env=variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def tell(self, line: bytes) -> None:
        """Writes a line, whatever is in it."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The next line."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], WALL_S)
        assert ready, "no answer"
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer to a request."""
        self.tell(json.dumps(request).encode())
        return self.hear()

    def end(self) -> tuple[int, bytes, bytes]:
        """Closes the input; the exit code, and what was still to be read."""
        out, err = self.process.communicate(timeout=WALL_S)
        return self.process.returncode, out, err


@contextlib.contextmanager
def serving(*arguments: str) -> Iterator[Service]:
    """A service that is gone afterwards."""
    service = Service(*arguments)
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.process.kill()
        service.process.communicate()
