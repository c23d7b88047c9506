"""Code that is trusted, executed in this process: the reference and the oracle of an exercise."""

from __future__ import annotations

import builtins
import importlib.util
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grader.inside import identity
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise
from grader.text.words import said


def new_module(name: str) -> types.ModuleType:
    """An empty module whose classes are hashed by `grader.inside.identity`, as those of a
    submission are in the box: its sets have the same order there.

    Its `id` stays Python's, for here it is not the only one: what `copy` remembers by `id` is
    looked up by it.
    """
    module = types.ModuleType(name)
    identities = identity.Identities()
    build = identities.builtins["__build_class__"]
    module.__dict__["__builtins__"] = {**vars(builtins), "__build_class__": build}
    module.__dict__[identity.ATTRIBUTE] = identities
    return module


@contextmanager
def importable(module: types.ModuleType) -> Iterator[None]:
    """The module is found by its name meanwhile: dataclasses look their own module up."""
    before = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module
    try:
        yield
    finally:
        if before is None:
            sys.modules.pop(module.__name__, None)
        else:
            sys.modules[module.__name__] = before


def load_in_process(source: str, module_name: str, path: str) -> types.ModuleType:
    """A fresh module executed from trusted source text."""
    module = new_module(module_name)
    module.__file__ = path
    with importable(module):
        exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)
    return module


def reference_module(exercise: Exercise) -> types.ModuleType:
    """The exercise's own solution."""
    path = exercise.reference_file
    return load_in_process(path.read_text("utf-8"), exercise.contract.module, path.name)


def load_oracle(exercise: Exercise) -> Any:
    """The exercise's `oracle.py`, or None where it has none. ExerciseProblem when it is broken."""
    path = exercise.battery / "oracle.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location(f"_oracle_{exercise.digest[:12]}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ExerciseProblem(
            said(
                "{battery}/oracle.py cannot be imported: {error}",
                battery=exercise.parts.battery,
                error=repr(error),
            ),
            next_move=said("Mend it, then run `grader verify`."),
        ) from None
    return module
