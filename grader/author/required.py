"""Proves that the reference's objects have what tasks.yaml requires of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.author.proof import Defect
from grader.author.trials import Trial, Trials
from grader.model.check import CheckRecord
from grader.model.program import Handle, Raised, Ref, Step
from grader.text.words import said


def required_defects(trials: Trials, trial: Trial) -> Iterator[Defect]:
    """What an object that a check makes of the reference lacks; and a class of which none makes
    any, for then nobody is asked."""
    exercise = trials.exercise
    where = said("tasks.yaml, `requires`")
    for address, names in exercise.contract.requires.items():
        programs = list(_making(address, trial.records))
        if names and not programs:
            what = said(
                "no check makes a `{name}`: what it requires is never looked at", name=address
            )
            move = said("Let a check make one, or take `{name}` out of `requires`.", name=address)
            yield Defect("reference", where, what, move)
        for name in _lacking(trials, programs[:1], names):
            what = said("the reference's `{kind}` has no `{name}`", kind=address, name=name)
            yield Defect("reference", where, what, said("Add it, or take it out of `requires`."))


def _making(address: str, records: Sequence[CheckRecord]) -> Iterator[list[Step]]:
    """Beginnings of programs that end where an object of the class is made."""
    for record in records:
        for at, step in enumerate(record.steps[: len(record.results)]):
            is_made = isinstance(record.results[at], Handle)
            if is_made and (step.action, step.name) == ("new", address):
                yield list(record.steps[: at + 1])


def _lacking(
    trials: Trials, programs: Sequence[Sequence[Step]], names: Sequence[str]
) -> Iterator[str]:
    for steps in programs:
        for name in names:
            target = trials.target_of(trials.exercise.reference)
            asked = [*steps, Step("get", name, (Ref(len(steps) - 1),))]
            last = target.run(asked)[-1]
            if isinstance(last, Raised) and last.type_name == "AttributeError":
                yield name
