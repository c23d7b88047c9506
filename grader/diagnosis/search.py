"""Which known mistakes explain what was observed. Pure: replaying is the caller's business.

A hypothesis is a set of known mistakes. It has to predict every check that passed, in whatever
task, and every failing check of the tasks it explains. A general mistake that alone explains all
that fails is told once. Else the tasks are walked in order, each extended by one mistake of its
own, or by two in one method; or an earlier task by a second one, where only a later task shows it.
Where something stays unexplained, one general mistake and one of a task are tried together, and
have to explain all that fails. Two mistakes are never combined to explain an exception that
neither of them raises.

What remains are hypotheses that nothing certain tells apart. Those that give most of the values
that vary are kept: the first is named, the others are its alternatives; and none is, where more of
what varies speaks against them than of what is certain for them. A task that nothing explains is
left without a diagnosis, and so is what the failing checks of a task without mistakes of its own
refute; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations

from msgspec import Struct
from msgspec.structs import replace

from grader.diagnosis.facts import Facts
from grader.diagnosis.observations import GENERAL, Hypothesis, KnownMistake
from grader.model.check import CheckRecord

MOST_HYPOTHESES = 12
TOGETHER = 2
"""A general mistake and one of a task explain more simply what takes more mistakes than that."""

CanStand = Callable[[Hypothesis], bool]
"""Whether the mistakes can be put into one class."""


class Explanation(Struct, frozen=True):
    """Hypotheses that nothing tells apart, what was found in which task, and the tasks whose
    failing checks they leave unexplained."""

    hypotheses: tuple[Hypothesis, ...] = ((),)
    found_in: Mapping[str, tuple[Hypothesis, ...]] = {}
    unexplained: tuple[str, ...] = ()


class Walk:
    """Explains the tasks one after the other, with mistakes of their own.

    From a general mistake on, only one more mistake is added.
    """

    def __init__(
        self,
        facts: Facts,
        mistakes: Sequence[KnownMistake],
        can_stand: CanStand,
        start: Hypothesis = (),
    ) -> None:
        self.facts = facts
        self.mistakes = mistakes
        self.can_stand = can_stand
        self.start = start
        self.hypotheses: list[Hypothesis] = [start]
        self.found_in: dict[str, tuple[Hypothesis, ...]] = {}
        self.unexplained: list[str] = []
        self._judged: list[CheckRecord] = []

    def run(self) -> Explanation:
        """Walks the tasks and gives what was found."""
        for task in self.facts.tasks:
            is_known = task not in self.facts.lost and self._explains(task)
            self._judged += self.facts.judged(task) if is_known else self.facts.passed[task]
            if not is_known:
                self.unexplained.append(task)
                if self.start:
                    break
        return Explanation(tuple(self.hypotheses), self.found_in, tuple(self.unexplained))

    def _explains(self, task: str) -> bool:
        if not self.facts.failing[task] and self.hypotheses == [()]:
            return True
        judged = self.facts.judged(task)
        kept = [h for h in self.hypotheses if self.facts.fits(h, judged)]
        kept = kept or self._extended(task) or self._deepened(task)
        self.hypotheses = kept or self.hypotheses
        return bool(kept)

    def _extended(self, task: str) -> list[Hypothesis]:
        if self.start and self.found_in:
            return []
        mine = [mistake for mistake in self.mistakes if mistake.task == task]
        grown = self._grown(task, ((one,) for one in mine))
        if not grown and not self.start and not self.facts.only_raises(task):
            grown = self._grown(task, self._pairs(task, mine))
        if grown:
            self.found_in[task] = tuple(dict.fromkeys(added for _, added in grown))
        return [whole for whole, _ in grown]

    def _deepened(self, task: str) -> list[Hypothesis]:
        """With a second mistake in an earlier task that has one, where only this task shows it."""
        if self.start or self.facts.only_raises(task):
            return []
        for home, groups in self.found_in.items():
            mine = [(one,) for one in self.mistakes if one.task == home and (one,) not in groups]
            grown = [whole for whole, _ in self._grown(task, mine)] if len(groups[0]) == 1 else []
            if grown:
                mixed = (tuple(one for one in whole if one.task == home) for whole in grown)
                self.found_in[home] = tuple(dict.fromkeys(mixed))
                return grown
        return []

    def _pairs(self, task: str, mine: Sequence[KnownMistake]) -> Iterator[Hypothesis]:
        """Two mistakes in one task, neither of which a check that passed speaks against."""
        possible = [one for one in mine if self.facts.fits((one,), self.facts.passed[task])]
        yield from combinations(possible, 2)

    def _grown(
        self, task: str, additions: Iterable[Hypothesis]
    ) -> list[tuple[Hypothesis, Hypothesis]]:
        judged = [*self.facts.judged(task), *self._judged]
        grown: list[tuple[Hypothesis, Hypothesis]] = []
        for added in additions:
            for hypothesis in self.hypotheses:
                whole = hypothesis + added
                if self.can_stand(whole) and self.facts.fits(whole, judged):
                    grown.append((whole, added))
                    if len(grown) >= MOST_HYPOTHESES:
                        return grown
        return grown


class Search:
    """One submission's search; see the module's words."""

    def __init__(self, facts: Facts, mistakes: Sequence[KnownMistake], can_stand: CanStand) -> None:
        self.facts = facts
        self.general = [one for one in mistakes if one.task == GENERAL]
        self.mistakes = [one for one in mistakes if one.task != GENERAL]
        self.can_stand = can_stand

    def run(self) -> Explanation:
        """The best explanation that there is; an empty one where nothing fits."""
        found = self._found()
        kept = self.facts.likeliest(found.hypotheses)
        if not self.facts.is_borne(kept[0]):
            return Explanation(unexplained=tuple(filter(self.facts.failing.get, self.facts.tasks)))
        return replace(found, hypotheses=kept)

    def _found(self) -> Explanation:
        first = self._first_task()
        if first is None:
            return Explanation(unexplained=tuple(self.facts.lost))
        once = [] if self.facts.lost else self._explaining_all()
        if once:
            return Explanation(tuple(once), {first: tuple(once)})
        plain = Walk(self.facts, self.mistakes, self.can_stand).run()
        if not plain.unexplained and len(plain.hypotheses[0]) <= TOGETHER:
            return plain
        complete = self._together(first)
        if complete:
            return self._joined(complete)
        return self._unrefuted(plain) if plain.unexplained else plain

    def _first_task(self) -> str | None:
        """The first task that fails something but for values that vary."""
        tasks = (t for t in self.facts.tasks if not self.facts.fits((), self.facts.failing[t]))
        return next(tasks, None)

    def _explaining_all(self) -> list[Hypothesis]:
        """The general mistakes each of which predicts every check."""
        failing = list(chain.from_iterable(self.facts.failing.values()))
        passed = list(chain.from_iterable(self.facts.passed.values()))
        return [(one,) for one in self.general if self.facts.fits((one,), failing + passed)]

    def _together(self, first: str) -> list[Explanation]:
        """What explains everything with a general mistake and one more; the general one is told in
        the first task that fails."""
        walks = (
            Walk(self.facts, self.mistakes, self.can_stand, (one,)).run()
            for one in self.general
            if self.facts.fits((one,), self.facts.passed[first])
        )
        return [_told_in(first, walk) for walk in walks if not walk.unexplained]

    def _joined(self, complete: Sequence[Explanation]) -> Explanation:
        """The first of the explanations, and as its alternatives those of the same shape."""
        alike = [one for one in complete if _shape(one) == _shape(complete[0])]
        return Explanation(
            tuple(hypothesis for one in alike for hypothesis in one.hypotheses),
            {
                task: tuple(dict.fromkeys(group for one in alike for group in one.found_in[task]))
                for task in complete[0].found_in
            },
        )

    def _unrefuted(self, plain: Explanation) -> Explanation:
        """Without the mistakes that checks refute: those that change what a check gives which is
        not explained, in a task where nothing speaks for a mistake that is not known."""
        named = plain.hypotheses[0]
        refuted: set[KnownMistake] = set()
        for task in plain.unexplained:
            judged = self.facts.judged(task)
            rest = [record for record in judged if not self.facts.predicts(named, record)]
            touching = [{one for one in named if self._touches(one, record)} for record in rest]
            if all(touching):
                refuted = refuted.union(*touching)
        return Explanation(
            (tuple(one for one in named if one not in refuted),),
            {t: g for t, g in plain.found_in.items() if refuted.isdisjoint(chain(*g))},
            plain.unexplained,
        )

    def _touches(self, mistake: KnownMistake, record: CheckRecord) -> bool:
        replay = self.facts.replay
        return replay((mistake,), record) != replay((), record)


def _told_in(task: str, explanation: Explanation) -> Explanation:
    """With the mistake that all hypotheses begin with among those found in the task."""
    start = explanation.hypotheses[0][:1]
    groups = tuple(start + group for group in explanation.found_in.get(task, ((),)))
    return replace(explanation, found_in={**explanation.found_in, task: groups})


def _shape(explanation: Explanation) -> list[tuple[str, int]]:
    return [(task, len(groups[0])) for task, groups in explanation.found_in.items()]
