"""A service as its users meet it: another process, asked over HTTP.

Every answer of `/v1/` is held against the service's own description of it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from tests.cli.running import COMMAND, ROOT, WALL_S, variables

BOUNDARY = "a-boundary-that-is-in-no-source"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str]:
        """Status and kind of an error, which always has one sentence."""
        assert list(self.json) == ["error"], self
        assert self.json["error"]["message"], self
        return self.status, self.json["error"]["kind"]


class Service:
    """A process that serves, and a client of it."""

    def __init__(self, folder: Path, *arguments: object, token: str = "", port: int = 0) -> None:
        self.token = token
        self.errors = folder / "errors.txt"
        where = ("--store", folder / "jobs.sqlite")
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [*COMMAND, *map(str, ("serve", "--http", port, "--log-json", *where, *arguments))],
                cwd=ROOT,
                env=variables(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], WALL_S)
        said = self.process.stdout.readline() if ready else ""
        if "http" not in said:
            self.kill()
            raise AssertionError(self.errors.read_text())
        self.address = said[said.index("http") :].strip()
        self.port = urlsplit(self.address).port or 0
        self.description: dict[str, Any] = {}

    def log(self) -> list[dict[str, Any]]:
        """What it wrote to its log, every line of it."""
        lines = self.errors.read_text().splitlines()
        return [json.loads(line) for line in lines if line not in ("", "grader: stopped")]

    def get(self, path: str, **headers: str) -> Answer:
        """The answer to a question."""
        return self.ask("GET", path, **headers)

    def grade(self, **request: Any) -> Answer:
        """The answer to JSON."""
        return self.ask(
            "POST", "/v1/grade", json.dumps(request).encode(), content_type="application/json"
        )

    def later(self, **request: Any) -> str:
        """The job of a submission that nobody waits for."""
        answer = self.ask(
            "POST",
            "/v1/grade",
            json.dumps(request).encode(),
            content_type="application/json",
            prefer="respond-async",
        )
        assert answer.status == 202, answer
        return str(answer.json["job"])

    def graded(self, job: str) -> dict[str, Any]:
        """The report of a job, once it is there."""
        for _ in range(5):
            found = self.get(f"/v1/jobs/{job}", prefer="wait=60").json
            if found["state"] == "done":
                report: dict[str, Any] = found["report"]
                return report
        raise AssertionError(found)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """The answer to any request, which is as the description says."""
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token and "authorization" not in asked:
            asked["authorization"] = f"Bearer {self.token}"
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WALL_S)
        with contextlib.closing(link):
            link.request(method, path, body, asked)
            got = link.getresponse()
            named = {name.lower(): value for name, value in got.getheaders()}
            answer = Answer(got.status, named, got.read())
        if self.description:
            self._hold(method, path, answer)
        return answer

    def _hold(self, method: str, path: str, answer: Answer) -> None:
        """Holds an answer against the description, where the path is one that it has."""
        paths = self.description["paths"]
        shapes = {re.sub(r"\{\w+\}", "[^/?]+", shape): shape for shape in paths}
        found = [one for pattern, one in shapes.items() if re.fullmatch(pattern + r"(\?.*)?", path)]
        told = paths[found[0]].get(method.lower()) if found else None
        if told is None:
            return
        assert str(answer.status) in told["responses"], (method, path, answer)
        content = told["responses"][str(answer.status)].get("content", {})
        assert answer.headers["content-type"] in content, (path, answer)
        schema = content[answer.headers["content-type"]].get("schema")
        if schema is not None:
            whole = {**schema, "components": self.description["components"]}
            Draft202012Validator(whole).validate(answer.json)

    def kill(self) -> None:
        """Ends it as nothing else does."""
        self.process.kill()
        self.process.communicate(timeout=WALL_S)

    def end(self) -> int:
        """Asks it to end; its exit code."""
        self.process.terminate()
        self.process.communicate(timeout=WALL_S)
        return self.process.returncode


@contextlib.contextmanager
def serving(folder: Path, *arguments: object, token: str = "", port: int = 0) -> Iterator[Service]:
    """A service that is gone afterwards."""
    service = Service(folder, *arguments, token=token, port=port)
    try:
        service.description = service.get("/v1/openapi.json").json
        yield service
    finally:
        if service.process.poll() is None:
            service.kill()


def form(fields: dict[str, str], file: tuple[str, bytes] | None = None) -> tuple[bytes, str]:
    """A form as a browser sends it, and its content type."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    if file is not None:
        head = f'Content-Disposition: form-data; name="file"; filename="{file[0]}"'
        head = f"--{BOUNDARY}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n"
        parts.append(head.encode() + file[1] + b"\r\n")
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()]), (
        f"multipart/form-data; boundary={BOUNDARY}"
    )
