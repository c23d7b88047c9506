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
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from msgspec import Struct

from grader.author import examples
from grader.author.examples import Defect
from grader.author.survivors import Survey, survey
from grader.author.trials import Trial, Trials, trusted_module
from grader.diagnosis import KnownMistake
from grader.errors import ExerciseProblem
from grader.exercise import right_styles
from grader.grading import exercise_info, load_oracle
from grader.model import CheckRecord, CheckSpec, Exercise, ExerciseInfo, Outcome
from grader.replay import Replayer
from grader.session import Runner, run_session
from grader.target import LoadFailed
from grader.verdict import message_of

SCHEMA_VERSION = "1.0"
REFERENCE_SEEDS = 3
"""The reference is graded with so many seeds: a random check must not depend on luck."""

PROOFS = {
    "starter": "the starter fails every check",
    "holes": "every task's hole is in the starter and in the reference",
    "reference": "the reference gets full marks",
    "styles": "every right style gets full marks",
    "mistakes": "every known mistake loses points",
    "naming": "every known mistake is named",
    "checks": "every check is failed by a known mistake",
    "examples": "the worked examples are true",
    "visible": "the visible examples pass beside the reference and fail beside the starter",
    "hints": "every task has hints",
    "handout": "the handout holds nothing hidden",
    "mutants": "no generated fault gets full marks",
}

