"""Whatever bytes a worker sends: the trusted end answers with a TargetFailure and nothing else."""

from __future__ import annotations

import json
import os
import random
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
from grader.model.program import Many, Plain, Raised, Ref, Result, Step
from grader.target.base import LoadFailed, TargetFailure, TargetTimeout, TargetViolation
from grader.target.boxed import BoxedTarget
from grader.target.channel import ANSWER, HELLO, LOADED, Channel, Deadline
from grader.target.results import decode, decode_results, decoded

BOUND_S = 20.0
"""Only a wait without an end takes longer, on however busy a machine."""

CONTRACT = Contract(("value",), ("Value",))
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
plain = st.tuples(
    st.just("v"), st.sampled_from("nbifcsyx") | texts, texts | st.just("1.0") | leaves
)
containers = st.recursive(
    plain | numbers,
    lambda inner: st.tuples(st.just("c"), st.sampled_from("ltszdx"), st.lists(inner, max_size=4)),
    max_leaves=12,
)
handles = st.tuples(st.just("h"), st.integers(-2, 6) | leaves, texts | leaves)
places = st.none() | st.integers(-1, 10**8)
errors = st.tuples(st.just("e"), texts, texts, places, texts, texts, places, texts)
many = st.tuples(st.just("m"), st.lists(plain | handles | numbers, max_size=6))
results = plain | containers | handles | errors | many | st.just(("s",)) | leaves
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))
ids = st.integers(0, 4) | leaves
hellos = st.tuples(ids, st.lists(texts, max_size=3), st.lists(st.tuples(texts, texts), max_size=2))
imports = st.tuples(ids, st.none() | errors, st.lists(st.just("Value") | texts, max_size=3))
answers = st.tuples(ids, st.lists(results | anything, max_size=6))
replies = hellos | imports | answers | st.tuples(ids, anything, anything)
decoders = st.sampled_from((HELLO, LOADED, ANSWER))


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
    return settings(deadline=None, max_examples=80, suppress_health_check=checks)(*examples)


def take(decoder: Any, body: bytes) -> None:
    """Decodes what a worker may have sent."""
    with suppress(TargetFailure):
        reply = decode(decoder, body)
        assert isinstance(reply.id, int)
        if decoder is ANSWER:
            assert isinstance(decode_results(bytes(reply.raw_results)), list)


@busy
@given(decoders, st.binary(max_size=200) | anything.map(as_json) | replies.map(as_json))
def test_any_bytes_are_a_reply_or_a_violation(decoder: Any, body: bytes):
    take(decoder, body)


@busy
@given(decoders, replies.map(as_json), st.data())
def test_a_damaged_reply_is_a_reply_or_a_violation(decoder: Any, body: bytes, data: st.DataObject):
    place = data.draw(st.integers(0, len(body) - 1))
    damaged = body[:place] + data.draw(st.binary(max_size=3)) + body[place + 1 :]
    take(decoder, damaged)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[1," + b"[" * 100_000 + b"]" * 100_000 + b"]",
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"[" + b"9" * 100_000 + b",[]]",
        b'[1,[["m",[' + b"9" * 100_000 + b"]]]]",
        b'[1,[["m",[1e' + b"9" * 100_000 + b"]]]]",
        b"[1,[" + b'["s"],' * 100_001 + b'["s"]]]',
        b'[0,[],[["\\ud800","x"]]]',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe",
        b"",
    ],
    ids=lambda body: ascii(body[:24]),
)
def test_a_monstrous_reply_is_a_violation(body: bytes):
    with pytest.raises(TargetViolation):
        decode_results(bytes(decode(ANSWER, body).raw_results))
    for decoder in (HELLO, LOADED):
        with pytest.raises(TargetViolation):
            decode(decoder, body)


NAMED = '"names":["Value"],"names":["Value"]'
MANY = json.dumps([["x", ""]] * 70_000)


@pytest.mark.parametrize(
    ("decoder", "body"),
    [
        *[(one, '{"id":1,"results":[],"results":[]}') for one in (HELLO, LOADED, ANSWER)],
        (LOADED, f'{{"id":1,"raised":null,{NAMED}}}'),
        (LOADED, '[1,null,["Value"],[]]'),
        (LOADED, '[1,["v","n",""],["Value"]]'),
        (LOADED, '[1,[["e","x","",1,"","",null]],["Value"]]'),
        (HELLO, f"[0,[],{MANY}]"),
        (HELLO, '[0,[],{"x":""}]'),
        (ANSWER, f'[2,[],[],["strict"],{MANY}]'),
        (ANSWER, '[2,[],["Value"]]'),
    ],
    ids=lambda one: one[:30] if isinstance(one, str) else "",
)
def test_what_belongs_to_another_frame_or_comes_twice_is_a_violation(decoder: Any, body: str):
    with pytest.raises(TargetViolation):
        decode(decoder, body.encode())


