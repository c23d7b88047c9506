"""The trusted end of a worker's channel: framing, deadlines, typed decoding.

Theory of operation. The socket is non-blocking; every send and every receive waits for it
(`Readiness`) under a deadline, which is looked at whether or not bytes go to and fro, so a worker
that never reads, never answers or never stops answering costs its own time and nothing else. A
reply must carry the id of the request, must be the only thing in the buffer, must be under the size
cap and must decode into the typed records below and in `grader.target.results`; anything else is a
violation. They are arrays down to the last: what has no keys can hold none twice, and none that
belongs to another frame. Nothing read here is ever evaluated, unpickled or believed.
"""

from __future__ import annotations

import selectors
import socket
import struct
import time
from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct
from msgspec.json import Decoder

from grader.inside import evaluate, importing
from grader.target.base import TargetDied, TargetTimeout, TargetViolation
from grader.target.results import WireRaised, decode
from grader.text.words import said

HEADER = struct.Struct(">I")

POLL_SLICE_S = 0.25

Layer = Annotated[str, Meta(max_length=40)]

Reason = Annotated[str, Meta(max_length=400)]

PublicName = Annotated[str, Meta(max_length=100)]


class Frame(Struct, array_like=True, forbid_unknown_fields=True):
    """What a worker says: which request it answers, then what answers that kind of request."""

    id: int


class Hello(Frame):
    """The first frame, unasked: the layers of the box that are in force, and those that are not."""

    layers: Annotated[list[Layer], Meta(max_length=20)]
    missing: Annotated[list[tuple[Layer, Reason]], Meta(max_length=20)]


Count = Annotated[int, Meta(ge=0, le=evaluate.MAX_LINE)]


class WireProblem(Struct, array_like=True, forbid_unknown_fields=True):
    """What failed in a unit of an import, a file or a cell (see `grader.inside.importing`): one
    statement, at that line, or the rest of it, where the line is 0."""

    unit: Count
    line: Count
    kind: Literal["", "module", "name", "annotation", "surroundings", "unread"]
    name: PublicName
    raised: WireRaised


class WireStatement(Struct, array_like=True, forbid_unknown_fields=True):
    """A statement that is about to run: of which unit, the how manieth, and its line."""

    unit: Count
    statement: Count
    line: Count


class Loaded(Frame):
    """How the import went and what the modules define; with `at`, that it is under way.

    `failed` is how many problems there were; `needs` says without which package a graded class
    cannot be made.
    """

    at: WireStatement | None
    problems: Annotated[list[WireProblem], Meta(max_length=2 * importing.MAX_PROBLEMS)]
    failed: Count
    names: Annotated[list[PublicName], Meta(max_length=50)]
    needs: Annotated[dict[PublicName, PublicName], Meta(max_length=50)]


class Answer(Frame):
    """The results of a program, or a list of those of several; still raw."""

    raw_results: msgspec.Raw


F = TypeVar("F", bound=Frame)

HELLO = Decoder(Hello)

LOADED = Decoder(Loaded)

ANSWER = Decoder(Answer)


class Deadline:
    """Wall and CPU budget of one span of work; both in seconds.

    `cpu` gives the worker's CPU seconds so far, those of all its threads, or None where that cannot
    be read: then only the wall counts.
    """

    def __init__(
        self, wall_s: float, cpu_s: float | None, cpu: Callable[[], float | None], kind: str = "cpu"
    ) -> None:
        now = time.monotonic()
        self.ends = now + wall_s
        self.next_look = min(now + POLL_SLICE_S, self.ends)
        self.cpu = cpu
        self.cpu_s = cpu_s
        self.kind = kind
        self.cpu_start = cpu() if cpu_s is not None else None

    def wait_ms(self) -> int:
        """How long a wait may last before the budgets are looked at again."""
        return max(0, int((self.next_look - time.monotonic()) * 1000) + 1)

    def check(self) -> None:
        """TargetTimeout, of kind `wall` or the given one, when a budget is used up.

        To be called at every turn: mostly it costs no more than a glance at the time, for the
        budgets are looked at once a slice.
        """
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = min(now + POLL_SLICE_S, self.ends)
        if self._computed_too_long():
            raise TargetTimeout(said("was stopped"), self.kind)
        if now >= self.ends:
            raise TargetTimeout(said("was stopped"), "wall")

    def _computed_too_long(self) -> bool:
        if self.cpu_s is None or self.cpu_start is None:
            return False
        used = self.cpu()
        return used is not None and used - self.cpu_start >= self.cpu_s


class Channel:
    """Requests and replies over a stream socket, one at a time."""

    def __init__(self, sock: socket.socket, max_bytes: int) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.max_bytes = max_bytes
        self.buffer = bytearray()
        self.ready = Readiness(sock)

    def send(self, body: bytes, deadline: Deadline) -> None:
        """Sends one frame. TargetTimeout, TargetDied."""
        view = memoryview(HEADER.pack(len(body)) + body)
        while view := view[self._sent(view, deadline) :]:
            deadline.check()

    def receive(self, decoder: Decoder[F], request_id: int, deadline: Deadline, *, last: bool) -> F:
        """The reply to `request_id`, which is the `last` one due. TargetFailure otherwise."""
        (size,) = HEADER.unpack(self._exactly(HEADER.size, deadline))
        if size > self.max_bytes:
            raise TargetViolation(said("sent a reply larger than allowed"))
        reply = decode(decoder, self._exactly(size, deadline))
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
            self.buffer += self._received(deadline)
            # what is there in full is taken: that we come late may be our own load
            if len(self.buffer) < count:
                deadline.check()
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def _received(self, deadline: Deadline) -> bytes:
        """What has come by the deadline's next look; nothing where nothing has."""
        try:
            part = self.sock.recv(1 << 16)
        except BlockingIOError:
            self.ready(writing=False, wait_ms=deadline.wait_ms())
            return b""
        except OSError:
            part = b""
        if not part:
            raise TargetDied(said("ended in the middle of its answer"))
        return part

    def _sent(self, view: memoryview, deadline: Deadline) -> int:
        """How many bytes could be sent by the deadline's next look."""
        try:
            return self.sock.send(view)
        except BlockingIOError:
            self.ready(writing=True, wait_ms=deadline.wait_ms())
            return 0
        except OSError:
            raise TargetDied(said("ended before it could answer")) from None


# `poll` knows no highest number of a descriptor; Windows has `select` only, which takes sockets
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class Readiness:
    """Whether one socket can be read or written to; two selectors, so that none is ever changed."""

    def __init__(self, sock: socket.socket) -> None:
        self._reading, self._writing = _Selector(), _Selector()
        self._reading.register(sock, selectors.EVENT_READ)
        self._writing.register(sock, selectors.EVENT_WRITE)

    def __call__(self, *, writing: bool, wait_ms: int) -> bool:
        """Whether the socket can be read, or written to, within that time."""
        selector = self._writing if writing else self._reading
        return bool(selector.select(wait_ms / 1000))
