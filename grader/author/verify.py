"""Proves an exercise: that it asks for work, accepts what is right, and names what is wrong.

Theory of operation. Everything is shown by running it. In one pytest session the starter, the
reference, every right style and every known mistake are graded with the same random checks (see
`grader.author.trials`), the mistakes are diagnosed as a submission of a learner's would be, and
what learners are shown is tried out beside reference and starter. Near misses are graded in the box
after it, and with `repeat` every file several times. A defect never ends the proof: an author wants
all of them at once, each with its place and the next move.
"""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Callable

from grader.author import examples
from grader.author.in_box import prove_in_box
from grader.author.mistakes import prove_mistakes
from grader.author.near_misses import prove_near_misses
from grader.author.orders import prove_orders
from grader.author.proof import (
    SCHEMA_VERSION,
    CheckUse,
    Defect,
    Ledger,
    MistakeUse,
    NearMissUse,
    Verification,
)
from grader.author.repeat import Repeats
from grader.author.required import required_defects
from grader.author.styles import lost, prove_styles
from grader.author.survivors import Survey, survey
from grader.author.trials import Trials, author_module
from grader.diagnosis.replay import Replayer
from grader.exercise.near_misses import near_misses
from grader.exercise.trusted import load_oracle
from grader.grading.pipeline import Options
from grader.grading.runner import Runner
from grader.grading.session import run_session
from grader.model.check import CheckSpec, Outcome
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise
from grader.report.make import exercise_info
from grader.target.base import LoadFailed
from grader.text.words import said, said_many

REFERENCE_SEEDS = 3
"""The reference is graded with so many seeds: a random check must not depend on luck."""

Listen = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


