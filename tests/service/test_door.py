"""What every request passes: bounds are kept, and an error says what was wrong and no more."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from grader.model.errors import Fault, SubmissionRefused, UsageProblem
from grader.service.desk import Rules
from grader.service.door import Door

RULES = Rules(body_bytes=1000, body_s=0.05)


def ask(
    *body: bytes | None, error: Exception | None = None, is_open: bool = False, **headers: str
) -> tuple[int, dict[str, str], Any, list[Any]]:
    """Status, headers, answer and log. A part None of the body never comes."""
    sent: list[Any] = []
    log: list[Any] = []
    parts = list(body)

    async def receive() -> Any:
        part = parts.pop(0)
        if part is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        if error is not None:
            raise error
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"null"})

    names = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in names.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw}
    door = Door(app, RULES, is_open=is_open, log=lambda *told, **more: log.append((*told, more)))
    asyncio.run(door(scope, receive, send))
    start, end = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], found, json.loads(end["body"]), log


def test_what_keeps_the_bounds_passes_and_is_never_cached() -> None:
    status, headers, answer, log = ask(b"x" * 500, b"x" * 500)
    assert (status, answer, log) == (200, None, [])
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "found"])
def test_a_long_body_is_read_to_its_end_and_refused(announced: bool) -> None:
    """So that a sender who reads only then hears it."""
    more = {"content_length": "2000"} if announced else {}
    status, headers, answer, _ = ask(b"x" * 900, b"x" * 600, b"x" * 500, **more)
    assert (status, answer["error"]["kind"]) == (413, "limit")
    assert "connection" not in headers


@pytest.mark.parametrize(
    "headers", [{"content_length": "1500", "expect": "100-continue"}, {"content_length": "1" * 12}]
)
def test_what_need_not_be_read_is_refused_at_once(headers: dict[str, str]) -> None:
    status, found, _, _ = ask(None, **headers)
    assert (status, found["connection"]) == (413, "close")


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    status, headers, answer, _ = ask(b"x", None)
    assert (status, answer["error"]["kind"]) == (408, "limit")
    assert headers["connection"] == "close"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", ""])
def test_an_open_service_answers_to_this_machine_alone(host: str) -> None:
    """Else a page elsewhere could have a browser ask here, under a name of its own."""
    status, _, answer, _ = ask(b"", is_open=True, host=host)
    assert (status, answer["error"]["kind"]) == (421, "usage")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "[::1]"])
def test_this_machine_has_these_names(host: str) -> None:
    assert ask(b"", is_open=True, host=host)[0] == 200


def test_a_form_of_another_site_is_not_taken() -> None:
    headers = {"host": "localhost", "sec_fetch_site": "cross-site"}
    assert ask(b"", is_open=True, **headers)[0] == 403


@pytest.mark.parametrize(
    ("error", "status", "kind", "says"),
    [
        (SubmissionRefused("no Python"), 422, "refused", "no Python"),
        (UsageProblem("no such task"), 400, "usage", "no such task"),
        (Fault("disk full"), 503, "fault", "disk full"),
        (ValueError("a secret"), 500, "fault", "an error of the grader's own"),
    ],
    ids=["refused", "usage", "fault", "unexpected"],
)
def test_every_error_has_its_status_and_its_sentence(
    error: Exception, status: int, kind: str, says: str
) -> None:
    found, _, answer, log = ask(b"", error=error)
    assert (found, answer) == (status, {"error": {"kind": kind, "message": says}})
    assert "secret" not in json.dumps(log)
