"""What a fixed check comes to, remembered by the bytes that the submission answered.

Theory of operation. A check that draws no random number is a function of what the submission
answers: it asks the same first program of everyone, and from equal answers it makes equal
records. A session grades a whole class, so the first submission that gives an answer is judged by
the battery under pytest, and the next one that gives the very same bytes gets the same record.
Every submission is asked in its own worker all the same; only the judging of equal answers is
done once. An answer that differs in one byte is judged by the battery itself.

Programs of neighbouring checks that are known to ask one thing only are put in one message. That
must never show in a verdict: when something else than answers comes of it (a timeout, a death,
a line printed, a second question), the submission starts over in a fresh worker and every check
asks for itself.

A check's programs are believed to be fixed once two runs have asked the same first program. Should
one ask something else later, nothing of it is remembered any more and it runs again, unaided. What
is remembered is bounded by the bytes of the answers: the least recently used goes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from grader.model import CheckRecord, Output, Result, Step
from grader.remote.boxed import encoded
from grader.target import TargetFailure

HELD_BYTES = 4 << 20
"""Bytes of answers that a session remembers: a class of right and known wrong ones fits in."""

Answers = tuple[bytes, ...]


class AskableTarget(Protocol):
    """A target whose answer can be had before it is read: the boxed one."""

    def ask_all(self, programs: Sequence[bytes]) -> list[bytes]:
        """The answers to whole encoded programs; TargetFailure."""
        ...

    def start_over(self) -> None:
        """Forgets the worker and the time it took."""
        ...

    def ask(self, steps: Sequence[Step], first: int = 0, stop: bool = True) -> bytes:
        """The answer as bytes; TargetFailure."""
        ...

    def read(
        self, answer: bytes, steps: Sequence[Step], first: int = 0, stop: bool = True
    ) -> list[Result]:
        """The results in an answer; TargetFailure."""
        ...

    def output(self) -> Output | None:
        """What was printed since the program began."""
        ...


class Question(NamedTuple):
    """What a check asks next."""

    first: int
    steps: tuple[Step, ...]


class Known(NamedTuple):
    """A check's record, without output, and pytest-json-report's account of the run it is from."""

    record: CheckRecord
    account: Mapping[str, Any]


class Diverged(TargetFailure):
    """The check asked something else than it did of others: it is not fixed."""


class StartOver(Exception):
    """Asking several checks at once brought something else than answers."""


class Dialogue:
    """One check's questions and answers. A `Target`: what was asked ahead is not asked again."""

    def __init__(self, target: AskableTarget) -> None:
        self.target = target
        self.questions: list[Question] = []
        self.answers: Answers = ()
        self.failure: TargetFailure | None = None
        self.diverged = False
        self._place = 0
        self._is_over = False
        self.must_start_over = False

    @property
    def is_lost(self) -> bool:
        """Whether the run that was heard is to be left: it does not count."""
        return self.diverged or self.must_start_over

    def heard(self, question: Question, answer: bytes) -> None:
        """What the check asks and what came of it, asked together with other checks' programs:
        nothing more can be asked of that program."""
        self.questions, self.answers, self._is_over = [question], (answer,), True

    def ask(self, question: Question) -> None:
        """Puts a question; a failure is kept for the check that meets it."""
        if self._is_over:
            self.must_start_over = True
            raise StartOver
        self.questions.append(question)
        try:
            answer = self.target.ask(question.steps, question.first)
        except TargetFailure as failure:
            self.failure = failure
        else:
            self.answers += (answer,)

    def run(self, steps: Sequence[Step], first: int = 0, stop: bool = True) -> list[Result]:
        """See `Target.run`; Diverged when another question was asked ahead."""
        assert stop, "a check's program ends at its first exception"
        question, place = Question(first, tuple(steps)), self._place
        if place == len(self.questions):
            if self.failure is not None:
                raise self.failure
            self.ask(question)
        elif self.questions[place] != question:
            self.diverged = True
            self.must_start_over = self._is_over
            raise Diverged("was asked another program than before")
        self._place += 1
        if place == len(self.answers):
            assert self.failure is not None
            raise self.failure
        try:
            return self.target.read(self.answers[place], steps, first)
        except TargetFailure as failure:
            self.failure = failure
            self.must_start_over = self._is_over
            raise

    def output(self) -> Output | None:
        """See `Target.output`."""
        return self.target.output()


class Memory:
    """What every fixed check of a session asks and comes to; see the theory of operation."""

    def __init__(self, held_bytes: int = HELD_BYTES) -> None:
        self.left = held_bytes
        self._first: dict[str, tuple[Question, bool]] = {}
        self._unfixed: set[str] = set()
        self._several: set[str] = set()
        self._encoded: dict[str, bytes] = {}
        self._entries: dict[tuple[str, Answers], Question | Known] = {}

    def ask_ahead(self, check: str, dialogue: Dialogue) -> Known | None:
        """Asks the target all that the check is known to ask; the record where that is known."""
        first, is_fixed = self._first.get(check, (None, False))
        if first is None or not is_fixed:
            return None
        entry: Question | Known | None = first
        if dialogue.answers:
            entry = self._entries.get((check, dialogue.answers))
        while isinstance(entry, Question):
            dialogue.ask(entry)
            if dialogue.failure is not None:
                return None
            key = check, dialogue.answers
            entry = self._entries.pop(key, None)
            if entry is not None:
                self._entries[key] = entry
        return entry

    def learn(self, check: str, dialogue: Dialogue, known: Known) -> None:
        """Remembers a run that the accounts of both agree on."""
        if dialogue.diverged:
            self.forget(check)
        if check in self._unfixed or dialogue.failure is not None or not dialogue.answers:
            return
        if len(dialogue.questions) != len(dialogue.answers):
            return
        first, _ = self._first.get(check, (None, False))
        if first is not None and first != dialogue.questions[0]:
            self.forget(check)
            return
        self._first[check] = dialogue.questions[0], first is not None
        if len(dialogue.questions) > 1:
            self._several.add(check)
        for place, question in enumerate(dialogue.questions[1:], 1):
            self._hold((check, dialogue.answers[:place]), question)
        self._hold((check, dialogue.answers), known)

    def only_question(self, check: str) -> Question | None:
        """What the check asks, where it is known to ask that and nothing more."""
        first, is_fixed = self._first.get(check, (None, False))
        return first if is_fixed and check not in self._several else None

    def encoded(self, check: str, question: Question) -> bytes:
        """The check's only question as it crosses."""
        if check not in self._encoded:
            self._encoded[check] = encoded(question.steps)
        return self._encoded[check]

    def forget(self, check: str) -> None:
        """Forgets a check that is not fixed, for good."""
        self._unfixed.add(check)
        self._first.pop(check, None)
        self._encoded.pop(check, None)

    def _hold(self, key: tuple[str, Answers], entry: Question | Known) -> None:
        if key in self._entries:
            return
        self._entries[key] = entry
        self.left -= _size(key)
        while self.left < 0:
            oldest = next(iter(self._entries))
            del self._entries[oldest]
            self.left += _size(oldest)


def _size(key: tuple[str, Answers]) -> int:
    """Bytes of the answers, and something for the rest."""
    return 500 + sum(map(len, key[1]))
