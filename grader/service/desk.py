"""Where requests meet the grading: jobs go to the store, whoever asks waits for their reports.

Lives in the event loop; what touches the disk is done in threads. Engines call `done` from theirs.
"""

from __future__ import annotations

import asyncio
import math
import secrets
from contextlib import suppress

from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from grader.model.errors import Fault
from grader.service.courses import Course
from grader.service.engine import Engine
from grader.service.store import WAITING, Entry, Handed, Store
from grader.text.words import said

LONG = 4
"""A queue with more jobs than this for each helper is not waited for."""

FORGET_EVERY_S = 3600.0


class Rules(Struct, frozen=True):
    """How a service takes what is handed in."""

    queue: int = 1000
    replace: bool = False
    keep_days: float = 30.0
    jobs: int = 1
    wait_s: float = 60.0
    body_bytes: int = 3 << 19
    body_s: float = 30.0


class Desk:
    """Takes jobs and finds them again."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self.store = store
        self.rules = rules
        self.engines: dict[str, Engine] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.waiting: dict[str, set[asyncio.Event]] = {}
        self.closing = asyncio.Event()

    def done(self, job: str) -> None:
        """Wakes whoever waits for this job. Called by engines, from their threads."""
        if self.loop is not None:
            with suppress(RuntimeError):  # the loop has ended, and nobody waits
                self.loop.call_soon_threadsafe(self._wake, job)

    async def hand_in(self, course: Course, handed: Handed, instead_of: str | None = None) -> Entry:
        """Keeps a job for good. QueueFull; Fault while nothing can be graded.

        Where later ones replace what waits, that is the job `instead_of`, or if that is None, what
        the same learner handed in.
        """
        engine = self.engines[course.name]
        if engine.trouble is not None:
            raise Fault(said("nothing can be graded now: {why}", why=engine.trouble))
        job = secrets.token_hex(16)

        def keep() -> Entry | None:
            gone = self._replaced(course, handed, instead_of) if self.rules.replace else []
            self.store.accept(job, course.name, handed, most=self.rules.queue, replaces=gone)
            return self.store.find(job, course.name)

        entry = await run_in_threadpool(keep)
        assert entry is not None
        engine.wake()
        return entry

    def _replaced(self, course: Course, handed: Handed, instead_of: str | None) -> list[str]:
        learner = handed.submission.learner_id
        if instead_of is None and learner is not None:
            return self.store.waiting_of(course.name, learner)
        return [instead_of] if instead_of else []

    async def find(self, course: Course, job: str) -> Entry | None:
        """The job, if it is this course's."""
        return await run_in_threadpool(self.store.find, job, course.name)

    async def place(self, entry: Entry) -> int:
        """How many jobs are before it."""
        courses = self.engines[entry.course].courses
        return await run_in_threadpool(self.store.before, entry.place, courses)

    async def wait(self, entry: Entry, seconds: float) -> Entry:
        """The job as it is when it is done, or when the time is over, or the service ends."""
        event = asyncio.Event()
        self.waiting.setdefault(entry.id, set()).add(event)
        try:
            found = await run_in_threadpool(self.store.find, entry.id, entry.course)
            if found is None or found.state != WAITING:
                return found or entry
            either = [asyncio.ensure_future(one.wait()) for one in (event, self.closing)]
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            for one in either:
                one.cancel()
            found = await run_in_threadpool(self.store.find, entry.id, entry.course)
            return found or entry
        finally:
            self.waiting[entry.id].discard(event)
            if not self.waiting[entry.id]:
                del self.waiting[entry.id]

    def is_long(self, place: int) -> bool:
        """Whether so many jobs before one's own are too many to wait for."""
        return place > LONG * self.rules.jobs

    def retry_after_s(self, course: Course) -> int:
        """In how many seconds a full queue will have room again: a tenth of it is graded then."""
        engine = self.engines[course.name]
        return max(1, min(600, math.ceil(engine.interval_s * self.rules.queue / 10)))

    def troubles(self) -> list[str]:
        """Why not everything can be graded."""
        return sorted({one.trouble for one in self.engines.values() if one.trouble is not None})

    async def forget_old(self) -> None:
        """Deletes old jobs, now and every hour."""
        while True:
            with suppress(Fault):
                await run_in_threadpool(self.store.forget, self.rules.keep_days)
            await asyncio.sleep(FORGET_EVERY_S)

    def _wake(self, job: str) -> None:
        for event in self.waiting.get(job, ()):
            event.set()
