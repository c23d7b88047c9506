"""What a check comes to, remembered by what it drew and by the bytes that the submission answered.

Theory of operation. A check that draws on nothing but its `rng` asks the same first program of
everyone who has the same seed, and from equal answers it makes equal records; a check without an
`rng` asks the same of all. A session grades a whole class, so the first submission that gives an
answer is judged by the battery under pytest, and the next one that gives the very same bytes gets
the same record. Every submission is asked in its own worker all the same; only the judging of
equal answers is done once. An answer that differs in one byte is judged by the battery itself.

Programs of neighbouring checks that are known to ask one thing only are put in one message. That
must never show in a verdict: when something else than answers comes of it (a timeout, a death,
a line printed, a second question), the submission starts over in a fresh worker and every check
asks for itself.

A check's programs are believed to be fixed once two runs with one seed have asked the same first
program. Should one ask something else later, nothing of it is remembered any more and it runs
again, unaided. What is remembered is bounded by the bytes of programs and answers: the least
recently used goes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from msgspec.structs import replace

from grader.model import CheckRecord, Output, Result, Step
from grader.remote.boxed import encoded
from grader.target import TargetFailure
from grader.words import said

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


class Heard(NamedTuple):
    """A check's only program as it crosses, and the answer as it came."""

    program: bytes
    answer: bytes


class First(NamedTuple):
    """What a check asks first, and its program as it crosses."""

    question: Question
    encoded: bytes


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
            raise Diverged(said("was asked another program than before"))
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


class Drawn(NamedTuple):
    """A check and the seed it draws from: None for one that draws nothing."""

    check: str
    seed: int | None = None


Entry = First | Question | Known
Key = tuple[Drawn, Answers]


class Memory:
    """What every check of a session asks and comes to; see the theory of operation."""

    def __init__(self, held_bytes: int = HELD_BYTES) -> None:
        self.left = held_bytes
        self._fixed: set[str] = set()
        self._unfixed: set[str] = set()
        self._several: set[str] = set()
        self._entries: dict[Key, Entry] = {}

    def ask_ahead(self, drawn: Drawn, dialogue: Dialogue) -> Known | None:
        """Asks the target all that the check is known to ask; the record where that is known."""
        entry: Entry | None = self._first(drawn)
        if entry is None or drawn.check not in self._fixed:
            return None
        if dialogue.answers:
            entry = self._used((drawn, dialogue.answers))
        while isinstance(entry, First | Question):
            question = entry.question if isinstance(entry, First) else entry
            dialogue.ask(question)
            if dialogue.failure is not None:
                return None
            entry = self._used((drawn, dialogue.answers))
        return entry

    def learn(self, drawn: Drawn, dialogue: Dialogue, known: Known) -> None:
        """Remembers a run that the accounts of both agree on."""
        if dialogue.diverged:
            self.forget(drawn.check)
        if drawn.check in self._unfixed or dialogue.failure is not None or not dialogue.answers:
            return
        if len(dialogue.questions) != len(dialogue.answers):
            return
        asked, first = dialogue.questions[0], self._first(drawn)
        if first is None:
            first = First(asked, encoded(asked.steps))
            self._hold((drawn, ()), first)
        elif first.question == asked:
            self._fixed.add(drawn.check)
        else:
            self.forget(drawn.check)
            return
        if len(dialogue.questions) > 1:
            self._several.add(drawn.check)
        for place, question in enumerate(dialogue.questions[1:], 1):
            self._hold((drawn, dialogue.answers[:place]), question)
        known = known._replace(record=self.shared(drawn, known.record))
        self._hold((drawn, dialogue.answers), known)

    def shared(self, drawn: Drawn, record: CheckRecord) -> CheckRecord:
        """The record, its program the very one that all records of it hold."""
        first = self._first(drawn)
        if first is None or record.steps != first.question.steps:
            return record
        return replace(record, steps=first.question.steps)

    def only_question(self, drawn: Drawn) -> First | None:
        """What the check asks, where it is known to ask that and nothing more."""
        if drawn.check not in self._fixed or drawn.check in self._several:
            return None
        return self._first(drawn)

    def only_answer(self, drawn: Drawn, dialogue: Dialogue) -> Heard | None:
        """What was heard of a check, where that is one question and its answer."""
        if dialogue.failure is not None or dialogue.diverged or len(dialogue.questions) != 1:
            return None
        first, (asked,) = self._first(drawn), dialogue.questions
        is_known = first is not None and first.question == asked
        program = first.encoded if first is not None and is_known else encoded(asked.steps)
        return Heard(program, dialogue.answers[0])

    def forget(self, check: str) -> None:
        """Forgets a check that is not fixed, for good."""
        self._unfixed.add(check)
        self._fixed.discard(check)

    def _first(self, drawn: Drawn) -> First | None:
        entry = self._used((drawn, ()))
        assert entry is None or isinstance(entry, First)
        return entry

    def _used(self, key: Key) -> Entry | None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._entries[key] = entry
        return entry

    def _hold(self, key: Key, entry: Entry) -> None:
        if key in self._entries:
            return
        self._entries[key] = entry
        self.left -= _size(key, entry)
        while self.left < 0:
            oldest = next(iter(self._entries))
            self.left += _size(oldest, self._entries.pop(oldest))


def _size(key: Key, entry: Entry) -> int:
    """Bytes of the answers and the program, and something for the rest."""
    program = len(entry.encoded) if isinstance(entry, First) else 0
    return 500 + program + sum(map(len, key[1]))
