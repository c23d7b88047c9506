"""What a Dask worker does: hands chunks of submissions to helper processes that it keeps."""

from __future__ import annotations

import hashlib
import subprocess
import threading
import zlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from typing import IO

import msgspec

from grader.batch.helper_process import launch
from grader.batch.messages import Done, Fatal, Job, Setup, line
from grader.batch.pool import Pool
from grader.box import choose
from grader.exercise.load import load
from grader.model.errors import GraderError
from grader.text.message import plain

_pools: dict[str, deque[Pool]] = {}
_guard = threading.Lock()
# Helpers die with the thread that started them: this one lives as long as the worker.
_starter = ThreadPoolExecutor(1, thread_name_prefix="helpers")


def grade_chunk(setup: bytes, jobs: bytes) -> bytes:
    """A Dask task: the answers to a chunk of jobs, as lines."""
    key = hashlib.sha256(setup).hexdigest()
    with _guard:
        waiting = _pools.setdefault(key, deque())
        pool = waiting.popleft() if waiting else None
    if pool is None:
        given = msgspec.msgpack.decode(zlib.decompress(setup), type=Setup)
        pool = Pool(given, 1, _launch)
    try:
        answers = _graded(pool, msgspec.msgpack.decode(jobs, type=list[Job]))
    except BaseException as error:
        pool.close()
        if isinstance(error, GraderError):
            kind = type(error).__name__
            return line(Fatal(kind, error.message, error.next_move))
        raise
    with _guard:
        _pools[key].append(pool)
    return b"".join(map(line, answers))


def _graded(pool: Pool, jobs: Sequence[Job]) -> list[Done]:
    waiting, answers = deque(jobs), []
    while waiting or pool.load:
        while waiting and pool.room:
            pool.send(waiting.popleft())
        answers += pool.wait()
    return answers


def _launch(command: Sequence[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    return _starter.submit(launch, command, errors).result()


def end_helpers() -> None:
    """Ends the idle helpers of a worker."""
    with _guard:
        idle = [pool for pools in _pools.values() for pool in pools]
        _pools.clear()
    for pool in idle:
        pool.close()


def worker_facts(isolation: str) -> tuple[str, str, str]:
    """What a worker is: grader's version, level of isolation, or why it cannot grade."""
    version = metadata.version("autograd-grader")
    try:
        box = choose(isolation, load(None))
        try:
            return version, box.protection.level, ""
        finally:
            box.close()
    except GraderError as error:
        return version, "none", plain(str(error))
