"""Replays a submission's recorded programs on the reference with known mistakes put in.

A known mistake is a class in `reference/misconceptions/<task>.py` (or `<module>.py` for the
constructor and given parts): what its body defines replaces what the reference's class defines.
The body is executed in a fresh copy of the reference's namespace, so `Value` in it is the class
under test. Everything here is the exercise's own trusted code; nothing of a submission is run.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from grader.diagnosis import (
    GENERAL,
    Findings,
    Hypothesis,
    KnownMistake,
    Observations,
    Search,
    agrees,
    observed,
)
from grader.errors import ExerciseProblem
from grader.exercise import known_mistake_files
from grader.model import CheckRecord, Exercise, Step
from grader.target import InProcessTarget, Program, RawProgram, new_module, raw_program
from grader.words import said

MOST_PROGRAMS = 500
TWICE = 2
HELD_OBSERVATIONS = 600_000
"""Observations that are remembered: some 20 MB."""


class Patch(Struct, frozen=True):
    """A known mistake, ready to be put into a reference."""

    mistake: KnownMistake
    code: types.CodeType


def load_patches(exercise: Exercise) -> list[Patch]:
    """Every known mistake, general ones first. ExerciseProblem when one is broken."""
    return [
        patch for path in known_mistake_files(exercise) for patch in _file_patches(exercise, path)
    ]


def _file_patches(exercise: Exercise, path: Path) -> Iterator[Patch]:
    task = GENERAL if path.stem == exercise.contract.module else path.stem
    try:
        tree = ast.parse(path.read_text("utf-8"), str(path))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ExerciseProblem(
            said("{path} cannot be read: {error}", path=path.name, error=error)
        ) from None
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield _patch(task, path, node)


def _patch(task: str, path: Path, node: ast.ClassDef) -> Patch:
    title, _, words = (ast.get_docstring(node) or "").partition("\n")
    if not title.strip():
        raise ExerciseProblem(
            said(
                "the known mistake {node} in {path}:{lineno} has no docstring",
                node=node.name,
                path=path.name,
                lineno=node.lineno,
            ),
            next_move=said("Its first line is the mistake's name, the rest the tutor's words."),
        )
    body = node.body[1:]
    names = tuple(n.name for n in body if isinstance(n, ast.FunctionDef))
    mistake = KnownMistake(
        id=f"{path.stem}/{node.name}",
        task=task,
        title=title.strip().rstrip("."),
        explanation=" ".join(words.split()),
        methods=names,
    )
    module = ast.Module(body=body, type_ignores=[])
    return Patch(mistake, compile(module, str(path), "exec", dont_inherit=True))


class _Runs:
    """What one program gave under one hypothesis, in as many runs as were made."""

    __slots__ = ("count", "first", "program", "varies")

    def __init__(self, program: tuple[Step, ...], first: Observations) -> None:
        self.program = program  # kept: it is known by its identity
        self.first = first
        self.count = 1
        self.varies = False


class Replayer:
    """The reference with any known mistakes put in, and programs run on it.

    In a class the same programs are replayed for every wrong submission: what one gave under a
    hypothesis is remembered, unless two runs of it differ. Which programs are the same is told by
    identity (`grader.memory` lets all records of a program share it).
    """

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.patches = load_patches(exercise)
        self.codes = {patch.mistake.id: patch.code for patch in self.patches}
        path = exercise.reference_file
        self.reference = compile(path.read_text("utf-8"), path.name, "exec", dont_inherit=True)
        self._left = HELD_OBSERVATIONS
        self._salts: dict[int, tuple[Sequence[Step], int]] = {}
        self._raw: dict[int, tuple[Sequence[Step], RawProgram]] = {}
        self._runs: dict[tuple[int, int, Hypothesis], _Runs] = {}

    @property
    def mistakes(self) -> list[KnownMistake]:
        """Every known mistake, in the order they are tried."""
        return [patch.mistake for patch in self.patches]

    def module(self, hypothesis: Hypothesis) -> types.ModuleType:
        """A fresh module of the reference with the hypothesis's mistakes in its class."""
        module = new_module(self.exercise.contract.module)
        exec(self.reference, module.__dict__)
        held = getattr(module, self.exercise.contract.class_name)
        for mistake in hypothesis:
            made: dict[str, object] = {}
            exec(self.codes[mistake.id], module.__dict__, made)
            for name, value in made.items():
                setattr(held, name, value)
        return module

    def target(self, hypothesis: Hypothesis) -> InProcessTarget:
        """An in-process target over such a module."""
        return InProcessTarget(self.module(hypothesis), raw=self._raw_program)

    def _salt(self, steps: Sequence[Step]) -> int:
        if id(steps) not in self._salts:
            if len(self._salts) >= MOST_PROGRAMS:
                self._salts.clear()
            self._salts[id(steps)] = steps, Program.of(steps).salt()
        return self._salts[id(steps)][1]

    def _raw_program(self, steps: Sequence[Step]) -> RawProgram:
        """As `raw_program`; programs that are the very same are made ready once."""
        if id(steps) not in self._raw:
            if len(self._raw) >= MOST_PROGRAMS:
                self._raw.clear()
            self._raw[id(steps)] = steps, raw_program(steps)
        return self._raw[id(steps)][1]

    def replay(
        self, hypothesis: Hypothesis, record: CheckRecord, runs: int
    ) -> Iterator[Observations]:
        """What a check's program gives, run by run; the caller stops when it has enough. A run
        that is like the first is left out."""
        known = self._known(hypothesis, record)
        yield known.first
        for number in range(1, runs):
            if number < known.count and not known.varies:
                continue
            run = self._run(hypothesis, record)
            known.count += 1
            if run != known.first:
                known.varies = True
                yield run

    def foretells(self, hypothesis: Hypothesis, record: CheckRecord) -> bool:
        """Whether the check's program, run twice under the hypothesis, gives what was seen both
        times."""
        runs = list(self.replay(hypothesis, record, TWICE))
        return len(runs) == 1 and agrees(observed(record.results), runs)

    def _known(self, hypothesis: Hypothesis, record: CheckRecord) -> _Runs:
        """The runs made so far, at least one; where they vary, luck starts anew."""
        key = id(record.steps), len(record.results), hypothesis
        known = self._runs.pop(key, None)
        if known is not None:
            self._left += len(known.first)
        if known is None or known.varies:
            known = _Runs(record.steps, self._run(hypothesis, record))
        self._runs[key] = known
        self._left -= len(known.first)
        while self._left < 0 and len(self._runs) > 1:
            self._left += len(self._runs.pop(next(iter(self._runs))).first)
        return known

    def _run(self, hypothesis: Hypothesis, record: CheckRecord) -> Observations:
        whole = len(record.results) == len(record.steps)
        asked = record.steps if whole else record.steps[: len(record.results)]
        return observed(self.target(hypothesis).run(asked, salt=self._salt(record.steps)))

    def diagnose(
        self, records: Sequence[CheckRecord], varying: Mapping[str, frozenset[int]]
    ) -> Findings:
        """Names the mistakes that explain a submission's records, as far as any do."""
        tasks = [task.id for task in self.exercise.tasks]
        return Search(tasks, records, self.mistakes, self.replay, varying).run()
