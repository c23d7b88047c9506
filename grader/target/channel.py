"""The trusted end of a worker's channel: framing, deadlines, typed decoding.

Theory of operation. The socket is non-blocking; every send and every receive waits for it
(`grader.remote.readiness`) under a deadline, so a worker that never reads or never answers costs
its own time and nothing else. A reply must carry the id of the request, must be the only thing in
the buffer, must be under the size cap and must decode into the typed records of `grader.target`;
anything else is a violation. Nothing read here is ever evaluated, unpickled or believed.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from grader.target.base import TargetDied, TargetTimeout, TargetViolation, WireResult
from grader.target.readiness import readiness
from grader.text.words import said

HEADER = struct.Struct(">I")
POLL_SLICE_S = 0.25


WireResults = Annotated[list[WireResult], Meta(max_length=100_000)]


class Reply(Struct, forbid_unknown_fields=True):
    """What a worker may say. `layers` and `missing` only in its first frame (id 0)."""

    id: int
    raw_results: msgspec.Raw = msgspec.field(name="results")
    names: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=50)] = []
    layers: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20)] = []
    missing: dict[Annotated[str, Meta(max_length=40)], Annotated[str, Meta(max_length=400)]] = {}


_decoder = msgspec.json.Decoder(Reply)
_results_decoder = msgspec.json.Decoder(WireResults)
_parts_decoder = msgspec.json.Decoder(list[msgspec.Raw])
_MALFORMED = (msgspec.MsgspecError, RecursionError, ValueError, UnicodeDecodeError)


def decode_reply(body: bytes) -> Reply:
    """A reply from arbitrary bytes, its results still raw; TargetViolation for anything else."""
    try:
        return _decoder.decode(body)
    except _MALFORMED as error:
        raise TargetViolation(
            said("sent a malformed reply ({name})", name=type(error).__name__)
        ) from None


def decode_results(raw: bytes) -> list[WireResult]:
    """The typed results of a reply's raw ones; TargetViolation for anything else."""
    try:
        return _results_decoder.decode(raw)
    except _MALFORMED as error:
        raise TargetViolation(
            said("sent a malformed reply ({name})", name=type(error).__name__)
        ) from None


def split_results(raw: bytes, count: int) -> list[bytes]:
    """The raw results of so many programs; TargetViolation for anything else."""
    try:
        parts = _parts_decoder.decode(raw)
    except _MALFORMED as error:
        raise TargetViolation(
            said("sent a malformed reply ({name})", name=type(error).__name__)
        ) from None
    if len(parts) != count:
        raise TargetViolation(said("answered another number of programs than asked"))
    return [bytes(part) for part in parts]


class Deadline:
    """Wall and CPU budget of one span of work; both in seconds.

    `cpu` gives the worker's CPU seconds so far, or None where that cannot be read: then only
    the wall counts. `expired` returns the kind that ran out, or None.
    """

    def __init__(
        self, wall_s: float, cpu_s: float | None, cpu: Callable[[], float | None], kind: str = ""
    ) -> None:
        self.ends = time.monotonic() + wall_s
        self.wall_s = wall_s
        self.cpu = cpu
        self.cpu_s = cpu_s
        self.kind = kind
        self.cpu_start = cpu() if cpu_s is not None else None

    def wait_ms(self) -> int:
        """How long a wait may last before the budgets are looked at again."""
        left = self.ends - time.monotonic()
        return max(0, min(int(left * 1000) + 1, int(POLL_SLICE_S * 1000)))

    def past_wall(self) -> bool:
        """Whether the wall budget is used up."""
        return time.monotonic() >= self.ends

    def expired(self) -> str | None:
        """`cpu`, `wall` or the given kind when a budget is used up."""
        if self.cpu_s is not None and self.cpu_start is not None:
            now = self.cpu()
            if now is not None and now - self.cpu_start >= self.cpu_s:
                return self.kind or "cpu"
        if self.past_wall():
            return "wall"
        return None


class Channel:
    """Requests and replies over a stream socket, one at a time."""

    def __init__(self, sock: socket.socket, max_bytes: int) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.max_bytes = max_bytes
        self.buffer = bytearray()
        self.ready = readiness(sock)

    def send(self, body: bytes, deadline: Deadline) -> None:
        """Sends one frame. TargetTimeout, TargetDied."""
        view = memoryview(HEADER.pack(len(body)) + body)
        while view:
            try:
                view = view[self.sock.send(view) :]
            except BlockingIOError:
                self._wait(deadline, writing=True)
            except OSError:
                raise TargetDied(said("ended before it could answer")) from None

    def receive(self, request_id: int, deadline: Deadline, *, last: bool) -> Reply:
        """The reply to `request_id`, which is the `last` one due. TargetFailure otherwise."""
        (size,) = HEADER.unpack(self._exactly(HEADER.size, deadline))
        if size > self.max_bytes:
            raise TargetViolation(said("sent a reply larger than allowed"))
        reply = decode_reply(self._exactly(size, deadline))
        if reply.id != request_id:
            raise TargetViolation(said("sent a reply to a question that was not asked"))
        if last and self.buffer:
            raise TargetViolation(said("sent more than one reply to a question"))
        return reply

    def refuse_surplus(self) -> None:
        """TargetViolation when something lies in the buffer that nobody asked for."""
        try:
            surplus = self.sock.recv(1)
        except BlockingIOError:
            return
        except OSError:
            raise TargetDied(said("ended before it was asked")) from None
        if not surplus:
            raise TargetDied(said("ended before it was asked"))
        raise TargetViolation(said("sent a reply before it was asked"))

    def close(self) -> None:
        """Closes the socket; the worker then ends by itself."""
        self.sock.close()

    def _exactly(self, count: int, deadline: Deadline) -> bytes:
        while len(self.buffer) < count:
            try:
                part = self.sock.recv(1 << 16)
            except BlockingIOError:
                self._wait(deadline)
                continue
            except OSError:
                part = b""
            if not part:
                raise TargetDied(said("ended in the middle of its answer"))
            self.buffer += part
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def _wait(self, deadline: Deadline, *, writing: bool = False) -> None:
        ready = self.ready(writing=writing, wait_ms=deadline.wait_ms())
        # the wall is looked at even when data came: a slow drip must not stretch it
        if not ready or deadline.past_wall():
            kind = deadline.expired()
            if kind is not None:
                raise TargetTimeout(said("was stopped"), kind)
