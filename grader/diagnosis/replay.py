"""Replays a submission's recorded programs on the reference with known mistakes put in.

Everything that runs here is the exercise's own trusted code; nothing of a submission is run.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.diagnosis.facts import Facts
from grader.diagnosis.findings import findings
from grader.diagnosis.observations import (
    Findings,
    Hypothesis,
    KnownMistake,
    Observations,
    agrees,
    observed,
)
from grader.diagnosis.patches import Patches
from grader.diagnosis.search import Explanation, Search
from grader.diagnosis.work import Work
from grader.exercise.given_parts import GivenParts
from grader.exercise.trusted import build
from grader.model.check import CheckRecord
from grader.model.exercise import Exercise
from grader.model.lru import LRU
from grader.model.program import Program, Result
from grader.target.in_process import InProcessTarget, RawProgram, raw_program

MOST_PROGRAMS = 500
STEPS_TO_BEGIN = 5
"""Steps of a program that take as long as making the module it is replayed on."""

HELD_OBSERVATIONS = 600_000
"""Observations that are remembered: some 20 MB."""


class Replayer:
    """The reference with any known mistakes put in, and programs run on it.

    In a class the same programs are replayed for every wrong submission: what one gave under a
    hypothesis is remembered. A mistake in functions that a program does not call is not replayed.
    """

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.patches = Patches(exercise)
        self.mistakes = list(self.patches.mistakes)
        self.methods = self.patches.methods
        self.given = GivenParts(exercise)
        self._raw = LRU[bytes, RawProgram](MOST_PROGRAMS)
        self._called = LRU[bytes, frozenset[str]](MOST_PROGRAMS)
        self._runs = LRU[tuple[bytes, int, Hypothesis], Observations](
            HELD_OBSERVATIONS, lambda _, seen: len(seen)
        )

    def module(self, hypothesis: Hypothesis) -> types.ModuleType:
        """A fresh module of the reference with the hypothesis's mistakes put in.

        What is a module's own is put in before another module can import it.
        """
        codes = self.patches.codes(hypothesis)

        def run(module: str, namespace: dict[str, Any]) -> None:
            exec(self.patches.reference[module], namespace)
            for one in codes:
                if one.module == module:
                    made: dict[str, object] = {}
                    exec(one.code, namespace, made)
                    _put(made, namespace, one.class_name)

        return build(self.exercise.contract, run)

    def target(self, hypothesis: Hypothesis) -> InProcessTarget:
        """An in-process target over such a module."""
        return InProcessTarget(self.module(hypothesis), self.patches.paths)

    def replay(self, hypothesis: Hypothesis, record: CheckRecord) -> Observations:
        """What a check's program gives under a hypothesis, as far as the check came."""
        if hypothesis and not self._can_differ(hypothesis, record.program):
            hypothesis = ()
        key = record.program.encoded, len(record.results), hypothesis
        known = self._runs.get(key)
        if known is None:
            known = self._run(hypothesis, record)
            self._runs.put(key, known)
        return known

    def shows(self, hypothesis: Hypothesis, program: Program, results: Sequence[Result]) -> bool:
        """Whether a whole program gives these results under a hypothesis."""
        run = self.target(hypothesis).run_raw(self._raw_program(program), program.salt())
        return agrees(observed(results, self.methods), observed(run, self.methods))

    def _can_differ(self, hypothesis: Hypothesis, program: Program) -> bool:
        """Whether the program may give something else than on the reference."""
        replaced = self.patches.replaced(hypothesis)
        if replaced is None or sys.getprofile() is not None:
            return True  # there can be one profiler, and it is somebody else's
        return not replaced.isdisjoint(self._calls(program))

    def _calls(self, program: Program) -> frozenset[str]:
        """The addresses of the functions that are called on the reference."""
        called = self._called.get(program.encoded)
        if called is None:
            raw, salt = self._raw_program(program), program.salt()
            codes = _codes_called(lambda: self.target(()).run_raw(raw, salt))
            contract = self.exercise.contract
            called = frozenset(
                contract.address(file.removesuffix(".py"), code.co_qualname.partition(".<")[0])
                for code in codes
                if (file := code.co_filename) in contract.files
            )
            self._called.put(program.encoded, called)
        return called

    def _run(self, hypothesis: Hypothesis, record: CheckRecord) -> Observations:
        asked = self._raw_program(record.program)[: len(record.results)]
        results = self.target(hypothesis).run_raw(asked, record.program.salt())
        return observed(results, self.methods)

    def _raw_program(self, program: Program) -> RawProgram:
        """As `raw_program`; each program is made ready once."""
        raw = self._raw.get(program.encoded)
        if raw is None:
            raw = raw_program(program.steps)
            self._raw.put(program.encoded, raw)
        return raw

    # --- diagnosis -------------------------------------------------------------------------

    def diagnose(
        self,
        records: Sequence[CheckRecord],
        varying: Mapping[str, frozenset[int]],
        rewritten: frozenset[str] | None = None,
        work: Work | None = None,
    ) -> Findings:
        """Names the mistakes that explain a submission's records, as far as any do.

        `varying` are places of observations that are no evidence, `rewritten` the names of the
        given functions that the submission has otherwise; None where any may be.
        CutShort when `work` is used up.
        """
        if self.exercise.public is not None:
            return Findings()  # learners are given no known mistakes
        work = work or Work()
        other = [one for one in self.patches.forms if self._may_be(one, rewritten)]
        # where values vary, inputs are hardly kept in the order in which they were given
        forms = [*other, None] if varying else [None, *other]
        mistakes = [one for one in self.mistakes if self._may_be(one, rewritten)]
        best: tuple[tuple[int, int], Explanation, Facts] | None = None
        for form in forms:
            facts = self._facts(records, varying, form, work)
            found = Search(facts, mistakes, self.patches.can_stand).run()
            rank = len(found.unexplained), facts.varying_missed(found.hypotheses[0])
            if best is None or rank < best[0]:
                best = rank, found, facts
            if rank == (0, 0):
                break
        assert best is not None
        return findings(*best[1:])

    def _may_be(self, mistake: KnownMistake, rewritten: frozenset[str] | None) -> bool:
        """Whether the submission has otherwise every given part that the mistake is about."""
        if rewritten is None:
            return True
        return self.given.names.intersection(mistake.replaces) <= rewritten

    def _facts(
        self,
        records: Sequence[CheckRecord],
        varying: Mapping[str, frozenset[int]],
        form: KnownMistake | None,
        work: Work,
    ) -> Facts:
        def replay(hypothesis: Hypothesis, record: CheckRecord) -> Observations:
            work.spend(STEPS_TO_BEGIN + len(record.results))
            return self.replay(hypothesis if form is None else (form, *hypothesis), record)

        tasks = [task.id for task in self.exercise.tasks]
        return Facts(tasks, records, varying, self.methods, replay)


def _codes_called(run: Callable[[], object]) -> set[types.CodeType]:
    """The code of every function that is called meanwhile."""
    called = set[types.CodeType]()

    def note(frame: types.FrameType, event: str, _: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return called


def _put(made: Mapping[str, object], namespace: dict[str, Any], class_name: str) -> None:
    """Puts what a patch defines into its class, or into the module where it has none."""
    if not class_name:
        namespace.update(made)
        return
    held = namespace[class_name]
    for name, value in made.items():
        setattr(held, name, value)
