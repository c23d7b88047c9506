"""Grades on a Dask cluster: chunks of submissions become tasks, helpers do the work.

Theory of operation. A task never grades in the worker: it hands its chunk to a helper process
(`helper`) that the worker keeps from task to task, so no submission can take a worker down,
and nothing is forked from a process with threads. What a lost worker had in hand, Dask gives to
another one. A chunk that fails all the same is split: its submissions are tried once more, each
alone, and then are faults. Requires the grader on every worker, of this version; the exercise
travels along. Install with the extra `autograd-grader[dask]`.
"""

from __future__ import annotations

import contextlib
import time
import zlib
from importlib import import_module, metadata
from queue import Empty, Queue
from types import TracebackType
from typing import Any

import msgspec

from grader.batch.cluster_address import Scheduler
from grader.batch.cluster_worker import end_helpers, grade_chunk, worker_facts
from grader.batch.messages import Done, Fatal, Job, Setup, read_answer
from grader.batch.options import refuse_unguarded
from grader.box.base import LEVELS
from grader.exercise.find import MANIFEST
from grader.model.errors import Fault, UsageProblem
from grader.model.exercise import Exercise
from grader.text.words import said, said_many

LARGEST_CHUNK = 16
AHEAD = 2
CONNECT_S = 20
RESULT_S = 300
LOOK_S = 1.0
NO_WORKER_S = 60
GO_ON = said("What was graded is kept: run the same command again.")


def files_of(exercise: Exercise) -> dict[str, bytes]:
    """What an exercise is made of, to send it where its folder is not; its digest proves it."""
    parts = (exercise.parts.starter, exercise.parts.reference, exercise.parts.battery)
    paths = [exercise.root / MANIFEST]
    for part in parts:
        paths += sorted((exercise.root / part).rglob("*"))
    names = [path.relative_to(exercise.root) for path in paths if path.is_file()]
    return {
        name.as_posix(): (exercise.root / name).read_bytes()
        for name in names
        if "__pycache__" not in name.parts and not any(one.startswith(".") for one in name.parts)
    }


class Cluster:
    """A connection to a scheduler.

    Fault when it cannot be made, UsageProblem without Dask and for an address that cannot be.
    """

    def __init__(
        self, address: str, ca_file: str | None, cert: str | None, key: str | None
    ) -> None:
        scheduler = Scheduler(address, ca_file, cert, key)
        scheduler.check()
        try:
            distributed: Any = import_module("distributed")
        except ImportError:
            raise UsageProblem(
                said("--scheduler needs Dask, which is not installed"),
                next_move=said("Install it: pip install 'autograd-grader[dask]'"),
            ) from None
        self.address = address
        self.threads = 1
        scheduler.ask()
        try:
            self.client: Any = distributed.Client(
                address, security=scheduler.security(), timeout=CONNECT_S, set_as_default=False
            )
            self.client.wait_for_workers(1, timeout=CONNECT_S)
            self.count_threads()
        except TimeoutError:
            scheduler.refuse(said("no worker came within {seconds} s", seconds=CONNECT_S))
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            scheduler.refuse(str(error))

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(Exception):
            if self.client.status == "running":
                self.client.run(end_helpers)
        with contextlib.suppress(Exception):
            self.client.close(timeout=5)

    def count_threads(self) -> int:
        """How many tasks the cluster can run at once, as of now."""
        try:
            self.threads = sum(self.client.nthreads().values())
        except OSError:
            return 0
        return self.threads

    def words(self) -> str:
        """The cluster in a few words."""
        return said_many(
            "{number} worker at {address}",
            "{number} workers at {address}",
            number=len(self.client.nthreads()),
            address=self.address,
        )

    def level(self, isolation: str) -> str:
        """The isolation that every worker gives. Fault for workers that cannot grade."""
        facts: dict[str, tuple[str, str, str]] = self.client.run(worker_facts, isolation)
        ours = metadata.version("autograd-grader")
        if not facts:
            raise Fault(said("the cluster has no workers left"), next_move=GO_ON)
        for worker, (version, _, why) in facts.items():
            if version != ours:
                raise Fault(
                    said(
                        "the worker {worker} has version {version} of the grader, "
                        "here it is {ours}",
                        worker=worker,
                        version=version,
                        ours=ours,
                    ),
                    next_move=said("Install the same version everywhere."),
                )
            if why:
                raise Fault(said("the worker {worker} cannot grade: {why}", worker=worker, why=why))
        weakest = min((level for _, level, _ in facts.values()), key=LEVELS.index)
        return refuse_unguarded(weakest, isolation)

    def runner(self, setup: Setup) -> ClusterRunner:
        """Where a batch sends its jobs."""
        return ClusterRunner(self, setup)


