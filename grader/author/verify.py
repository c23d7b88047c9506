"""Proves an exercise: that it asks for work, accepts what is right, and names what is wrong.

Theory of operation. Everything is shown by running it. In one pytest session the starter, the
reference, every right style and every known mistake are graded with the same random checks (see
`grader.author.trials`), the mistakes are diagnosed as a submission of a learner's would be, and
what learners are shown is tried out beside reference and starter. A defect never ends the proof:
an author wants all of them at once, each with its place and the next move.
"""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Callable, Iterator

from grader.author import examples
from grader.author.mistakes import prove_mistakes
from grader.author.proof import (
    SCHEMA_VERSION,
    CheckUse,
    Defect,
    Ledger,
    MistakeUse,
    Verification,
)
from grader.author.survivors import Survey, survey
from grader.author.trials import Trial, Trials, trusted_module
from grader.errors import ExerciseProblem
from grader.exercise import right_styles
from grader.grading import exercise_info, load_oracle
from grader.model import CheckSpec, Exercise, Outcome
from grader.render.text import count
from grader.replay import Replayer
from grader.runner import Runner
from grader.session import run_session
from grader.target import LoadFailed
from grader.verdict import message_of

REFERENCE_SEEDS = 3
"""The reference is graded with so many seeds: a random check must not depend on luck."""

Listen = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


def verify(
    exercise: Exercise,
    *,
    seed: int = 0,
    mutants: int = 0,
    listen: Listen = lambda what, done, of: None,
) -> Verification:
    """Proves the exercise. ExerciseProblem where it is too broken to be run at all."""
    run = _Run(exercise, seed, mutants, listen)
    run.what_learners_see()
    run_session(exercise, run.turn)
    return Verification(
        SCHEMA_VERSION,
        exercise_info(exercise),
        seed,
        run.ledger.proofs(),
        run.ledger.defects(),
        run.checks,
        run.mistakes,
        run.survey,
    )


