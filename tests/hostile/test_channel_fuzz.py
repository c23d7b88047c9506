"""Whatever bytes a worker sends: the trusted end answers with a TargetFailure and nothing else."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.intake import take as intake
from grader.model.exercise import Contract, Limits
from grader.model.program import Many, Raised, Ref, Step
from grader.target.base import LoadFailed, TargetFailure, TargetTimeout
from grader.target.boxed import BoxedTarget
from grader.target.channel import Channel, Deadline, decode_reply, decode_results

BOUND_S = 20.0
"""Only a wait without an end takes longer, on however busy a machine."""

CONTRACT = Contract(module="value", class_name="Value")
LIMITS = Limits(check_cpu_s=5.0, check_wall_s=5.0, import_s=5.0, submission_s=10.0, message_kb=64)
PROGRAM = (
    Step("new", "Value", (2.0,)),
    Step("op", "add", (Ref(0), 3.0)),
    Step("method", "backward", (Ref(1),)),
    Step("read", "data grad", (Ref(0), Ref(1))),
)

texts = st.text(max_size=12)
numbers = st.integers() | st.floats() | st.sampled_from((10**30, 2**63, 2**64, -(2**63) - 1))
leaves = st.none() | st.booleans() | numbers | texts
plain = st.tuples(st.just("v"), st.sampled_from("nbifsx") | texts, texts | st.just("1.0") | leaves)
handles = st.tuples(st.just("h"), st.integers(-2, 6) | leaves, texts | leaves)
errors = st.tuples(st.just("e"), texts, texts, st.none() | st.integers(-1, 10**8), texts, texts)
many = st.tuples(st.just("m"), st.lists(plain | handles | numbers, max_size=6))
results = plain | handles | errors | many | st.just(("s",)) | leaves
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))
replies = st.fixed_dictionaries(
    {"id": st.integers(0, 4) | leaves, "results": st.lists(results | anything, max_size=6)},
    optional={
        "names": st.lists(st.just("Value") | texts, max_size=3) | leaves,
        "layers": st.lists(texts, max_size=3) | leaves,
        "missing": st.dictionaries(texts, texts, max_size=2) | leaves,
        "score": leaves,
    },
)


def as_json(value: object) -> bytes:
    """JSON as a careless sender writes it: NaN and lone surrogates included."""
    return json.dumps(value).encode()


def framed(body: bytes) -> bytes:
    """A frame whose header tells the truth."""
    return struct.pack(">I", len(body)) + body


streams = st.lists(
    st.binary(max_size=40)
    | replies.map(as_json).map(framed)
    | st.binary(max_size=60).map(framed)
    | st.integers(0, 2**32 - 1).map(lambda size: struct.pack(">I", size)),
    max_size=5,
).map(b"".join)


def busy(*examples: Any) -> Any:
    """The settings of these tests: no example has a deadline on a machine that is shared."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(deadline=None, max_examples=200, suppress_health_check=checks)(*examples)


@busy
@given(st.binary(max_size=200) | anything.map(as_json) | replies.map(as_json))
def test_any_bytes_are_a_reply_or_a_violation(body: bytes):
    with suppress(TargetFailure):
        reply = decode_reply(body)
        assert isinstance(reply.id, int)
        assert len(reply.names) <= 50
        assert isinstance(decode_results(bytes(reply.raw_results)), list)


@busy
@given(replies.map(as_json), st.data())
def test_a_damaged_reply_is_a_reply_or_a_violation(body: bytes, data: st.DataObject):
    place = data.draw(st.integers(0, len(body) - 1))
    damaged = body[:place] + data.draw(st.binary(max_size=3)) + body[place + 1 :]
    with suppress(TargetFailure):
        decode_results(bytes(decode_reply(damaged).raw_results))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"id":1,"results":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"id":' + b"9" * 100_000 + b',"results":[]}',
        b'{"id":1,"results":[["m",[' + b"9" * 100_000 + b"]]]}",
        b'{"id":1,"results":[["m",[1e' + b"9" * 100_000 + b"]]]}",
        b'{"id":1,"results":[' + b'["s"],' * 100_001 + b'["s"]]}',
        b'{"id":1,"results":[],"missing":{"\\ud800":"x"}}',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe",
        b"",
    ],
    ids=lambda body: ascii(body[:24]),
)
def test_a_monstrous_reply_is_a_violation(body: bytes):
    with suppress(TargetFailure):
        decode_results(bytes(decode_reply(body).raw_results))


@busy
@given(streams, st.booleans())
def test_a_channel_ends_every_stream_with_a_reply_or_a_failure(stream: bytes, is_open: bool):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(stream)
        if not is_open:
            theirs.close()
        channel = Channel(ours, 65536)
        deadline = Deadline(0.02 if is_open else BOUND_S, None, lambda: None)
        with suppress(TargetFailure):
            for request in range(4):
                channel.receive(request, deadline, last=request > 0)
                channel.refuse_surplus()


