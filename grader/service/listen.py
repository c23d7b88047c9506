"""The service on its socket: what is put together, started, and ended in an orderly way."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

import h11
import uvicorn
from starlette.routing import Router
from uvicorn.protocols.http.h11_impl import H11Protocol

from grader.batch.messages import Setup
from grader.batch.options import BatchOptions, guarded_level, setup_of
from grader.model.encoding import encoded
from grader.model.errors import UsageProblem
from grader.service.answers import Problem, Refused
from grader.service.api import Api
from grader.service.courses import Courses
from grader.service.desk import Desk, Rules
from grader.service.door import ALWAYS, Door
from grader.service.engine import Engine
from grader.service.hand_in import HandIn
from grader.service.store import Store
from grader.text.words import said

HEAD_S = 30.0
GRACE_S = 10
BACKLOG = 2048
TOO_MUCH = 431

Log = Callable[..., None]


def address_of(text: str) -> tuple[str, int]:
    """Host and port of `[HOST:]PORT`. UsageProblem."""
    host, colon, port = text.rpartition(":")
    host = (host if colon else "127.0.0.1").strip("[]")
    if not port.isdecimal() or int(port) > 65535 or not host:
        raise UsageProblem(
            said("{text} is no address to serve at", text=text),
            next_move=said("Give a port, or a host and a port: 8000, 0.0.0.0:8000, [::1]:8000."),
        )
    return host, int(port)


def refuse_afar(host: str) -> None:
    """UsageProblem for an address that others reach: without tokens, nobody is told apart."""
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    if host != "localhost":
        raise UsageProblem(
            said("without tokens the service is for this machine alone, not for {host}", host=host),
            next_move=said("Name a token file with --token-file, or serve at 127.0.0.1."),
        )


def bound(host: str, port: int) -> socket.socket:
    """A socket at that address. UsageProblem."""
    made = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(BACKLOG)  # who comes before all is set up waits
    except OSError as error:
        if made is not None:
            made.close()
        raise UsageProblem(
            said(
                "cannot serve at {host}:{port}: {error}",
                host=host,
                port=port,
                error=error.strerror or error,
            ),
            next_move=said("Name another port, or stop what uses this one."),
        ) from None
    return made


def url_of(listening: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def setups(
    isolation: str, secret: str | None, courses: Courses, rules: Rules
) -> Mapping[str, Setup]:
    """How helpers grade each exercise here, by its digest. IsolationUnavailable."""
    options = BatchOptions(isolation=isolation, secret=secret)
    exercises = {one.exercise.digest: one.exercise for one in courses.all}
    return {
        digest: setup_of(exercise, options, guarded_level(isolation, exercise, rules.jobs))
        for digest, exercise in exercises.items()
    }


def serve(
    listening: socket.socket,
    courses: Courses,
    store: Store,
    rules: Rules,
    setups: Mapping[str, Setup],
    log: Log,
) -> None:
    """Serves until a signal ends it."""
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())
    logging.getLogger("uvicorn").propagate = False
    desk = Desk(store, rules)
    with _engines(desk, courses, setups, log):
        app = Door(
            Router([*Api(desk, courses).routes, *HandIn(desk, courses).routes]),
            rules,
            is_open=courses.open is not None,
            log=log,
        )
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            h11_max_incomplete_event_size=64 << 10,
            date_header=True,
            timeout_graceful_shutdown=GRACE_S,
        )
        _Server(config, desk).run([listening])


@contextlib.contextmanager
def _engines(desk: Desk, courses: Courses, setups: Mapping[str, Setup], log: Log) -> Iterator[None]:
    """One for each exercise, whatever courses share it."""
    engines = []
    for digest, setup in setups.items():
        sharing = [one for one in courses.all if one.exercise.digest == digest]
        exercise, names = sharing[0].exercise, [one.name for one in sharing]
        made = Engine(exercise, setup, desk.rules.jobs, desk.store, names, desk.done, log)
        engines.append(made)
        desk.engines |= dict.fromkeys(names, made)
    for one in engines:
        one.start()
    try:
        yield
    finally:
        for one in engines:
            one.end()


class _Server(uvicorn.Server):
    """Ends at a signal: nobody new is let in, who waits is told to ask again."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self.desk = desk

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, with the desk in this loop."""
        self.desk.loop = asyncio.get_running_loop()
        self.forgetting = asyncio.create_task(self.desk.forget_old())
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As uvicorn does; those who wait are answered first."""
        super().handle_exit(sig, frame)
        if self.desk.loop is not None:
            self.desk.loop.call_soon_threadsafe(self.desk.closing.set)


class _Protocol(H11Protocol):
    """HTTP as uvicorn reads it; what is none is answered as all errors are, and a connection on
    which no request arrives is closed."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Gives it a while for its first request."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_S, self._close_idle)

    def _close_idle(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """The error for what is no HTTP: it closes the connection."""
        error = sys.exc_info()[1]
        hint = error.error_status_hint if isinstance(error, h11.ProtocolError) else 400
        status, message = 400, said("this is no HTTP request")
        if hint == TOO_MUCH:
            status, message = TOO_MUCH, said("the head of a request may have at most 64 KiB")
        body = encoded(Refused(Problem("limit" if status == TOO_MUCH else "usage", message)))
        headers = {
            **ALWAYS,
            "content-type": "application/json",
            "content-length": str(len(body)),
            "connection": "close",
        }
        head = h11.Response(
            status_code=status,
            headers=[(name.encode(), value.encode()) for name, value in headers.items()],
            reason=b"Bad Request" if status == 400 else b"Request Header Fields Too Large",
        )
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
