"""What every request passes first: its size, its pace, whom it is for; and every answer last.

One ASGI layer around the application. A request that breaks a bound raises `Refusal` where its
body is read; an error that nobody meant is answered here, and what it says stays here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grader.model.errors import Fault, GraderError, SubmissionRefused
from grader.service.answers import Kind, Problem, Refused, json_response
from grader.service.desk import Rules
from grader.text.words import said

DRAINED = 16 << 20
"""A body that is too long is read to its end up to here, so that its sender hears why it is not
taken; beyond, the connection is closed."""

MOST_HEADERS = 100
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")

NOT_THERE = said("there is nothing of that name")
KINDS: dict[int, Kind] = {404: "missing"}

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


class Refusal(Exception):
    """Ends a request with an error."""

    def __init__(
        self, status: int, kind: Kind, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem(kind, message)
        self.headers = headers or {}

    def response(self) -> Response:
        """The error as JSON."""
        return json_response(Refused(self.problem), self.status, self.headers)


class Door:
    """Wraps an application. `is_open` is a service without tokens, for this machine alone."""

    def __init__(
        self, app: ASGIApp, rules: Rules, *, is_open: bool, log: Callable[..., None]
    ) -> None:
        self.app = app
        self.rules = rules
        self.is_open = is_open
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request in, or answers it."""
        if scope["type"] != "http":
            return
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            headers = Headers(scope=scope)
            if len(headers) > MOST_HEADERS:
                message = said("a request may have at most {number} headers", number=MOST_HEADERS)
                raise Refusal(431, "limit", message, {"connection": "close"})
            self._refuse_wrong_address(scope, headers)
            body = _Body(receive, self.rules, headers)
            # with an application in its scope, a router raises what else it would answer in words
            await self.app({**scope, "app": self}, body, answer)
        except Exception as error:
            refusal = self._refusal(error)
            if begun:
                raise ConnectionError from None  # half an answer is none
            await refusal.response()(scope, receive, answer)

    def _refusal(self, error: Exception) -> Refusal:
        if isinstance(error, Refusal):
            return error
        if isinstance(error, HTTPException):
            words = NOT_THERE if error.status_code == 404 else error.detail
            kind = KINDS.get(error.status_code, "usage")
            return Refusal(error.status_code, kind, words, error.headers)
        if isinstance(error, SubmissionRefused):
            return Refusal(422, "refused", str(error))
        if isinstance(error, Fault):
            self.log("fault", message=error.message)
            return Refusal(503, "fault", str(error), {"retry-after": "10"})
        if isinstance(error, GraderError):
            return Refusal(400, "usage", str(error))
        self.log("fault", message=type(error).__name__)
        return Refusal(500, "fault", said("an error of the grader's own"))

    def _refuse_wrong_address(self, scope: Scope, headers: Headers) -> None:
        """A page elsewhere must not use a browser on this machine to get here."""
        if not self.is_open:
            return
        host = headers.get("host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if name.lower() not in LOOPBACK_NAMES:
            raise Refusal(
                421, "usage", said("this service answers to localhost alone; a token file opens it")
            )
        site = headers.get("sec-fetch-site")
        if scope["method"] == "POST" and site in ("cross-site", "same-site"):
            raise Refusal(403, "usage", said("a page of another site may not hand in here"))


class _Body:
    """The body of a request, within its bounds."""

    def __init__(self, receive: Receive, rules: Rules, headers: Headers) -> None:
        self.receive = receive
        self.rules = rules
        self.read = 0
        self.ended = False
        self.deadline = asyncio.get_running_loop().time() + rules.body_s
        lengths = headers.getlist("content-length")
        if len(lengths) > 1 or (lengths and "transfer-encoding" in headers):
            message = said("a request says how long it is once")
            raise Refusal(400, "usage", message, {"connection": "close"})
        self.announced = int(lengths[0]) if lengths and lengths[0].isdecimal() else 0
        self.expects = "expect" in headers

    async def __call__(self) -> Message:
        if self.ended:
            return await self.receive()
        if self.announced > self.rules.body_bytes and (self.expects or self.announced > DRAINED):
            raise self._too_long(close=True)
        message = await self._next()
        while self.read > self.rules.body_bytes:
            if self.ended or self.read > DRAINED:
                raise self._too_long(close=not self.ended)
            message = await self._next()
        return message

    async def _next(self) -> Message:
        left = self.deadline - asyncio.get_running_loop().time()
        try:
            found = await asyncio.wait_for(self.receive(), max(0.0, left))
        except TimeoutError:
            message = said(
                "the request took longer than {seconds:g} s to arrive", seconds=self.rules.body_s
            )
            raise Refusal(408, "limit", message, {"connection": "close"}) from None
        self.read += len(found.get("body", b""))
        self.ended = not found.get("more_body", False)
        return found

    def _too_long(self, *, close: bool) -> Refusal:
        message = said("a request may have at most {size} KiB", size=self.rules.body_bytes >> 10)
        return Refusal(413, "limit", message, {"connection": "close"} if close else None)