class _Run:
    """One verification under way."""

    def __init__(self, exercise: Exercise, seed: int, mutants: int, listen: Listen) -> None:
        self.exercise = exercise
        self.seed = seed
        self.wanted = mutants
        self.module = _reference(exercise)
        self.oracle = load_oracle(exercise)
        self.replayer = Replayer(exercise)
        self.ledger = Ledger()
        self.checks: tuple[CheckUse, ...] = ()
        self.mistakes: tuple[MistakeUse, ...] = ()
        self.survey: Survey | None = None
        self.stdout, self.stderr = sys.stdout, sys.stderr
        self._listen = listen

    def told(self, what: str, done: int, of: int) -> None:
        # the session swallows what is printed while it runs; a listener's words are for people
        with contextlib.redirect_stdout(self.stdout), contextlib.redirect_stderr(self.stderr):
            self._listen(what, done, of)

    def what_learners_see(self) -> None:
        """Holes, hints, examples and handout: no battery is needed for these."""
        exercise, enter = self.exercise, self.ledger.enter
        self.told("what learners see", 0, 1)
        holes = sum(1 for task in exercise.tasks if task.hole is not None)
        worked = sum(1 for task in exercise.tasks if task.example.strip())
        hints = sum(len(task.hints) for task in exercise.tasks)
        enter("holes", count(holes, "hole"), examples.hole_defects(exercise))
        enter("hints", count(hints, "hint"), examples.hint_defects(exercise))
        true = examples.example_defects(exercise, self.module)
        enter("examples", count(worked, "example"), true)
        enter("handout", count(len(exercise.handout), "file"), examples.handout_defects(exercise))
        if self.ledger.clean("handout"):
            names = ", ".join(examples.visible_examples(exercise))
            enter("visible", names or "there are none", examples.visible_defects(exercise))
        self.told("what learners see", 1, 1)

    def turn(self, specs: list[CheckSpec], runner: Runner) -> None:
        """All that needs the battery, inside one session."""
        trials = Trials(self.exercise, runner, self.replayer, self.seed)
        self.starter(trials)
        self.reference(trials)
        self.styles(trials)
        self.mistakes, self.checks = prove_mistakes(trials, self.ledger, self.told)
        if self.wanted:
            self.generated_faults(runner)

    def starter(self, trials: Trials) -> None:
        """No check passes on the file learners begin with."""
        where = f"{self.exercise.parts.starter}/{self.exercise.module_file}"
        try:
            trial = trials.of_file(self.exercise.starter_file)
        except LoadFailed as failure:
            move = "Mend it: learners begin with this file."
            self.ledger.enter("starter", "", [Defect("starter", where, failure.message, move)])
            return
        passed = [r.spec for r in trial.records if r.outcome is Outcome.PASSED]
        move = "Let the check use what its task asks for: nobody earns points for the starter."
        found = [
            Defect("starter", spec.id, f"the check `{spec.title}` passes on the starter", move)
            for spec in passed
        ]
        self.ledger.enter("starter", count(len(trial.records), "check"), found)

    def reference(self, trials: Trials) -> None:
        """The reference gets full marks, whatever the random numbers."""
        where = f"{self.exercise.parts.reference}/{self.exercise.module_file}"
        found: list[Defect] = []
        for seed in range(self.seed, self.seed + REFERENCE_SEEDS):
            trial = trials.of_file(self.exercise.reference_file, seed)
            found += _lost(trial, "reference", f"{where}, seed {seed}")
        self.ledger.enter("reference", count(REFERENCE_SEEDS, "seed"), found[:1])

    def styles(self, trials: Trials) -> None:
        """Every other right solution gets full marks too."""
        paths = right_styles(self.exercise)
        found: list[Defect] = []
        for number, path in enumerate(paths, start=1):
            where = path.relative_to(self.exercise.root).as_posix()
            try:
                found += _lost(trials.of_file(path), "styles", where)
            except LoadFailed as failure:
                found.append(Defect("styles", where, failure.message, "Mend it."))
            self.told("right styles", number, len(paths))
        self.ledger.enter("styles", count(len(paths), "style"), found)

    def generated_faults(self, runner: Runner) -> None:
        """Faults that nobody thought of: what gets full marks and is no equal is a hole."""
        done = 0

        def tried() -> None:
            nonlocal done
            done += 1
            self.told("generated faults", done, self.wanted)

        self.survey = survey(self.exercise, runner, self.oracle, self.wanted, self.seed, tried)
        where = f"{self.exercise.parts.reference}/{self.exercise.module_file}"
        found = []
        for one in self.survey.survivors:
            what = f"{one.kind}, and all checks pass; told apart by {one.shown_by}"
            move = "Add a check that does the same."
            found.append(Defect("mutants", f"{where}:{one.line}", what, move))
        detail = f"{self.survey.made} made, {self.survey.caught} caught"
        if self.survey.alike:
            detail += f", {len(self.survey.alike)} like the reference in all that was tried"
        self.ledger.enter("mutants", detail, found)


def _reference(exercise: Exercise) -> types.ModuleType:
    try:
        return trusted_module(exercise, exercise.reference_file)
    except LoadFailed as failure:
        raise ExerciseProblem(
            f"the reference is broken: {failure.message}",
            next_move=f"Mend {exercise.parts.reference}/{exercise.module_file} first.",
        ) from None


def _lost(trial: Trial, proof: str, where: str) -> Iterator[Defect]:
    """At most one defect for one solution: where it first loses points, and how often more."""
    if not trial.failures:
        return
    first, *others = trial.failures
    more = f", and at {count(len(others), 'more check')}" if others else ""
    why = message_of(first) or first.outcome.value
    move = "Mend the check, unless the code is wrong: a right solution never loses points."
    yield Defect(proof, where, f"loses points at {first.spec.id} ({why}){more}", move)