def verify(
    exercise: Exercise,
    *,
    seed: int = 0,
    mutants: int = 0,
    repeat: int = 0,
    listen: Listen = lambda what, done, of: None,
) -> Verification:
    """Proves the exercise. ExerciseProblem where it is too broken to be run at all."""
    run = _Run(exercise, seed, mutants, listen)
    repeats = Repeats(exercise, repeat, seed) if repeat else None
    try:
        run.what_learners_see()
        run_session(exercise, run.turn)
        if exercise.packages:
            prove_in_box(exercise, Options(seed=seed), run.ledger)
        run.near_ones()
        if repeats is not None:
            repeats.prove(run.ledger, run.told)
    finally:
        if repeats is not None:
            repeats.close()
    return Verification(
        SCHEMA_VERSION,
        exercise_info(exercise),
        seed,
        run.ledger.proofs(),
        run.ledger.defects(),
        run.checks,
        run.mistakes,
        run.survey,
        run.near_misses,
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
        self.known = self.replayer.mistakes
        self.wanted_near = near_misses(exercise)
        self.near_misses: tuple[NearMissUse, ...] = ()
        self.stdout, self.stderr = sys.stdout, sys.stderr
        self._listen = listen

    def told(self, what: str, done: int, of: int) -> None:
        # the session swallows what is printed while it runs; a listener's words are for people
        with contextlib.redirect_stdout(self.stdout), contextlib.redirect_stderr(self.stderr):
            self._listen(what, done, of)

    def what_learners_see(self) -> None:
        """Holes, hints, examples and handout: no battery is needed for these."""
        exercise, enter = self.exercise, self.ledger.enter
        self.told(said("what learners see"), 0, 1)
        holes = sum(1 for task in exercise.tasks if task.hole is not None)
        worked = sum(1 for task in exercise.tasks if task.example.strip())
        hints = sum(len(task.hints) for task in exercise.tasks)
        enter(
            "holes",
            said_many("{number} hole", "{number} holes", number=holes),
            examples.hole_defects(exercise),
        )
        enter(
            "hints",
            said_many("{number} hint", "{number} hints", number=hints),
            examples.hint_defects(exercise),
        )
        true = examples.example_defects(exercise, self.module)
        enter("examples", said_many("{number} example", "{number} examples", number=worked), true)
        enter(
            "handout",
            said_many("{number} file", "{number} files", number=len(exercise.handout)),
            examples.handout_defects(exercise),
        )
        if self.ledger.clean("handout"):
            names = ", ".join(examples.visible_examples(exercise))
            enter("visible", names or said("there are none"), examples.visible_defects(exercise))
        self.told(said("what learners see"), 1, 1)

    def turn(self, specs: list[CheckSpec], runner: Runner) -> None:
        """All that needs the battery, inside one session."""
        trials = Trials(self.exercise, runner, self.replayer, self.seed)
        self.starter(trials)
        self.reference(trials)
        prove_styles(trials, self.ledger, self.told)
        self.mistakes, self.checks = prove_mistakes(trials, self.ledger, self.told)
        prove_orders(trials, self.ledger, self.told)
        if self.wanted:
            self.generated_faults(runner)

    def near_ones(self) -> None:
        """Near misses are graded as learners' files are, in a session of their own."""
        if self.wanted_near:
            self.near_misses = prove_near_misses(
                self.exercise,
                self.wanted_near,
                self.known,
                Options(seed=self.seed),
                self.ledger,
                self.told,
            )

    def starter(self, trials: Trials) -> None:
        """No check passes on the file learners begin with."""
        where = f"{self.exercise.parts.starter}/{self.exercise.module_file}"
        try:
            trial = trials.of_file(self.exercise.starter)
        except LoadFailed as failure:
            move = said("Mend it: learners begin with this file.")
            self.ledger.enter("starter", "", [Defect("starter", where, failure.message, move)])
            return
        passed = [r.spec for r in trial.records if r.outcome is Outcome.PASSED]
        move = said(
            "Let the check use what its task asks for: nobody earns points for the starter."
        )
        found = [
            Defect(
                "starter",
                spec.id,
                said("the check `{title}` passes on the starter", title=spec.title),
                move,
            )
            for spec in passed
        ]
        self.ledger.enter(
            "starter",
            said_many("{number} check", "{number} checks", number=len(trial.records)),
            found,
        )

    def reference(self, trials: Trials) -> None:
        """The reference gets full marks, whatever the random numbers."""
        where = f"{self.exercise.parts.reference}/{self.exercise.module_file}"
        found: list[Defect] = []
        for seed in range(self.seed, self.seed + REFERENCE_SEEDS):
            trial = trials.of_file(self.exercise.reference, seed)
            found += lost(trial, "reference", said("{where}, seed {seed}", where=where, seed=seed))
        self.ledger.enter(
            "reference",
            said_many("{number} seed", "{number} seeds", number=REFERENCE_SEEDS),
            found[:1] or required_defects(trials, trial),
        )

    def generated_faults(self, runner: Runner) -> None:
        """Faults that nobody thought of: what gets full marks and is no equal is a hole."""
        done = 0

        def tried() -> None:
            nonlocal done
            done += 1
            self.told(said("generated faults"), done, self.wanted)

        self.survey = survey(self.exercise, runner, self.oracle, self.wanted, self.seed, tried)
        found = []
        for one in self.survey.survivors:
            where = f"{self.exercise.parts.reference}/{one.file}"
            what = said(
                "{kind}, and all checks pass; told apart by {shown_by}",
                kind=one.kind,
                shown_by=one.shown_by,
            )
            move = said("Add a check that does the same.")
            found.append(Defect("mutants", f"{where}:{one.line}", what, move))
        made, caught, alike = self.survey.made, self.survey.caught, len(self.survey.alike)
        detail = said("{made} made, {caught} caught", made=made, caught=caught)
        if alike:
            detail = said(
                "{made} made, {caught} caught, {alike} like the reference in all that was tried",
                made=made,
                caught=caught,
                alike=alike,
            )
        self.ledger.enter("mutants", detail, found)


def _reference(exercise: Exercise) -> types.ModuleType:
    try:
        return author_module(exercise, exercise.reference)
    except LoadFailed as failure:
        raise ExerciseProblem(
            said("the reference is broken: {reason}", reason=failure.message),
            next_move=said(
                "Mend {reference}/{module_file} first.",
                reference=exercise.parts.reference,
                module_file=exercise.module_file,
            ),
        ) from None