@pytest.mark.parametrize(
    "result",
    [
        ["e", "E", "m", 1_000_001, "f", "p", None, ""],
        ["e", "E", "m", 0, "f", "p", None, ""],
        ["e", "E", "m", True, "f", "p", None, ""],
        ["e", "E", "m", 1, "f", "p", 1001, ""],
        ["e", "E" * 201, "m", 1, "f", "p", 1, ""],
        ["e", "E", "m" * 501, 1, "f", "p", 1, ""],
        ["e", "E", "m", 1, "f" * 201, "p", 1, ""],
        ["e", "E", "m", 1, "f", "p" * 201, 1, ""],
        ["v", "s", "x" * 4001],
        ["v", "i", "9" * 402],
        ["v", "n\n", ""],
        ["e", "E", "m", 1, "f", "p", 1, "x" * 201],
        ["c", "l", [0] * 10_001],
        ["c", "l", [["c", "l", [0] * 5000]] * 3],
        ["c", "l", ["x" * 4001]],
        ["c", "l", [["v", "s", "x" * 4001]]],
        ["c", "d", [1, 2, 3]],
        ["h", 0, "x" * 201],
        ["h", 10**30, "x"],
        ["m", [2**53 + 1]],
        ["m", [10**400]],
        ["m", [1.0] * 50_001],
    ],
    ids=lambda one: str(one)[:40],
)
def test_every_text_number_and_list_has_a_bound(result: list[Any]):
    with pytest.raises(TargetViolation):
        decoded(as_json([result]), PROGRAM[:1])


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
                decoder = (HELLO, LOADED, ANSWER)[min(request, 2)]
                channel.receive(decoder, request, deadline, last=request > 0)
                channel.refuse_surplus()


def test_a_worker_that_never_reads_is_a_timeout():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours, 65536)
        with pytest.raises(TargetTimeout):
            channel.send(b"x" * (16 << 20), Deadline(0.2, None, lambda: None))


def test_a_slow_drip_is_a_timeout():
    deadline = Deadline(0.3, None, lambda: None)
    with drip(b"\0") as ours, pytest.raises(TargetTimeout) as stopped:
        Channel(ours, 65536).receive(ANSWER, 1, deadline, last=True)
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

    def has_ended(self) -> bool:
        """Not known either."""
        return False

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


GREETING = framed(as_json([0, [], []]))
IMPORTED = framed(as_json([1, None, [], 0, ["Value"], {}]))


@contextmanager
def target(*answers: bytes) -> Iterator[BoxedTarget]:
    """A boxed target over such a worker."""
    taken = intake.take_source("value.py", b"", "value.py")
    made = BoxedTarget(MadeUpSource(*answers), taken, CONTRACT, LIMITS)
    try:
        yield made
    finally:
        made.close()


def check_fit(found: Sequence[Result]) -> None:
    """The results are such as the program may have."""
    complete = len(found) == len(PROGRAM)
    assert complete or isinstance(found[-1], Raised)
    for step, result in zip(PROGRAM, found, strict=False):
        if isinstance(result, Many):
            assert step.action == "read"
            assert len(result.values) == 4
        elif isinstance(result, Plain):
            assert count_of(result.value) <= 10_001


def count_of(value: object) -> int:
    """How many values there are, all of Python's own types."""
    if type(value) is dict:
        return 1 + sum(count_of(key) + count_of(item) for key, item in value.items())
    if type(value) in (list, tuple, set, frozenset):
        return 1 + sum(map(count_of, value))
    assert type(value) in (int, float, complex, bool, str, bytes, type(None))
    return 1


@busy
@given(st.lists(results, max_size=5))
def test_a_target_gives_fitting_results_or_fails(made_up: list[Any]):
    answer = framed(as_json([2, made_up]))
    with target(GREETING, IMPORTED, answer) as boxed, suppress(TargetFailure):
        check_fit(boxed.run(PROGRAM))


@pytest.mark.parametrize("odd", [["s"], ["e", "ValueError", "", 1, "", "", None, ""]])
def test_a_program_goes_on_neither_without_a_step_nor_after_an_error(odd: list[Any]):
    for answer in ([odd, ["h", 1, "Value"]], [["h", 0, "Value"], ["s"]]):
        with pytest.raises(TargetViolation):
            decoded(as_json(answer), PROGRAM[:2])


@busy
@given(streams)
def test_a_target_survives_any_stream(stream: bytes):
    with target(GREETING, IMPORTED, stream) as boxed, suppress(TargetFailure):
        boxed.run(PROGRAM)
        boxed.run(PROGRAM)


@pytest.mark.parametrize(
    "raised",
    [["v", "n", ""], [["v", "n", ""]], ["h", 0, "Value"], ["s"], True, {}],
    ids=str,
)
def test_an_import_that_is_answered_as_a_step_is_a_failure_to_load(raised: Any):
    answer = framed(as_json([1, raised, ["Value"]]))
    with target(GREETING, answer) as boxed, pytest.raises(LoadFailed):
        boxed.load()