def test_a_worker_that_never_reads_is_a_timeout():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours, 65536)
        with pytest.raises(TargetTimeout):
            channel.send(b"x" * (16 << 20), Deadline(0.2, None, lambda: None))


def test_a_slow_drip_is_a_timeout():
    with drip(b"\0") as ours, pytest.raises(TargetTimeout) as stopped:
        Channel(ours, 65536).receive(1, Deadline(0.3, None, lambda: None), last=True)
    assert stopped.value.kind == "wall"


@contextmanager
def drip(byte: bytes) -> Iterator[socket.socket]:
    """A socket on which a large frame comes in, a byte at a time, for ever."""
    ours, theirs = socket.socketpair()
    done = threading.Event()

    def send() -> None:
        theirs.sendall(struct.pack(">I", 60_000))
        while not done.wait(0.01):
            theirs.sendall(byte)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        with theirs, ours:
            yield ours
            done.set()
            sender.join()
    finally:
        done.set()


# --- a whole target over a worker that sends what Hypothesis makes up ------------------------


class MadeUpWorker:
    """No process: a thread that answers each request with the next given bytes, then hangs up."""

    def __init__(self, answers: Sequence[bytes]) -> None:
        self.sock, self.theirs = socket.socketpair()
        self.thread = threading.Thread(target=self._answer, args=(list(answers),))
        self.thread.start()

    def _answer(self, answers: list[bytes]) -> None:
        with self.theirs, suppress(OSError):
            *early, last = answers
            for answer in early:
                self.theirs.sendall(answer)
                if not self._request_read():
                    return
            self.theirs.sendall(last)

    def _request_read(self) -> bool:
        header = self.theirs.recv(4, socket.MSG_WAITALL)
        if len(header) < 4:
            return False
        (size,) = struct.unpack(">I", header)
        return len(self.theirs.recv(size, socket.MSG_WAITALL)) == size

    def cpu_seconds(self) -> None:
        """Not known."""

    def exit_status(self) -> None:
        """Not known."""

    def kill(self) -> None:
        """Ends the conversation."""
        with suppress(OSError):
            self.theirs.shutdown(socket.SHUT_RDWR)

    def read_output(self, limit: int) -> bytes:
        """What a hostile process may have printed."""
        return b"\x1b[2J\xff\xfe"[:limit]

    def clear_output(self) -> None:
        """There is none."""

    def close(self) -> None:
        """Ends the thread."""
        self.kill()
        self.sock.close()
        self.thread.join(BOUND_S)


class MadeUpSource:
    """A box whose every worker gives the same answers."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = answers

    def spawn(self) -> MadeUpWorker:
        """A fresh one."""
        return MadeUpWorker(self.answers)


HELLO = framed(as_json({"id": 0, "results": []}))
LOADED = framed(as_json({"id": 1, "results": [["v", "n", ""]], "names": ["Value"]}))


@contextmanager
def target(*answers: bytes) -> Iterator[BoxedTarget]:
    """A boxed target over such a worker."""
    taken = intake.take_source("value.py", b"", "value.py")
    made = BoxedTarget(MadeUpSource(*answers), taken, CONTRACT, LIMITS)
    try:
        yield made
    finally:
        made.close()


@busy
@given(st.lists(results, max_size=5))
def test_a_target_gives_fitting_results_or_fails(made_up: list[Any]):
    answer = framed(as_json({"id": 2, "results": made_up}))
    with target(HELLO, LOADED, answer) as boxed, suppress(TargetFailure):
        found = boxed.run(PROGRAM)
        complete = len(found) == len(PROGRAM)
        assert complete or isinstance(found[-1], Raised)
        for step, result in zip(PROGRAM, found, strict=False):
            if isinstance(result, Many):
                assert step.action == "read"
                assert len(result.values) == 4


@busy
@given(streams)
def test_a_target_survives_any_stream(stream: bytes):
    with target(HELLO, LOADED, stream) as boxed, suppress(TargetFailure):
        boxed.run(PROGRAM)
        boxed.run(PROGRAM)


@pytest.mark.parametrize(
    "result",
    [["v", "f", "abc"], ["v", "i", "x"], ["v", "i", "9" * 500], ["h", 3, "Value"]],
    ids=["float", "integer", "long-integer", "future"],
)
def test_an_impossible_import_is_a_failure_to_load(result: list[Any]):
    answer = framed(as_json({"id": 1, "results": [result], "names": ["Value"]}))
    with target(HELLO, answer) as boxed, pytest.raises(LoadFailed):
        boxed.load()


@busy
@given(st.lists(errors | st.just(("s",)), max_size=2), st.lists(st.just("Value") | texts))
def test_an_import_is_loaded_or_fails_to_load(claimed: list[Any], names: list[str]):
    answer = framed(as_json({"id": 1, "results": claimed, "names": names}))
    with target(HELLO, answer) as boxed, suppress(LoadFailed):
        boxed.load()
