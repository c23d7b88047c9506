"""The records of a verification: what was to be shown, and what has to be mended."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from grader.author.survivors import Survey
from grader.model.report import ExerciseInfo
from grader.text.words import said

SCHEMA_VERSION = "1.1"

PROOFS = {
    "starter": said("the starter fails every check"),
    "holes": said("every task's hole is in the starter and in the reference"),
    "reference": said("the reference gets full marks"),
    "box": said("the reference gets full marks in the box, with its packages"),
    "styles": said("every right style gets full marks"),
    "mistakes": said("every known mistake loses points"),
    "orders": said("no known mistake passes by luck, whatever the order of sets"),
    "naming": said("every known mistake is named"),
    "unknown": said("no near miss is named wrongly"),
    "checks": said("every check is failed by a known mistake"),
    "examples": said("the worked examples are true"),
    "visible": said("the visible examples pass beside the reference and fail beside the starter"),
    "hints": said("every task has hints"),
    "handout": said("the handout holds nothing hidden"),
    "mutants": said("no generated fault gets full marks"),
    "repeat": said("every file has the same report each time"),
}
"""What can be shown of an exercise, in the order in which it is told."""


class Defect(Struct, frozen=True):
    """Something an author has to mend: what, where it is, and what to do next."""

    proof: str
    where: str
    what: str
    next_move: str


class Proof(Struct, frozen=True):
    """One thing that was to be shown; it is shown when `defects` is 0."""

    id: str
    title: str
    detail: str
    defects: int


class CheckUse(Struct, frozen=True):
    """What a check is good for: how many known mistakes fail it, and which fail nothing else."""

    id: str
    task: str
    title: str
    failed_by: int
    only_by: tuple[str, ...]


class MistakeUse(Struct, frozen=True):
    """A known mistake: the checks it fails, and how it is named.

    `named` is `first`, `group` (one of several that nothing observed can tell apart, all in
    `group`) or `no`, and then `group` is what was named instead.
    """

    id: str
    title: str
    failed: tuple[str, ...]
    named: str
    group: tuple[str, ...]


class NearMissUse(Struct, frozen=True):
    """A near miss: what is wrong with it, the known mistakes it was told, and its mark."""

    file: str
    wrong: str
    named: tuple[str, ...]
    score: float | None
    max_score: float | None


class Verification(Struct, frozen=True):
    """All that was proved of an exercise, and all that has to be mended."""

    schema_version: str
    exercise: ExerciseInfo
    seed: int
    proofs: tuple[Proof, ...]
    defects: tuple[Defect, ...]
    checks: tuple[CheckUse, ...]
    mistakes: tuple[MistakeUse, ...]
    mutants: Survey | None = None
    near_misses: tuple[NearMissUse, ...] = ()


class Ledger:
    """Gathers what was tried and what was found, proof by proof."""

    def __init__(self) -> None:
        self._defects: dict[str, list[Defect]] = {}
        self._details: dict[str, str] = {}

    def enter(self, proof: str, detail: str, defects: Iterable[Defect] = ()) -> None:
        """Notes that a proof was tried, with what, and what has to be mended."""
        self._details[proof] = detail
        self._defects.setdefault(proof, []).extend(defects)

    def clean(self, proof: str) -> bool:
        """Whether nothing has to be mended there so far."""
        return not self._defects.get(proof)

    def proofs(self) -> tuple[Proof, ...]:
        """Every proof that was tried."""
        return tuple(
            Proof(proof, title, self._details[proof], len(self._defects[proof]))
            for proof, title in PROOFS.items()
            if proof in self._details
        )

    def defects(self) -> tuple[Defect, ...]:
        """Everything that has to be mended, in the order of the proofs."""
        return tuple(defect for proof in PROOFS for defect in self._defects.get(proof, ()))
