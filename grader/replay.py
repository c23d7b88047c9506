"""Replays a submission's recorded programs on the reference with known mistakes put in.

A known mistake is a class in `reference/misconceptions/<task>.py` (or `<module>.py` for the
constructor and given parts): what its body defines replaces what the reference's class defines.
The body is executed in a fresh copy of the reference's namespace, so `Value` in it is the class
under test. Everything here is the exercise's own trusted code; nothing of a submission is run.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from grader.diagnosis import GENERAL, Findings, Hypothesis, KnownMistake, Search
from grader.errors import ExerciseProblem
from grader.exercise import known_mistake_files
from grader.model import CheckRecord, Exercise, Result
from grader.target import InProcessTarget


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
        raise ExerciseProblem(f"{path.name} cannot be read: {error}") from None
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield _patch(task, path, node)


def _patch(task: str, path: Path, node: ast.ClassDef) -> Patch:
    title, _, words = (ast.get_docstring(node) or "").partition("\n")
    if not title.strip():
        raise ExerciseProblem(
            f"the known mistake {node.name} in {path.name}:{node.lineno} has no docstring",
            next_move="Its first line is the mistake's name, the rest the tutor's words.",
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


class Replayer:
    """The reference with any known mistakes put in, and programs run on it."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.patches = load_patches(exercise)
        self.codes = {patch.mistake.id: patch.code for patch in self.patches}
        path = exercise.reference_file
        self.reference = compile(path.read_text("utf-8"), path.name, "exec", dont_inherit=True)

    @property
    def mistakes(self) -> list[KnownMistake]:
        """Every known mistake, in the order they are tried."""
        return [patch.mistake for patch in self.patches]

    def module(self, hypothesis: Hypothesis) -> types.ModuleType:
        """A fresh module of the reference with the hypothesis's mistakes in its class."""
        module = types.ModuleType(self.exercise.contract.module)
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
        return InProcessTarget(self.module(hypothesis))

    def replay(
        self, hypothesis: Hypothesis, record: CheckRecord, runs: int
    ) -> Iterator[Sequence[Result]]:
        """The results of a check's program, run by run; the caller stops when it has enough."""
        asked = record.steps[: len(record.results)]
        for _ in range(runs):
            yield self.target(hypothesis).run(asked)

    def diagnose(
        self, records: Sequence[CheckRecord], varying: dict[str, frozenset[int]]
    ) -> Findings:
        """Names the mistakes that explain a submission's records, as far as any do."""
        tasks = [task.id for task in self.exercise.tasks]
        return Search(tasks, records, self.mistakes, self.replay, varying).run()
