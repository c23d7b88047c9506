"""Runs generated faults against the battery, and judges those that get full marks.

Theory of operation. A fault may loop for ever or eat all memory, so it runs in a box with small
limits, and only until the first check that catches it. What gets full marks is either no fault at
all or a hole in the battery. Programs whose true values the oracle knows decide: every small one,
then random compositions of them; and the battery's own random checks with other seeds. What all of
these agree with is set aside as alike; the rest are survivors, each with the program that tells it
from the reference.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from grader.author.mutate import Mutant, mutants
from grader.author.solutions import sources_at, submission_of
from grader.box import choose
from grader.box.base import Box
from grader.diagnosis.smallest import Candidate, Catalogue, candidate, candidates
from grader.diagnosis.work import Work
from grader.grading.runner import Runner
from grader.grading.state import State
from grader.model.check import Outcome
from grader.model.exercise import Exercise, Limits, Submission
from grader.model.program import Ref, Step
from grader.program.evidence import program_lines
from grader.target.base import LoadFailed
from grader.target.boxed import BoxedTarget
from grader.text.words import said

OTHER_SEEDS = 5
COMPOSED = 400
PIECES = 4
SMALL = Limits(check_cpu_s=0.5, check_wall_s=5.0, import_s=2.0, submission_s=30.0, memory_mb=256)


class Judged(Struct, frozen=True):
    """A fault that got full marks: where, as a diff, and what tells it from the reference."""

    kind: str
    line: int
    diff: str
    shown_by: str = ""
    file: str = ""


class Survey(Struct, frozen=True):
    """What became of the generated faults; `alike` are the ones that nothing tried tells apart."""

    made: int
    caught: int
    survivors: tuple[Judged, ...]
    alike: tuple[Judged, ...]


def _mutants(sources: Mapping[str, bytes], wanted: int, seed: int) -> list[tuple[str, Mutant]]:
    """Faults of all files, by the file's name, in equal shares; the last has what is left."""
    made: list[tuple[str, Mutant]] = []
    for left, (file, source) in zip(range(len(sources), 0, -1), sources.items(), strict=True):
        share = (wanted - len(made)) // left
        made += [(file, mutant) for mutant in mutants(source.decode(), share, seed)]
    return made


class UntilCaught(State):
    """A state that gives up on everything after the first check that is not passed."""

    def exhausted(self, task: str) -> bool:
        """Whether a check has failed already."""
        return any(r.outcome is not Outcome.PASSED for r in self.records.values())


def survey(
    exercise: Exercise,
    runner: Runner,
    oracle: Any,
    wanted: int,
    seed: int,
    tried: Callable[[], None] = lambda: None,
) -> Survey:
    """Generates faults of the reference and judges them; `tried` is called after each."""
    sources = sources_at(exercise, exercise.reference)
    made = _mutants(sources, wanted, seed)
    exercise = replace(exercise, limits=SMALL)
    box = choose("none", exercise)
    try:
        bench = _Bench(exercise, runner, box, oracle, seed)
        for file, mutant in made:
            changed = {file: mutant.source.encode()}
            bench.judge(file, mutant, submission_of(exercise, "mutant.py", sources | changed))
            tried()
    finally:
        box.close()
    return Survey(len(made), bench.caught, tuple(bench.survivors), tuple(bench.alike))


class _Bench:
    """Where faults are tried, one after the other."""

    def __init__(
        self, exercise: Exercise, runner: Runner, box: Box, oracle: Any, seed: int
    ) -> None:
        self.exercise = exercise
        self.runner = runner
        self.box = box
        self.seed = seed
        self.programs = Catalogue(known_programs(exercise, oracle, seed) if oracle else ())
        self.caught = 0
        self.survivors: list[Judged] = []
        self.alike: list[Judged] = []

    def judge(self, file: str, mutant: Mutant, taken: Submission) -> None:
        """Counts the fault as caught, or keeps it with what tells it from the reference."""
        target = BoxedTarget(self.box, taken, self.exercise.contract, self.exercise.limits)
        try:
            if self._caught(target, self.seed):
                self.caught += 1
                return
            words = self._told_apart(target)
        finally:
            target.close()
        kept = self.survivors if words else self.alike
        kept.append(Judged(mutant.kind, mutant.line, mutant.diff, words, file))

    def _told_apart(self, target: BoxedTarget) -> str:
        """The program or the seed that shows a difference from the reference, or nothing."""
        shown = self.programs.find(target, Work(math.inf))
        if shown is not None:
            found = shown.finding
            lines = program_lines(found.steps, found.results, found.comparisons)
            return "; ".join(line.code for line in lines)
        for other in range(self.seed + 1, self.seed + 1 + OTHER_SEEDS):
            if self._caught(target, other):
                return said("the battery's own random checks with seed {other}", other=other)
        return ""

    def _caught(self, target: BoxedTarget, seed: int) -> bool:
        try:
            target.load()
        except LoadFailed:
            return True
        state = UntilCaught(self.exercise, target, seed)
        state.judged = True
        return any(record.outcome is not Outcome.PASSED for record in self.runner.run(state))


# --- programs whose true values are known ----------------------------------------------------


def known_programs(exercise: Exercise, oracle: Any, seed: int) -> Iterator[Candidate]:
    """The oracle's small programs of every task, then random compositions of them."""
    name = exercise.contract.class_name
    small = [found for task in exercise.tasks for found in candidates(oracle, task.id, name)]
    yield from small
    finish = getattr(oracle, "FINISH", None)
    if finish is None or not small:
        return
    rng = random.Random(seed)
    for _ in range(COMPOSED):
        found = candidate(oracle, composed(small, finish, name, rng))
        if found is not None:
            yield found


def composed(
    small: list[Candidate], finish: str, class_name: str, rng: random.Random
) -> tuple[Step, ...]:
    """Several small programs in one: new objects of later ones become results of earlier ones."""
    steps: list[Step] = []
    for _ in range(rng.randint(2, PIECES)):
        piece = rng.choice(small).program.steps
        known = list(range(len(steps)))
        places: dict[int, int] = {}
        for index, step in enumerate(piece):
            if step.action == "read" or step.name == finish:
                continue
            places[index] = len(steps)
            steps.append(_pointed(step, places))
            if known and step.action == "new" and step.name == class_name and rng.random() < 0.6:
                # an operand may point to any earlier step: also to one far from the newest
                places[index] = known[-1] if rng.random() < 0.5 else rng.choice(known)
    steps.append(Step("method", finish, (Ref(len(steps) - 1),)))
    return tuple(steps)


def _pointed(step: Step, places: dict[int, int]) -> Step:
    """The step in a longer program, in which what it refers to has these places."""
    operands = (Ref(places[o.step]) if isinstance(o, Ref) else o for o in step.operands)
    return replace(step, operands=tuple(operands))