Listen = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


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
    `group`) or `no`.
    """

    id: str
    title: str
    failed: tuple[str, ...]
    named: str
    group: tuple[str, ...]


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
    return run.result()


class _Run:
    """One verification under way."""

    def __init__(self, exercise: Exercise, seed: int, mutants: int, listen: Listen) -> None:
        self.exercise = exercise
        self.seed = seed
        self.wanted = mutants
        self.module = _reference(exercise)
        self.oracle = load_oracle(exercise)
        self.replayer = Replayer(exercise)
        self.defects: list[Defect] = []
        self.details: dict[str, str] = {}
        self.checks: tuple[CheckUse, ...] = ()
        self.mistakes: list[MistakeUse] = []
        self.survey: Survey | None = None
        self.stdout, self.stderr = sys.stdout, sys.stderr
        self._listen = listen

    def told(self, what: str, done: int, of: int) -> None:
        # the session swallows what is printed while it runs; a listener's words are for people
        with contextlib.redirect_stdout(self.stdout), contextlib.redirect_stderr(self.stderr):
            self._listen(what, done, of)

    def found(self, proof: str, detail: str, defects: Iterable[Defect] = ()) -> None:
        """Notes that a proof was tried and what it showed."""
        self.details[proof] = detail
        self.defects.extend(defects)

    def result(self) -> Verification:
        counts = [defect.proof for defect in self.defects]
        return Verification(
            SCHEMA_VERSION,
            exercise_info(self.exercise),
            self.seed,
            tuple(
                Proof(proof, title, self.details[proof], counts.count(proof))
                for proof, title in PROOFS.items()
                if proof in self.details
            ),
            tuple(sorted(self.defects, key=lambda defect: list(PROOFS).index(defect.proof))),
            self.checks,
            tuple(self.mistakes),
            self.survey,
        )

    # --- what learners see -----------------------------------------------------------------

    def what_learners_see(self) -> None:
        """Holes, hints, examples and handout: no battery is needed for these."""
        exercise = self.exercise
        self.told("what learners see", 0, 1)
        holes = sum(1 for task in exercise.tasks if task.hole is not None)
        worked = sum(1 for task in exercise.tasks if task.example.strip())
        hints = sum(len(task.hints) for task in exercise.tasks)
        self.found("handout", _count(len(exercise.handout), "file"), self._handout())
        packed = not any(defect.proof == "handout" for defect in self.defects)
        visible = examples.visible_examples(exercise) if packed else []
        shown = examples.visible_defects(exercise) if packed else ()
        self.found("holes", _count(holes, "hole"), examples.hole_defects(exercise))
        self.found("hints", _count(hints, "hint"), examples.hint_defects(exercise))
        true = examples.example_defects(exercise, self.module)
        self.found("examples", _count(worked, "example"), true)
        self.found("visible", ", ".join(visible) or "there are none", shown)
        self.told("what learners see", 1, 1)

    def _handout(self) -> Iterator[Defect]:
        return examples.handout_defects(self.exercise)

    # --- what is graded --------------------------------------------------------------------

    def turn(self, specs: list[CheckSpec], runner: Runner) -> None:
        """All that needs the battery, inside one session."""
        trials = Trials(self.exercise, runner, self.replayer, self.seed)
        self.starter(trials)
        self.reference(trials)
        self.styles(trials)
        caught = list(self.known_mistakes(trials))
        self.use_of_checks(specs, caught)
        if self.wanted:
            self.generated_faults(runner)

    def starter(self, trials: Trials) -> None:
        """No check passes on the file learners begin with."""
        where = f"{self.exercise.parts.starter}/{self.exercise.module_file}"
        try:
            trial = trials.of_file(self.exercise.starter_file)
        except LoadFailed as failure:
            move = "Mend it: learners begin with this file."
            self.found("starter", "", [Defect("starter", where, failure.message, move)])
            return
        passed = [r.spec for r in trial.records if r.outcome is Outcome.PASSED]
        move = "Let the check use what its task asks for: nobody earns points for the starter."
        found = [
            Defect("starter", spec.id, f"the check `{spec.title}` passes on the starter", move)
            for spec in passed
        ]
        self.found("starter", _count(len(trial.records), "check"), found)

    def reference(self, trials: Trials) -> None:
        """The reference gets full marks, whatever the random numbers."""
        where = f"{self.exercise.parts.reference}/{self.exercise.module_file}"
        found: list[Defect] = []
        for seed in range(self.seed, self.seed + REFERENCE_SEEDS):
            trial = trials.of_file(self.exercise.reference_file, seed)
            found += _lost(trial, "reference", f"{where}, seed {seed}")
        self.found("reference", _count(REFERENCE_SEEDS, "seed"), found[:1])

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
        self.found("styles", _count(len(paths), "style"), found)

    def known_mistakes(self, trials: Trials) -> Iterator[tuple[KnownMistake, Trial]]:
        """Every known mistake loses points and is named."""
        mistakes = self.replayer.mistakes
        self.found("mistakes", _count(len(mistakes), "mistake"))
        graded = [pair for m in mistakes for pair in self._graded(trials, m)]
        sound = {mistake.id for mistake, _ in graded}
        # what cannot be replayed must not be replayed while the others are diagnosed
        self.replayer.patches = [p for p in self.replayer.patches if p.mistake.id in sound]
        for number, (mistake, trial) in enumerate(graded, start=1):
            self._name(trials, mistake, trial)
            self.told("naming known mistakes", number, len(graded))
            yield mistake, trial
        tied = sum(1 for use in self.mistakes if len(use.group) > 1)
        named = f"{tied} of them in a group that nothing can tell apart" if tied else "each alone"
        self.found("naming", f"{_count(len(graded), 'mistake')}, {named}" if graded else "none")

    def _graded(
        self, trials: Trials, mistake: KnownMistake
    ) -> Iterator[tuple[KnownMistake, Trial]]:
        try:
            trial = trials.of_mistakes((mistake,))
        except Exception as error:
            what = f"it cannot be put into the reference: {type(error).__name__}: {error}"
            move = "Mend it: until then nobody's mistakes can be named."
            self.defects.append(Defect("mistakes", mistake.id, what, move))
            return
        stopped = trial.stopped()
        if stopped is not None:
            what = f"it does not end in the check {stopped.spec.id}, so it cannot be replayed"
            move = "Write it so that it ends, or take it out."
            self.defects.append(Defect("mistakes", mistake.id, what, move))
        elif not trial.failures:
            what = f"`{mistake.title}` gets full marks"
            move = "Add a check that it fails, or take it out: it is no mistake."
            self.defects.append(Defect("mistakes", mistake.id, what, move))
        else:
            yield mistake, trial

    def _name(self, trials: Trials, mistake: KnownMistake, trial: Trial) -> None:
        fresh = partial(self.replayer.module, (mistake,))
        use = naming(mistake, trials.diagnosed(trial, fresh))
        self.mistakes.append(use)
        if use.named == "no":
            said = ", ".join(use.group)
            what = f"it is taken for {said}" if said else "no known mistake explains what it does"
            move = "Add a check that tells them apart, or make the two one."
            if not said:
                move = "Let it do the same every time; a mistake that depends on chance has no name"
            self.defects.append(Defect("naming", mistake.id, what, move))

    def use_of_checks(
        self, specs: list[CheckSpec], caught: list[tuple[KnownMistake, Trial]]
    ) -> None:
        """Every check is there for something: at least one known mistake fails it."""
        by_check: dict[str, list[str]] = {spec.id: [] for spec in specs}
        alone: dict[str, list[str]] = {spec.id: [] for spec in specs}
        for mistake, trial in caught:
            checks = trial.caught_by
            for check in checks:
                by_check[check].append(mistake.id)
            if len(checks) == 1:
                alone[checks[0]].append(mistake.id)
        self.checks = tuple(
            CheckUse(s.id, s.task, s.title, len(by_check[s.id]), tuple(alone[s.id])) for s in specs
        )
        self.found("checks", _count(len(specs), "check"), self._idle(bool(caught)))

    def _idle(self, any_mistakes: bool) -> Iterator[Defect]:
        folder = f"{self.exercise.parts.reference}/misconceptions"
        if not any_mistakes:
            what = "there are no known mistakes: nothing shows that a check can fail"
            move = f"Write {folder}/{self.exercise.tasks[0].id}.py: one class for each mistake."
            yield Defect("checks", folder, what, move)
            return
        for use in self.checks:
            if not use.failed_by:
                what = f"the check `{use.title}` is idle: every known mistake passes it"
                move = f"Add the mistake it is meant for to {folder}/{use.task}.py, or drop it."
                yield Defect("checks", use.id, what, move)

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
            move = "Add a check of that kind."
            found.append(Defect("mutants", f"{where}:{one.line}", what, move))
        detail = f"{self.survey.made} made, {self.survey.caught} caught"
        if self.survey.alike:
            detail += f", {len(self.survey.alike)} like the reference in all that was tried"
        self.found("mutants", detail, found)


# --- small judgements ------------------------------------------------------------------------


def _reference(exercise: Exercise) -> types.ModuleType:
    try:
        return trusted_module(exercise, exercise.reference_file)
    except LoadFailed as failure:
        raise ExerciseProblem(
            f"the reference is broken: {failure.message}",
            next_move=f"Mend {exercise.parts.reference}/{exercise.module_file} first.",
        ) from None


def naming(mistake: KnownMistake, trial: Trial) -> MistakeUse:
    """How a diagnosed trial of the mistake names it."""
    said = [one for diagnoses in trial.findings.diagnoses.values() for one in diagnoses]
    first = said[0] if said else None
    group = (first.id, *(other.id for other in first.alternatives)) if first else ()
    if len(said) > 1:
        group = tuple(one.id for one in said)
        named = "no"
    elif mistake.id in group:
        named = "first" if group[0] == mistake.id else "group"
    else:
        named = "no"
    return MistakeUse(mistake.id, mistake.title, tuple(trial.caught_by), named, group)


def _lost(trial: Trial, proof: str, where: str) -> Iterator[Defect]:
    """At most one defect for one solution: the first check it loses points at, and how many more."""
    if not trial.failures:
        return
    first, *others = trial.failures
    more = f", and at {_count(len(others), 'more check')}" if others else ""
    why = message_of(first) or first.outcome.value
    move = "Mend the check, unless the code is wrong: a right solution never loses points."
    yield Defect(proof, where, f"loses points at {first.spec.id} ({why}){more}", move)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
