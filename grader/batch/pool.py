"""A pool of resident helpers on this machine: jobs go in, answers come out, in any order.

Theory of operation. One thread, one selector: pipes never block, so a helper that stops reading
or writing stops nobody else. A helper holds at most DEPTH jobs, the one it grades and the next.
When a helper dies, the job it was grading is tried once more, alone and in a fresh helper; if
that one dies too, the job ends as a fault. The jobs that merely waited in it go to another helper.
A helper is replaced after RECYCLE jobs, or once it holds much more memory than after SETTLED of
them: what different submissions leave between what is kept cannot be given back. One that takes
longer for a job than any submission can take is killed.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from collections import deque

import msgspec
from msgspec.structs import replace

from grader.batch.helper_process import HelperProcess, Launch, launch
from grader.batch.messages import Done, Fatal, Job, Ready, Setup, line, read_answer
from grader.model.errors import Fault
from grader.model.exercise import Submission
from grader.text.words import joined, said

DEPTH = 2
RECYCLE = 2000
LARGEST_ANSWER = 64 * 1024 * 1024
FALSE_STARTS = 3
GRACE_S = 3.0
UNTOLD = "untold"
"""The job by which a helper gets ready."""


class Pool:
    """Helpers on this machine. `send` while there is `room`, then `wait` for answers."""

    def __init__(self, setup: Setup, jobs: int, start: Launch = launch) -> None:
        self.setup = line(replace(setup, parent_pid=os.getpid()))
        self.budget_s = 2 * setup.limits.submission_s + 60
        self.most = max(1, jobs)
        self.start = start
        self.selector = selectors.DefaultSelector()
        self.helpers: list[HelperProcess] = []
        self.waiting: deque[Job] = deque()
        self.suspects: deque[Job] = deque()
        self.reasons: dict[str, str] = {}
        self.false_starts = 0

    # --- the caller's side -----------------------------------------------------------------

    @property
    def load(self) -> int:
        """How many jobs are inside, in whatever state."""
        held = sum(len(helper.jobs) for helper in self.helpers)
        return held + len(self.waiting) + len(self.suspects)

    @property
    def room(self) -> bool:
        """Whether another job can be taken without piling up."""
        return self.load < self.most * DEPTH

    def warm(self, count: int, first: Submission | None = None) -> None:
        """Starts helpers before there is work for them; each grades `first`, and nobody is told."""
        while len(self.helpers) < min(self.most, count):
            helper = self._helper()
            if first is not None:
                self._give(helper, Job(UNTOLD, first))

    def send(self, job: Job) -> None:
        """Takes a job; its answer comes from a later `wait`."""
        self.waiting.append(job)
        self._deal()

    def wait(self, timeout_s: float = 1.0) -> list[Done]:
        """Answers, as soon as there are any. Raises what a helper calls fatal."""
        done: list[Done] = []
        self._deal()
        for key, mask in self.selector.select(timeout_s):
            helper: HelperProcess = key.data
            if helper not in self.helpers:
                continue
            if mask & selectors.EVENT_WRITE:
                self._write(helper)
            if mask & selectors.EVENT_READ:
                self._read(helper, done)
        now = time.monotonic()
        for helper in [h for h in self.helpers if h.overdue(now)]:
            helper.why = said("it took longer than any submission can take")
            self._lost(helper, done)
        self._deal()
        return [one for one in done if one.digest != UNTOLD]

    def close(self) -> None:
        """Ends every helper: idle ones by the end of their input, busy ones at once."""
        for helper in self.helpers:
            if not helper.jobs and helper.ready and helper.process.stdin is not None:
                helper.process.stdin.close()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    helper.process.wait(GRACE_S)
            helper.free()
        self.helpers.clear()
        self.selector.close()

    # --- helpers ---------------------------------------------------------------------------

    def _helper(self) -> HelperProcess:
        helper = HelperProcess(self.start, self.setup)
        self.helpers.append(helper)
        self.selector.register(helper.stdout, selectors.EVENT_READ, helper)
        self._write(helper)
        return helper

    def _deal(self) -> None:
        """Gives waiting jobs to helpers that have room; starts helpers while there may be more."""
        while self.suspects and (helper := self._for_suspect()):
            helper.alone = True
            self._give(helper, self.suspects.popleft())
        while self.waiting and (helper := self._with_room()):
            self._give(helper, self.waiting.popleft())

    def _for_suspect(self) -> HelperProcess | None:
        # one at a time, beside the others: a suspect neither waits for them nor holds them up
        return None if any(helper.alone for helper in self.helpers) else self._helper()

    def _with_room(self) -> HelperProcess | None:
        active = [h for h in self.helpers if not h.retiring and not h.alone]
        idle = min(active, key=lambda h: len(h.jobs), default=None)
        if idle is not None and not idle.jobs:
            return idle
        if self._active() < self.most:
            return self._helper()
        return idle if idle is not None and len(idle.jobs) < DEPTH else None

    def _active(self) -> int:
        return sum(not helper.retiring for helper in self.helpers)

    def _give(self, helper: HelperProcess, job: Job) -> None:
        if not helper.jobs and helper.ready:
            helper.deadline = time.monotonic() + self.budget_s
        helper.jobs.append(job)
        helper.sent += 1
        helper.unsent += line(job)
        if helper.alone or helper.sent >= RECYCLE:
            helper.retiring = True
        self._write(helper)

    def _write(self, helper: HelperProcess) -> None:
        try:
            while helper.unsent:
                del helper.unsent[: os.write(helper.stdin, helper.unsent[:65536])]
        except BlockingIOError:
            pass
        except OSError:
            helper.unsent.clear()  # it has died; its standard output will say so
        self._watch_input(helper)

    def _watch_input(self, helper: HelperProcess) -> None:
        if helper.stdin < 0:
            return
        watched = helper.stdin in self.selector.get_map()
        if helper.unsent and not watched:
            self.selector.register(helper.stdin, selectors.EVENT_WRITE, helper)
        elif not helper.unsent and watched:
            self.selector.unregister(helper.stdin)
        if helper.retiring and not helper.unsent and helper.process.stdin is not None:
            helper.process.stdin.close()
            helper.stdin = -1

    # --- answers ---------------------------------------------------------------------------

    def _read(self, helper: HelperProcess, done: list[Done]) -> None:
        try:
            data = os.read(helper.stdout, 1 << 20)
        except BlockingIOError:
            return
        if not data:
            self._lost(helper, done)
            return
        start = len(helper.unread)
        helper.unread += data
        if helper.unread.find(b"\n", start) < 0 and len(helper.unread) <= LARGEST_ANSWER:
            return
        *lines, rest = helper.unread.split(b"\n")
        helper.unread = rest
        try:
            for text in lines:
                if helper in self.helpers:
                    self._answer(helper, bytes(text), done)
        except (msgspec.DecodeError, IndexError):
            helper.why = said("it broke the protocol")
            self._lost(helper, done)

    def _answer(self, helper: HelperProcess, data: bytes, done: list[Done]) -> None:
        answer = read_answer(data)
        helper.deadline = time.monotonic() + self.budget_s
        if isinstance(answer, Fatal):
            raise answer.error()
        if isinstance(answer, Ready):
            helper.ready, self.false_starts = True, 0
            return
        job = helper.jobs.popleft()
        if job.digest != answer.digest:
            raise IndexError(job.digest)
        if answer.fault:
            self._suspect(job, answer.fault, done)
            # the box behind it may be what failed: nobody else is to meet the same
            self._retire(helper)
            return
        self.reasons.pop(job.digest, None)
        done.append(answer)
        if helper.has_grown():
            helper.retiring = True
            self._write(helper)

    def _retire(self, helper: HelperProcess) -> None:
        """Takes back what only waits in it, and lets it go."""
        self.waiting.extendleft(reversed(helper.jobs))
        helper.jobs.clear()
        self._drop(helper)

    def _lost(self, helper: HelperProcess, done: list[Done]) -> None:
        """A helper has ended, or is ended here."""
        finished = helper.retiring and not helper.jobs and not helper.why
        if not finished:
            helper.process.kill()
            helper.process.wait()
            why = helper.why or self._death(helper)
            if not helper.ready:
                self._false_start(why)
            elif helper.jobs:
                self._suspect(
                    helper.jobs.popleft(), said("the grading process ended: {why}", why=why), done
                )
        self._retire(helper)

    def _death(self, helper: HelperProcess) -> str:
        code = helper.process.returncode
        how = said("signal {code}", code=-code) if code < 0 else said("exit code {code}", code=code)
        words = helper.last_words()
        return joined(", ", (how, words)) if words else how

    def _false_start(self, why: str) -> None:
        self.false_starts += 1
        if self.false_starts >= FALSE_STARTS:
            raise Fault(
                said("the grading processes do not start: {why}", why=why),
                next_move=said("`grader doctor` says what works here."),
            )

    def _suspect(self, job: Job, why: str, done: list[Done]) -> None:
        if job.digest in self.reasons:
            del self.reasons[job.digest]
            done.append(Done(job.digest, fault=why))
            return
        self.reasons[job.digest] = why
        self.suspects.append(job)

    def _drop(self, helper: HelperProcess) -> None:
        for descriptor in (helper.stdout, helper.stdin):
            if descriptor >= 0 and descriptor in self.selector.get_map():
                self.selector.unregister(descriptor)
        self.helpers.remove(helper)
        helper.free()