class ClusterRunner:
    """A batch's `Runner` over a cluster: jobs gather into chunks, answers come as they come."""

    def __init__(self, cluster: Cluster, setup: Setup) -> None:
        self.cluster = cluster
        # it holds the exercise and goes with every chunk
        self.setup = zlib.compress(msgspec.msgpack.encode(setup), 9)
        self.chunk = LARGEST_CHUNK
        self.gathered: list[Job] = []
        self.futures: dict[Any, list[Job]] = {}
        self.finished: Queue[Any] = Queue()
        self.looked = time.monotonic()

    @property
    def load(self) -> int:
        """How many jobs are inside, in whatever state."""
        return len(self.gathered) + sum(map(len, self.futures.values()))

    @property
    def room(self) -> bool:
        """Whether another job can be taken without piling up."""
        return len(self.futures) < AHEAD * self.cluster.threads

    def warm(self, count: int) -> None:
        """Chunks small enough that a small class keeps every worker busy to the end."""
        self.chunk = min(LARGEST_CHUNK, max(1, count // (4 * self.cluster.threads)))

    def send(self, job: Job) -> None:
        """Takes a job; a full chunk is sent."""
        self.gathered.append(job)
        if len(self.gathered) >= self.chunk:
            self._submit(self.gathered)
            self.gathered = []

    def wait(self, timeout_s: float = 1.0) -> list[Done]:
        """Answers, as soon as there are any. Raises what a helper calls fatal."""
        # who asks for answers has nothing more to send now: a chunk goes though it is not full
        self._submit(self.gathered)
        self.gathered = []
        try:
            futures = [self.finished.get(timeout=timeout_s)]
        except Empty:
            self._look_at_cluster()
            return []
        while not self.finished.empty():
            futures.append(self.finished.get())
        return [answer for future in futures for answer in self._answers(future)]

    def close(self) -> None:
        """Takes back what is not done yet."""
        with contextlib.suppress(Exception):
            self.cluster.client.cancel(list(self.futures))
        self.futures.clear()

    def _submit(self, jobs: list[Job]) -> None:
        if not jobs:
            return
        data = msgspec.msgpack.encode(jobs)
        # not pure: the same chunk sent again after a failure must be graded again
        future = self.cluster.client.submit(grade_chunk, self.setup, data, pure=False)
        self.futures[future] = jobs
        future.add_done_callback(self.finished.put)

    def _answers(self, future: Any) -> list[Done]:
        jobs = self.futures.pop(future, None)
        if jobs is None:
            return []
        try:
            lines = self._result(future).splitlines()
        except Fault:
            raise
        except Exception as error:
            return self._failed(jobs, error)
        answers: list[Done] = []
        for text in lines:
            answer = read_answer(text)
            if isinstance(answer, Fatal):
                raise answer.error()
            if isinstance(answer, Done):
                answers.append(answer)
        return answers

    def _result(self, future: Any) -> bytes:
        """What a task that ended gave. Its worker may be gone since: then it is worked out again.

        TimeoutError when that takes too long; Fault when nobody is left to do it.
        """
        until = time.monotonic() + RESULT_S
        while True:
            try:
                result: bytes = future.result(timeout=LOOK_S)
            except TimeoutError:
                if time.monotonic() > until:
                    raise
                self._look_at_cluster()
            else:
                return result

    def _failed(self, jobs: list[Job], error: Exception) -> list[Done]:
        """Each is tried once more, alone; what was alone already is a fault."""
        if len(jobs) > 1:
            for job in jobs:
                self._submit([job])
            return []
        words = said(
            "the cluster could not grade it: {name}: {error}",
            name=type(error).__name__,
            error=error,
        )
        return [Done(jobs[0].digest, fault=words[:500])]

    def _look_at_cluster(self) -> None:
        """Without a scheduler or a worker nothing will ever come."""
        now = time.monotonic()
        if self.cluster.client.status not in {"running", "connecting"}:
            raise Fault(
                said("the scheduler at {address} is gone", address=self.cluster.address),
                next_move=GO_ON,
            )
        if self.cluster.count_threads():
            self.looked = now
        elif now - self.looked > NO_WORKER_S:
            raise Fault(
                said("the cluster has had no worker for {seconds} s", seconds=NO_WORKER_S),
                next_move=GO_ON,
            )