@busy
@given(imports)
def test_an_import_is_loaded_or_fails_to_load(claimed: tuple[Any, ...]):
    with target(GREETING, framed(as_json(claimed))) as boxed, suppress(LoadFailed):
        boxed.load()


# --- as many frames as one has the time for -----------------------------------------------------

FRAMES = int(os.environ.get("HOSTILE_FRAMES", "20000"))
"""How many frames are made up: `HOSTILE_FRAMES=10000000` takes a good quarter of an hour."""

SEED = int(os.environ.get("HOSTILE_FRAMES_SEED", "0"))
RIGHT = (
    b'[2, [["h", 0, "Value"], ["h", 1, "Value"], ["v", "n", ""], ["m", [2.0, 1.0, 5, 1]]]]',
    b'[2, [["h", 0, "Value"], ["e", "TypeError", "no", 3, "Value.__add__", "value.py", 7, "X"]]]',
    b'[2, [["c", "d", ["a", 1, ["c", "t", [2, ["v", "s", "x"]]], ["c", "l", []]]], ["s"]]]',
    b'[2, [["c", "d", [1, 2, ["c", "t", [2, ["v", "s", "x"]]], ["c", "l", [2.5]]]], ["s"]]]',
    b'[2, [["c", "s", [1, ["v", "b", "1"]]], ["c", "z", [["v", "c", "1.0 nan"]]], ["s"]]]',
    b'[2, [["h", 0, "Value"], ["h", 0, "Value"], ["s"], ["m", [["v", "f", "nan"], 1, 1, 1]]]]',
    b'[2, [["v", "i", "-12"], ["v", "s", "\\u00e9\\ud83d\\ude00"], ["v", "b", "1"], ["s"]]]',
    b'[1, null, [], 0, ["Value", "helper"], {}]',
    b'[0, ["rlimits", "landlock7"], [["seccomp", "absent"]]]',
)
PIECES = (
    *(b'"', b"[", b"]", b"{", b"}", b",", b":", b"-", b"0", b"9", b".", b"e", b"E+", b"\\", b"\\u"),
    *(b"null", b"true", b"false", b"NaN", b"Infinity", b"1e999", b"9" * 400, b'""', b"[]", b"{}"),
    *(b'["s"]', b'["v", "n", ""]', b'["m", []]', b"\\ud800", b"\xff", b"\0", b"x" * 4001, b" "),
    *(b'["c", "s", []]', b'["c", "d", [1, ', b'["v", "y", "00"]'),
)


def damaged(made: random.Random) -> bytes:
    """A right body with up to five places changed, or bytes at random."""
    if made.random() < 0.02:
        return made.randbytes(made.randrange(60))
    body = bytearray(made.choice(RIGHT))
    for _ in range(made.randrange(6)):
        start = made.randrange(len(body) + 1)
        end = start + made.choice((0, 0, 1, 1, 2, 9))
        kind = made.randrange(4)
        if kind == 0:
            body[start:end] = made.randbytes(made.randrange(3))
        elif kind == 1:
            body[start:end] = body[end : end + made.randrange(30)]
        else:
            body[start:end] = made.choice(PIECES)
    return bytes(body)


def claimed(made: random.Random, size: int) -> int:
    """How long a body is said to be: nearly always as long as it is."""
    if made.random() < 0.995:
        return size
    return made.choice((0, max(size - 1, 0), size + 1, 2**32 - 1))


def test_damaged_frames_are_replies_or_failures():
    """Through a socket, and on to the results, as a target does it."""
    made = random.Random(SEED)
    done = taken = 0
    while done < FRAMES:
        ours, theirs = socket.socketpair()
        with ours, theirs, suppress(TargetFailure):
            channel, size, body = Channel(ours, 65536), 0, b""
            while done < FRAMES and size == len(body):
                done += 1
                body = damaged(made)
                size = claimed(made, len(body))
                theirs.sendall(struct.pack(">I", size) + body)
                if size != len(body):
                    theirs.shutdown(socket.SHUT_WR)
                taken += is_taken(channel, made)
    print(f"{done} frames, of which {taken} were taken")
    assert 0 < taken < done


ENDLESS = Deadline(float("inf"), None, lambda: None)


def is_taken(channel: Channel, made: random.Random) -> bool:
    """Whether the frame that was sent is what a target may go on with."""
    decoder, number = made.choice(((HELLO, 0), (LOADED, 1), (ANSWER, 2), (ANSWER, 2)))
    try:
        reply = channel.receive(decoder, number, ENDLESS, last=True)
        if decoder is ANSWER:
            check_fit(decoded(bytes(reply.raw_results), PROGRAM))
    except TargetViolation:
        return False
    return True
