"""Whatever stands behind --scheduler: one sentence, soon, and no traceback."""

import contextlib
import socket
import threading

import pytest

from grader.batch import cluster_address
from grader.batch.cluster_address import Scheduler
from grader.model.errors import Fault, UsageProblem
from tests.batch import kit

pytest.importorskip("distributed", reason="distributed is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")


@contextlib.contextmanager
def server(answer):
    """The port of something that is no scheduler: it gives that answer, or none at all."""
    held = []

    def serve(listening):
        with contextlib.suppress(OSError):
            while True:
                held.append(listening.accept()[0])
                if answer is not None:
                    held[-1].sendall(answer)
                    held[-1].close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    "address",
    ["", " ", "nonsense", "tcp://", "tcp://host", "tcp://host:0", "tcp://host:99999", "http://a:1",
     "tcp://a b:1", "tcp://:8786", "8786"],
)  # fmt: skip
def test_an_address_that_cannot_be_is_wrong_usage(exercise, school, out, address):
    with pytest.raises(UsageProblem, match="is no address of a scheduler"):
        Scheduler(address).check()


def test_an_empty_address_grades_nobody(exercise, school, out):
    told = kit.batch(exercise, school, out, "--scheduler", "")
    assert told.code == 2, told.err
    assert len(told.err.strip().splitlines()) == 2
    assert not (out / "grades.csv").exists()


@pytest.mark.parametrize("address", ["tcp://host:8786", "tls://[::1]:1", "tcp://127.0.0.1:8786"])
def test_an_address_that_can_be(address, tmp_path):
    pem = tmp_path / "x.pem"
    pem.write_text("x", "utf-8")
    Scheduler(address, *[str(pem)] * 3).check()


def test_tls_without_its_files(tmp_path):
    there = tmp_path / "ca.pem"
    there.write_text("no certificate", "utf-8")
    with pytest.raises(UsageProblem, match="needs --tls-ca-file"):
        Scheduler("tls://127.0.0.1:8786").check()
    with pytest.raises(UsageProblem, match="needs --tls-key"):
        Scheduler("tls://127.0.0.1:8786", str(there), str(there)).check()
    with pytest.raises(UsageProblem, match=r"--tls-cert: there is no file .*gone"):
        Scheduler("tls://127.0.0.1:8786", str(there), str(tmp_path / "gone"), str(there)).check()
    with pytest.raises(Fault, match="cannot be used"):
        Scheduler("tls://127.0.0.1:8786", *[str(there)] * 3).ask()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\n\r\nhello", b"", b"\xff" * 4096, None])
def test_a_port_that_is_no_scheduler(exercise, school, out, answer, monkeypatch):
    assert cluster_address.ANSWER_S <= 10
    monkeypatch.setattr(cluster_address, "ANSWER_S", 0.5)
    with server(answer) as port:
        told = kit.batch(exercise, school, out, "--scheduler", f"tcp://127.0.0.1:{port}")
    assert told.code == 5
    assert f"the scheduler at tcp://127.0.0.1:{port} cannot be used: " in told.err
    assert len(told.err.strip().splitlines()) == 2, told.err
    assert not (out / "grades.csv").exists()


def test_a_port_with_nobody_behind_it(exercise, school, out, monkeypatch):
    monkeypatch.setattr(cluster_address, "ANSWER_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    told = kit.batch(exercise, school, out, "--scheduler", f"tcp://127.0.0.1:{port}")
    assert told.code == 5
    assert len(told.err.strip().splitlines()) == 2, told.err
