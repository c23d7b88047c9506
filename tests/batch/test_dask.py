"""A cluster gives the marks of one machine, though a worker is killed in the middle."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from grader.batch.cluster import Cluster, files_of
from grader.model.errors import Fault
from tests.batch import kit

distributed = pytest.importorskip("distributed", reason="distributed is not installed")

pytestmark = [
    pytest.mark.slow,
    # of the scheduler's own event loop and sockets, at its end
    pytest.mark.filterwarnings("ignore"),
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Processes:
    """A scheduler and workers of our own, each its own process, all ended at the end."""

    def __init__(self, folder, *security):
        self.folder = folder
        self.security = security
        self.scheme = "tls" if security else "tcp"
        self.address = f"{self.scheme}://127.0.0.1:{free_port()}"
        self.scheduler = self._start(
            "scheduler", "--port", self.address.rpartition(":")[2], "--no-dashboard", "--no-show"
        )
        self.workers = []

    def _start(self, kind, *more):
        log = (self.folder / f"{kind}-{time.monotonic_ns()}.log").open("wb")
        command = [sys.executable, "-P", "-m", "dask", kind, "--host", "127.0.0.1", *self.security]
        return subprocess.Popen(
            [*command, *more], stdout=log, stderr=log, cwd=self.folder, start_new_session=True
        )

    def worker(self):
        """One more worker, without a nanny that would start it again."""
        folder = self.folder / f"worker-{len(self.workers)}"
        more = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
        self.workers.append(self._start("worker", self.address, *more))
        return self.workers[-1]

    def end(self):
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()


@pytest.fixture
def processes(tmp_path):
    made = Processes(tmp_path)
    made.worker()
    made.worker()
    yield made
    made.end()


def on_cluster(cluster, exercise, school, out, **options):
    cluster.client.wait_for_workers(2, timeout=30)
    return kit.run(
        exercise, school, out, runner=cluster.runner, exercise_files=files_of(exercise), **options
    )


def test_a_worker_killed_in_the_middle(processes, exercise, tmp_path):
    school = kit.write_class(exercise, tmp_path / "class", 60)
    kit.run(exercise, school, tmp_path / "local")
    victim = processes.workers[0]

    class Killing(kit.Told):
        killed = False

        def settled(self, what):
            super().settled(what)
            if len(self.settled_ones) >= 10 and not self.killed:
                self.killed = True
                os.killpg(victim.pid, signal.SIGKILL)

    with Cluster(processes.address, None, None, None) as cluster:
        told = Killing()
        outcome, _ = on_cluster(cluster, exercise, school, tmp_path / "cluster", told=told)
    assert told.killed
    assert victim.wait(10) == -signal.SIGKILL
    assert outcome.exit_code == 0
    assert kit.content(tmp_path / "cluster") == kit.content(tmp_path / "local")


def test_a_poisonous_submission_takes_no_worker_down(processes, exercise, tmp_path, monkeypatch):
    """The helper in the worker ends; the worker lives, and the others of its chunk are graded."""
    school = kit.write_class(exercise, tmp_path / "class", 20)
    (school / "s0007b.py").write_text(f"{kit.source(exercise, 700)}# POISON\n")
    with Cluster(processes.address, None, None, None) as cluster:
        cluster.client.wait_for_workers(2, timeout=30)
        cluster.client.run(poison, kit.echo_command(exercise, tmp_path))
        outcome, _ = on_cluster(cluster, exercise, school, tmp_path / "cluster")
    assert outcome.view.counts.fault == 1
    assert outcome.view.counts.graded == 20
    assert outcome.view.problems[0].person.id == "s0007b"
    assert all(worker.poll() is None for worker in processes.workers)


def poison(command):
    """Run on a worker."""
    from grader.batch import helper_process

    helper_process.COMMAND = command


def test_the_exercise_travels_along(processes, exercise, school, out, tmp_path):
    sent = files_of(exercise)
    with Cluster(processes.address, None, None, None) as cluster:
        moved = kit.exercises.load(exercise.root)
        given = {"runner": away(cluster.runner), "exercise_files": sent}
        cluster.client.wait_for_workers(2, timeout=30)
        outcome, _ = kit.run(moved, school, out, **given)
        assert cluster.level("none") == "none"
    assert outcome.view.counts.graded == 12


def away(runner):
    """The runner of a batch whose exercise folder is not on the workers."""
    from msgspec.structs import replace

    return lambda setup: runner(replace(setup, exercise_root="/nowhere/at/all"))


def test_the_command(processes, exercise, school, out):
    done = kit.execute(*kit.command(exercise, school, out, "--scheduler", processes.address))
    assert done.returncode == 0, done.stderr
    assert f"at {processes.address}" in done.stdout.replace("\n", "")
    assert len(kit.grades(out)) == 12


def test_no_scheduler_is_told(exercise, school, out, monkeypatch):
    monkeypatch.setattr("grader.batch.cluster.CONNECT_S", 2)
    with pytest.raises(Fault, match="cannot be used"):
        Cluster(f"tcp://127.0.0.1:{free_port()}", None, None, None)


def test_tls_options_are_passed_through(exercise, school, out, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = kit.execute(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"),
    )
    if made.returncode:
        pytest.skip("openssl makes no certificate here")
    files = (
        *("--tls-ca-file", str(certificate)),
        *("--tls-cert", str(certificate)),
        *("--tls-key", str(key)),
    )
    processes = Processes(tmp_path, *files)
    try:
        processes.worker()
        given = kit.command(exercise, school, out, "--scheduler", processes.address, *files)
        done = kit.execute(*given)
        assert done.returncode == 0, done.stderr
        refused = kit.execute(*given[:-6])
        assert refused.returncode == 2
    finally:
        processes.end()
    assert len(kit.grades(out)) == 12


def test_the_last_worker_lost_is_told_in_time(processes, exercise, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr("grader.batch.cluster.NO_WORKER_S", 2)
    school = kit.write_class(exercise, tmp_path / "class", 60)

    class Killing(kit.Told):
        def settled(self, what):
            super().settled(what)
            for one in processes.workers:
                one.kill()

    with (
        Cluster(processes.address, None, None, None) as cluster,
        pytest.raises(Fault, match="the cluster has had no worker for 2 s"),
    ):
        on_cluster(cluster, exercise, school, tmp_path / "out", told=Killing())
    assert "Traceback" not in capfd.readouterr().err
