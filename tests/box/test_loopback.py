"""A worker's connection: nobody gets it who was not invited, and nobody waits for the dead."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.box import loopback, portable
from grader.box.base import settings
from grader.box.policy import plain_plan
from grader.box.portable import PortableBox
from grader.model.errors import Fault
from grader.model.exercise import Limits
from grader.target import channel

LIMITS = Limits()


@pytest.fixture
def box() -> PortableBox:
    return PortableBox(settings(LIMITS, plain_plan(LIMITS)), "another system")


def visitor(listener: loopback.Listener, say: bytes) -> socket.socket:
    port = int(listener.invitation().split()[0])
    sock = socket.create_connection((loopback.ADDRESS, port), 5)
    sock.sendall(say)
    return sock


def alive_for(looks: int) -> Callable[[], bool]:
    left = iter(range(looks))
    return lambda: next(left, None) is not None


def test_only_who_says_the_token_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "TOKEN_WALL_S", 0.2)
    listener = loopback.Listener()
    token = listener.invitation().split()[1]
    strangers = [
        visitor(listener, said)
        for said in (b"", token[:-1], token[:-1] + b"!", b"GET / HTTP/1.1\r\n\r\n")
    ]
    guest = visitor(listener, token)
    found = listener.accept(alive_for(100))
    assert found is not None
    assert found.getpeername() == guest.getsockname()
    for sock in (*strangers, guest, found):
        sock.close()
    listener.close()


def test_a_token_holds_for_one_worker() -> None:
    listeners = [loopback.Listener() for _ in range(3)]
    assert len({listener.token for listener in listeners}) == 3
    sock = visitor(listeners[0], listeners[1].token.encode())
    sock.shutdown(socket.SHUT_WR)
    assert listeners[0].accept(alive_for(1)) is None
    for one in (sock, *listeners):
        one.close()


def test_a_worker_that_has_ended_is_not_waited_for() -> None:
    listener = loopback.Listener()
    assert listener.accept(alive_for(0)) is None
    listener.close()


def test_the_token_is_where_no_other_process_sees_it(
    box: PortableBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = []
    invitation = loopback.Listener.invitation

    def heard(self: loopback.Listener) -> bytes:
        tokens.append(self.token.encode())
        return invitation(self)

    monkeypatch.setattr(loopback.Listener, "invitation", heard)
    worker = box.spawn()
    process = Path(f"/proc/{worker.process.pid}")
    assert tokens[0] not in (process / "cmdline").read_bytes()
    assert tokens[0] not in (process / "environ").read_bytes()
    worker.close()


def test_a_worker_holds_its_input_its_output_its_channel_and_its_clock(box: PortableBox) -> None:
    worker = box.spawn()
    held = sorted(int(name) for name in os.listdir(f"/proc/{worker.process.pid}/fd"))
    assert held == [0, 1, 2, 3, 4]
    worker.close()


def test_an_interpreter_that_ends_at_once_is_told_with_its_last_words(
    box: PortableBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no library found >&2\nexit 3\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(portable, "interpreter", lambda: str(broken))
    with pytest.raises(Fault, match="could not be started: no library found"):
        box.spawn()
    monkeypatch.setattr(portable, "interpreter", lambda: str(tmp_path / "nothing"))
    with pytest.raises(Fault, match="could not be started"):
        box.spawn()


def test_output_is_forgotten_and_begins_anew(box: PortableBox) -> None:
    worker = box.spawn()
    os.write(worker.output.fileno(), b"the first check")
    assert worker.read_output(100) == b"the first check"
    os.write(worker.output.fileno(), b" says more")
    assert worker.read_output(100) == b"the first check says more"
    worker.clear_output()
    os.write(worker.output.fileno(), b"the second")
    assert worker.read_output(100) == b"the second"
    worker.close()


@pytest.mark.parametrize("kind", ["SelectSelector", "PollSelector"])
def test_waiting_ends_with_what_is_waited_for_or_with_its_time(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    if not hasattr(selectors, kind):
        pytest.skip("this system has none")
    monkeypatch.setattr(channel, "_Selector", getattr(selectors, kind))
    ready = channel.Readiness(ours)
    assert not ready(writing=False, wait_ms=1)
    assert ready(writing=True, wait_ms=1)
    with contextlib.suppress(BlockingIOError):
        while True:
            ours.send(b"x" * 65536)
    assert not ready(writing=True, wait_ms=1)
    late = threading.Thread(target=lambda: theirs.sendall(b"y"))
    late.start()
    assert ready(writing=False, wait_ms=60_000)
    late.join()
    ours.close()
    theirs.close()
