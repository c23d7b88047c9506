"""Code that is trusted, executed in this process: the reference and the oracle of an exercise."""

from __future__ import annotations

import builtins
import importlib.util
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.exercise.content import python_files
from grader.inside import evaluate, identity
from grader.inside.importing import SubmissionImporter
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Contract, Exercise
from grader.text.words import said

Run = Callable[[str, dict[str, Any]], None]
"""Executes the code of the module of that name in a namespace."""


def build(contract: Contract, run: Run) -> types.ModuleType:
    """The modules of a contract, made afresh: the first, which knows the others."""
    identities = identity.Identities()
    main, *rest = (new_module(name, identities) for name in contract.modules)
    others = {module.__name__: module for module in rest}
    main.__dict__[evaluate.GRADED] = others, contract.enforced

    def run_other(_: str, path: str, namespace: dict[str, Any]) -> None:
        run(path.removesuffix(".py"), namespace)

    importer = SubmissionImporter(dict.fromkeys(contract.files[1:], ""), run_other, others)
    with _kept(contract.modules):
        for name in others:
            sys.modules.pop(name, None)
        sys.modules[main.__name__] = main
        sys.meta_path.insert(0, importer)
        try:
            run(main.__name__, main.__dict__)
            for name in others:
                __import__(name)
        finally:
            sys.meta_path.remove(importer)
    return main


def modules_of(main: types.ModuleType) -> list[types.ModuleType]:
    """A module and the others that are graded with it."""
    others, _ = vars(main).get(evaluate.GRADED, ({}, {}))
    return [main, *others.values()]


@contextmanager
def importable(main: types.ModuleType) -> Iterator[None]:
    """The modules are found by their names meanwhile."""
    modules = {module.__name__: module for module in modules_of(main)}
    with _kept(modules):
        sys.modules.update(modules)
        yield


def load_in_process(source: str, module_name: str, path: str) -> types.ModuleType:
    """A fresh module executed from trusted source text."""
    return load_files(Contract((module_name,), ()), {f"{module_name}.py": (path, source)})


def load_files(contract: Contract, sources: Mapping[str, tuple[str, str]]) -> types.ModuleType:
    """The modules of a contract from trusted source: by file name, its path and its text."""

    def run(name: str, namespace: dict[str, Any]) -> None:
        path, text = sources[f"{name}.py"]
        namespace["__file__"] = path
        exec(compile(text, path, "exec", dont_inherit=True), namespace)

    return build(contract, run)


def reference_module(exercise: Exercise) -> types.ModuleType:
    """The exercise's own solution."""
    sources = {path.name: (path.name, path.read_text("utf-8")) for path in exercise.reference_files}
    return load_files(exercise.contract, sources)


def new_module(name: str, identities: identity.Identities | None = None) -> types.ModuleType:
    """An empty module whose classes are hashed by `grader.inside.identity`, as those of a
    submission are in the box: its sets have the same order there.

    Its `id` stays Python's, for here it is not the only one: what `copy` remembers by `id` is
    looked up by it.
    """
    module = types.ModuleType(name)
    identities = identities or identity.Identities()
    build_class = identities.builtins["__build_class__"]
    module.__dict__["__builtins__"] = {**vars(builtins), "__build_class__": build_class}
    module.__dict__[identity.ATTRIBUTE] = identities
    return module


@contextmanager
def _kept(names: Iterable[str]) -> Iterator[None]:
    """What has these names among all modules is there again afterwards."""
    before = {name: sys.modules.get(name) for name in names}
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


@contextmanager
def _siblings_importable(path: Path) -> Iterator[None]:
    """The files beside this one are imported by their names meanwhile, and forgotten afterwards:
    two exercises in one process may both bring files of one name."""
    names = [file.stem for file in python_files(path.parent)]
    with _kept(names):
        for name in names:
            sys.modules.pop(name, None)
        sys.path.insert(0, str(path.parent))
        try:
            yield
        finally:
            sys.path.remove(str(path.parent))


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
        with _siblings_importable(path):
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
