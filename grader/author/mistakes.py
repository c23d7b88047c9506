"""Proves the known mistakes: each loses points, each is named, and each check is there for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from grader.author.proof import CheckUse, Defect, Ledger, MistakeUse
from grader.author.trials import Trial, Trials
from grader.author.unshared import unshared
from grader.diagnosis.observations import KnownMistake
from grader.model.check import CheckSpec
from grader.text.words import said, said_many

Graded = tuple[KnownMistake, Trial]


def prove_mistakes(
    trials: Trials, ledger: Ledger, told: Callable[[str, int, int], None]
) -> tuple[tuple[MistakeUse, ...], tuple[CheckUse, ...]]:
    """Grades and diagnoses every known mistake: how each is named, and what each check is for."""
    mistakes = trials.replayer.mistakes
    graded: list[Graded] = []
    unsound: list[Defect] = []
    for mistake in mistakes:
        found = _graded(trials, mistake)
        if isinstance(found, Defect):
            unsound.append(found)
        else:
            graded.append((mistake, found))
    ledger.enter("mistakes", _counted(len(mistakes)), unsound)
    named = _named(trials, graded, told)
    tied = sum(1 for use in named if use.named == "group")
    detail = _named_in_words(len(named), tied)
    ledger.enter("naming", detail, (_unnamed(use) for use in named if use.named == "no"))
    checks = _uses(trials.specs, graded)
    ledger.enter(
        "checks",
        said_many("{number} check", "{number} checks", number=len(checks)),
        _idle(trials, checks, bool(graded)),
    )
    return named, checks


def _graded(trials: Trials, mistake: KnownMistake) -> Trial | Defect:
    """The mistake's trial, or why it is of no use."""
    try:
        trial = trials.of_mistakes((mistake,))
    except Exception as error:
        what = said(
            "it cannot be put into the reference: {name}: {error}",
            name=type(error).__name__,
            error=error,
        )
        move = said("Mend it: until then nobody's mistakes can be named.")
        return Defect("mistakes", mistake.id, what, move)
    stopped = trial.stopped()
    if stopped is not None:
        what = said(
            "it does not end in the check {spec}, so it cannot be replayed", spec=stopped.spec.id
        )
        return Defect(
            "mistakes", mistake.id, what, said("Write it so that it ends, or take it out.")
        )
    if not trial.failures:
        what = said("{title}: and yet it gets full marks", title=mistake.title)
        move = said("Add a check that it fails, or take it out: it is no mistake.")
        return Defect("mistakes", mistake.id, what, move)
    return trial


def _counted(number: int) -> str:
    return said_many("{number} mistake", "{number} mistakes", number=number)


def _named_in_words(number: int, tied: int) -> str:
    if not number:
        return said("there are none")
    if not tied:
        return said_many(
            "{number} mistake, each alone", "{number} mistakes, each alone", number=number
        )
    return said_many(
        "{number} mistake, {tied} of them in a group that nothing can tell apart",
        "{number} mistakes, {tied} of them in a group that nothing can tell apart",
        number=number,
        tied=tied,
    )


def _named(
    trials: Trials, graded: Sequence[Graded], told: Callable[[str, int, int], None]
) -> tuple[MistakeUse, ...]:
    sound = {mistake.id for mistake, _ in graded}
    replayer = trials.replayer
    # what cannot be replayed must not be replayed while the others are diagnosed
    replayer.mistakes = [known for known in replayer.mistakes if known.id in sound]
    uses = []
    for number, (mistake, trial) in enumerate(graded, start=1):
        fresh = partial(replayer.module, (mistake,))
        uses.append(naming(mistake, trials.diagnosed(trial, fresh)))
        told(said("naming known mistakes"), number, len(graded))
    return tuple(uses)


def naming(mistake: KnownMistake, trial: Trial) -> MistakeUse:
    """How a diagnosed trial of the mistake names it."""
    said = [one for diagnoses in trial.findings.diagnoses.values() for one in diagnoses]
    failed = tuple(trial.caught_by)
    if len(said) != 1:
        return MistakeUse(mistake.id, mistake.title, failed, "no", tuple(one.id for one in said))
    group = (said[0].id, *(other.id for other in said[0].alternatives))
    how = "first" if group[0] == mistake.id else "group" if mistake.id in group else "no"
    return MistakeUse(mistake.id, mistake.title, failed, how, group)


def _unnamed(use: MistakeUse) -> Defect:
    if use.group:
        what = said("it is taken for {group}", group=" and ".join(use.group))
        move = said("Add a check that tells them apart, or make them one.")
    else:
        what = said("no known mistake explains what it does, not even itself")
        move = said(
            "Let it do the same each time: without chance, and without memory between checks."
        )
    return Defect("naming", use.id, what, move)


def _uses(specs: Sequence[CheckSpec], graded: Sequence[Graded]) -> tuple[CheckUse, ...]:
    by_check: dict[str, list[str]] = {spec.id: [] for spec in specs}
    alone: dict[str, list[str]] = {spec.id: [] for spec in specs}
    for mistake, trial in graded:
        checks = trial.caught_by
        for check in checks:
            by_check[check].append(mistake.id)
        if len(checks) == 1:
            alone[checks[0]].append(mistake.id)
    return tuple(
        CheckUse(spec.id, spec.task, spec.title, len(by_check[spec.id]), tuple(alone[spec.id]))
        for spec in specs
    )


def _idle(trials: Trials, checks: Sequence[CheckUse], any_mistakes: bool) -> Iterator[Defect]:
    yield from unshared(trials.exercise.battery)
    folder = f"{trials.exercise.parts.reference}/misconceptions"
    if not any_mistakes:
        what = said("there are no known mistakes: nothing shows that a check can fail")
        move = said(
            "Write {folder}/{task}.py: one class for each mistake.",
            folder=folder,
            task=trials.exercise.tasks[0].id,
        )
        yield Defect("checks", folder, what, move)
        return
    for use in checks:
        if not use.failed_by:
            what = said(
                "the check `{title}` is idle: every known mistake passes it", title=use.title
            )
            move = said(
                "Add the mistake it is meant for to {folder}/{task}.py, or drop it.",
                folder=folder,
                task=use.task,
            )
            yield Defect("checks", use.id, what, move)
