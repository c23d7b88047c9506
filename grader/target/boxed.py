"""The boxed target: steps go to a jailed worker, plain results come back.

Theory of operation. One worker serves a submission until it misbehaves: after a timeout, a
death or a violation it is killed through its pidfd and the next program gets a fresh one, which
loads the submission anew. All waiting is bounded here: per program by CPU and wall, per load by
the import budget, and overall by the submission's total budget.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence

import msgspec

from grader.model.errors import Fault
from grader.model.exercise import Contract, Limits, Submission
from grader.model.import_failure import not_imported
from grader.model.program import Output, Program, Result, Step
from grader.target.base import (
    Budget,
    LoadFailed,
    TargetDied,
    TargetFailure,
    TargetTimeout,
    TargetViolation,
    WorkerProcess,
    WorkerSource,
)
from grader.target.channel import (
    ANSWER,
    HELLO,
    LOADED,
    Channel,
    Deadline,
    Loaded,
    WireStatement,
)
from grader.target.import_notes import notes
from grader.target.loading import Loading
from grader.target.not_loaded import why_not
from grader.target.results import decoded, in_cells, split_results
from grader.target.sentences import death_sentence, timeout_sentence
from grader.text.clean import clean_text
from grader.text.words import said

BOOT_WALL_S = 30.0


class BoxedTarget:
    """`Target` over a worker; see the module's theory of operation."""

    def __init__(
        self, source: WorkerSource, submission: Submission, contract: Contract, limits: Limits
    ) -> None:
        self.source = source
        self.submission = submission
        self.limits = limits
        self.budget = Budget(time.monotonic() + limits.submission_s)
        self._cpu: Callable[[], float | None] = lambda: None
        self.layers: tuple[str, ...] | None = None
        self.missing: dict[str, str] = {}
        self.loading = Loading(submission, contract, limits)
        self._at: WireStatement | None = None
        self._worker: WorkerProcess | None = None
        self._channel: Channel | None = None
        self._loaded = False
        self._requests = 0
        self._deadline: Deadline | None = None
        self._broken: TargetFailure | None = None

    # --- life of a worker ------------------------------------------------------------------

    def start(self) -> None:
        """Asks for a worker and sends it the source, without waiting for the answer."""
        worker = self.source.spawn()
        self._worker = worker
        self._channel = Channel(worker.sock, self.limits.message_kb * 1024)
        self._loaded = False
        self._requests = 0
        self._cpu = worker.cpu_seconds
        # a worker that is gone already is found out when its greeting is awaited
        with contextlib.suppress(TargetFailure):
            self._send(self.loading.request(), Deadline(BOOT_WALL_S, None, self._cpu))

    def load(self) -> None:
        """Waits until the submission is imported. LoadFailed with one clear sentence; Fault."""
        while not self._loaded:
            try:
                self._load_once()
            except Fault:
                self.discard()
                raise
            except TargetFailure as failure:
                reason = self._import_reason(failure)  # only the worker knows how it ended
                self.discard()
                if isinstance(failure, LoadFailed):
                    raise
                if self._left() <= 0 or not self.loading.goes_on_after(failure, self._at, reason):
                    raise LoadFailed(not_imported(self.loading.file, reason)) from None

    def _load_once(self) -> None:
        """One try; should it teach something, there is no worker afterwards."""
        if self._worker is None:
            self.start()
        loaded = self._finish_load()
        if not self.loading.is_settled(loaded):
            self.discard()
        elif self.loading.is_complete:
            self._loaded = True
        else:
            raise LoadFailed(why_not(self.loading))

    def _finish_load(self) -> Loaded:
        try:
            self._greet()
        except Fault:
            # the box may have proved weaker than hoped since: it now gives a worker of another
            # kind, or says what is not to be had
            self.discard()
            self.start()
            self._greet()
        assert self._channel is not None
        deadline = self.loading.deadline(self._left(), self._cpu)
        self._at = None
        while True:
            is_last = not self.loading.is_announced
            loaded = self._channel.receive(LOADED, 1, deadline, last=is_last)
            if loaded.at is None:
                return loaded
            if is_last:
                raise TargetViolation(said("sent a reply to a question that was not asked"))
            self._at = loaded.at

    def _greet(self) -> None:
        """The worker's first frame, sent before any of the learner's code has run: when it does
        not come, that is our fault."""
        assert self._channel is not None
        try:
            deadline = Deadline(BOOT_WALL_S, None, self._cpu)
            hello = self._channel.receive(HELLO, 0, deadline, last=False)
        except TargetFailure as failure:
            assert self._worker is not None
            heard = clean_text(self._worker.read_output(2000).decode("utf-8", "replace"))
            raise Fault(
                said("the box could not be entered: {reason}", reason=heard or failure.message),
                next_move=said("`grader doctor` says what works here."),
            ) from None
        self.layers, self.missing = tuple(hello.layers), dict(hello.missing)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say about an import that came to something."""
        return tuple(notes(self.loading)) if self.loading.is_complete else ()

    def discard(self) -> None:
        """Ends the worker; the next program gets a fresh one."""
        if self._channel is not None:
            self._channel.close()
        if self._worker is not None:
            self._worker.close()
        self._worker = self._channel = None
        self._loaded = False

    close = discard

    def start_over(self) -> None:
        """As if nothing had been asked yet: a fresh worker, and the whole of the time."""
        self.discard()
        self._broken = None
        self.budget.ends = time.monotonic() + self.limits.submission_s

    def another(self) -> BoxedTarget:
        """A target for the same submission, with a worker of its own, with what is left of the
        same time and what is known of the import."""
        made = BoxedTarget(self.source, self.submission, self.loading.contract, self.limits)
        made.budget = self.budget
        made.loading = self.loading
        return made

    # --- programs --------------------------------------------------------------------------

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """See `Target.run`. Raises TargetTimeout, TargetDied, TargetViolation or LoadFailed."""
        if first == 0:
            self._begin()
        if self._broken is not None:
            raise self._broken
        program = Program.of(steps)
        with self._ending_the_worker():
            told = b'"run","first":%d,"salt":%d,"steps":%b'
            salt = program.salt() if salt is None else salt
            answer = self._ask(told % (first, salt, program.encoded))
        return self.read(answer, steps, first)

    def ask_all(
        self, programs: Sequence[Program], variant: int = 0, *, traced: bool = False
    ) -> list[bytes]:
        """The answers to whole programs, each of which begins anew, its sets in the order of the
        `variant`; all within one check's time, and as they came: nothing has been believed yet.

        Raises as `run` does; the worker must then be discarded, and where it `traced` them too,
        for `decode_traced`: the graded class is changed there."""
        self._begin()
        with self._ending_the_worker():
            salts = b",".join(b"%d" % one.salt(variant) for one in programs)
            encoded = b",".join(one.encoded for one in programs)
            told = b'"%b","first":0,"salts":[%b],"programs":[%b]'
            kind = b"trace" if traced else b"run all"
            return split_results(self._ask(told % (kind, salts, encoded)), len(programs))

    def read(self, answer: bytes, steps: Sequence[Step], first: int = 0) -> list[Result]:
        """The results in an answer to these steps; raises as `run` does."""
        with self._ending_the_worker():
            return in_cells(decoded(answer, steps, first), self.submission)

    @contextlib.contextmanager
    def _ending_the_worker(self) -> Iterator[None]:
        """Words a failure for the learner; the worker is not asked again."""
        try:
            yield
        except TargetFailure as failure:
            self._broken = self._worded(failure)
            self._kill()
            raise self._broken from None

    def _begin(self) -> None:
        if self._broken is not None:
            self.discard()
        self._broken = self._deadline = None
        if self._left() <= 0:
            raise TargetTimeout(timeout_sentence("total", self.limits), "total")
        self.load()
        assert self._worker is not None
        self._worker.clear_output()
        wall = min(self.limits.check_wall_s, self._left())
        self._deadline = Deadline(wall, self.limits.check_cpu_s, self._worker.cpu_seconds)

    def _ask(self, told: bytes) -> bytes:
        """The raw results of a request: an operation's name as JSON, and what belongs to it."""
        assert self._channel is not None
        assert self._deadline is not None
        self._channel.refuse_surplus()
        self._requests += 1
        self._channel.send(b'{"id":%d,"op":%b}' % (self._requests, told), self._deadline)
        reply = self._channel.receive(ANSWER, self._requests, self._deadline, last=True)
        return bytes(reply.raw_results)

    def _send(self, message: dict[str, object], deadline: Deadline) -> None:
        assert self._channel is not None
        self._requests += 1
        self._channel.send(msgspec.json.encode({"id": self._requests, **message}), deadline)

    def output(self) -> Output | None:
        """What was printed since the program began, safe to show; None when nothing was."""
        if self._worker is None:
            return None
        limit = self.limits.output_kb * 1024
        data = self._worker.read_output(limit)
        if not data:
            return None
        text = clean_text(data.decode("utf-8", "replace"), limit=limit, lines=True)
        return Output(text, truncated=len(data) >= limit)

    # --- what went wrong, in words -----------------------------------------------------------

    def _left(self) -> float:
        return self.budget.ends - time.monotonic()

    def _kill(self) -> None:
        if self._worker is not None:
            self._worker.kill()

    def _worded(self, failure: TargetFailure) -> TargetFailure:
        if isinstance(failure, LoadFailed):
            return failure
        reason = self._reason(failure)
        if isinstance(failure, TargetTimeout):
            return TargetTimeout(reason, failure.kind)
        return type(failure)(reason)

    def _import_reason(self, failure: TargetFailure) -> str:
        if isinstance(failure, TargetTimeout) and failure.kind == "wall" and self._left() > 0:
            seconds = 2 * self.limits.import_s
            return said("your code was stopped after {seconds:g} s", seconds=seconds)
        return self._reason(failure)

    def _reason(self, failure: TargetFailure) -> str:
        if isinstance(failure, TargetTimeout):
            kind = failure.kind if self._left() > 0 else "total"
            return timeout_sentence(kind, self.limits)
        if isinstance(failure, TargetDied) and self._worker is not None:
            return death_sentence(self._worker.exit_status())
        if isinstance(failure, TargetViolation):
            return said(
                "your code interfered with the channel to the grader: it {reason}",
                reason=failure.message,
            )
        return failure.message
