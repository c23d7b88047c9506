"""What the class page shows, as records: `class.json` is these, `class.html` draws them.

Version 1. Consumers ignore keys they do not know; minors only add. Learners appear as the batch
names them: under pseudonyms after `--anonymous`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from grader.model.report import SAME

CLASS_VERSION = "1.2"


class Person(Struct, frozen=True, omit_defaults=True):
    """A learner to point at, with what lies beside the class page: the path of the report, and of
    the learner's feedback page where one was made."""

    id: str
    name: str | None = None
    report: str = ""
    page: str = ""


class Bin(Struct, frozen=True):
    """A bar of the distribution: scores from `lower`, up to but not including `upper`."""

    lower: float
    upper: float
    learners: int


class Counts(Struct, frozen=True):
    """How many learners; `stale` were graded under earlier conditions and count nowhere else."""

    learners: int
    graded: int
    full: int
    partial: int
    zero: int
    refused: int
    absent: int
    fault: int
    late: int
    overridden: int
    stale: int


class Scores(Struct, frozen=True):
    """The distribution of the scores as graded, before overrides."""

    max_score: float
    mean: float | None
    median: float | None
    deviation: float | None
    bins: tuple[Bin, ...]


class Item(Struct, frozen=True):
    """How a task or a check did.

    `ease` is the mean share of its points; `discrimination` is the correlation of its score with
    the rest of the total, None where one of them is the same for everybody.
    """

    id: str
    title: str
    max_score: float
    ease: float
    full: int
    discrimination: float | None
    task: str = ""
    visibility: str = ""
    outcomes: dict[str, int] = {}


class Mistake(Struct, frozen=True):
    """A mistake that was recognised, and who makes it.

    `task` is the first one in which it shows, `also` are those in which it is the same mistake
    again. Where it was inferred, `rule` is the wrong rule: of one id there may be several.
    """

    id: str
    title: str
    task: str
    learners: int
    examples: tuple[Person, ...]
    rule: str = ""
    also: tuple[str, ...] = ()


class Unexplained(Struct, frozen=True):
    """Learners with a failure in a task that nothing recognised explains, in no task."""

    task: str
    learners: int
    examples: tuple[Person, ...]


class FailureGroup(Struct, frozen=True):
    """Learners who fail the same checks in the same way; `outcomes` are those of the checks, the
    commonest first."""

    learners: int
    checks: tuple[str, ...]
    mistakes: tuple[str, ...]
    message: str
    score: float
    examples: tuple[Person, ...]
    outcomes: tuple[str, ...] = ()


class Problem(Struct, frozen=True):
    """Somebody without a mark, and why."""

    person: Person
    state: str
    message: str


class Change(Struct, frozen=True):
    """A mark that is not what it was after the last finished run."""

    person: Person
    before: float
    after: float
    reason: str


class Override(Struct, frozen=True):
    """A mark that a grader set; `graded` is what the battery gave."""

    person: Person
    score: float
    graded: float | None
    reason: str

    @property
    def lowers(self) -> bool:
        """Whether the battery gave more."""
        return _is_below(self.score, self.graded)


class Line(Struct, frozen=True, omit_defaults=True):
    """One learner's row.

    `mistakes` are ids, `titles` what they are called. `message` says why there is no mark, or why
    the battery gave no points. `rule` and `final_score` are there where a policy was given: what it
    says, and the mark after it; `score` is the one before.
    """

    person: Person
    state: str
    score: float | None = None
    max_score: float | None = None
    graded_score: float | None = None
    best_score: float | None = None
    attempts: int = 0
    late: bool = False
    mistakes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    message: str = ""
    rule: str | None = None
    final_score: float | None = None

    @property
    def score_after_rule(self) -> float | None:
        """The mark after the policy, where there is one, else the mark."""
        return self.score if self.final_score is None else self.final_score

    @property
    def is_ruled(self) -> bool:
        """Whether the policy made another mark of it."""
        if self.score is None or self.final_score is None:
            return False
        return abs(self.final_score - self.score) >= SAME

    @property
    def lowered(self) -> bool:
        """Whether a grader set less than the battery gave."""
        return _is_below(self.score, self.graded_score)


def _is_below(score: float | None, graded: float | None) -> bool:
    return score is not None and graded is not None and score < graded - SAME


class RemarkKind(StrEnum):
    """Why somebody has to look at a class, though it was graded."""

    NOT_IN_ROSTER = "not_in_roster"
    MOSTLY_REFUSED = "mostly_refused"
    SEVERAL_NAMES = "several_names"
    TIED = "tied"


class Remark(Struct, frozen=True):
    """What is doubtful about the class as a whole, in a sentence."""

    kind: RemarkKind
    message: str


class ClassView(Struct, frozen=True):
    """The whole class at a glance."""

    class_version: str
    exercise: str
    title: str
    exercise_digest: str
    grader: str
    isolation: str
    started_at: str
    counts: Counts
    scores: Scores
    tasks: tuple[Item, ...]
    checks: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    unexplained: tuple[Unexplained, ...]
    failures: tuple[FailureGroup, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    overrides: tuple[Override, ...]
    learners: tuple[Line, ...]
    left_out: dict[str, int] = {}
    remarks: tuple[Remark, ...] = ()
