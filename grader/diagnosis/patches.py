"""Known mistakes as patches of the reference, and two of one method as one.

A known mistake is a class in `reference/misconceptions/<task>.py` (or `<module>.py` for the
constructor and given parts): what its body defines replaces what the reference has of the same
name. It belongs where the task's hole is: beside the method `Value.__add__` in the class, beside
the function `helpers.dot` in the module. `class Forgets(Matrix)` names another owner, a class or a
module. The body is executed in a fresh copy of the reference's namespace, so `Value` in it is the
class under test. A class in `reference/forms.py` is the same without a mistake: another right way
to write a given part, in which mistakes may look different. All of it is the exercise's own code.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from grader.diagnosis.merging import Edit, edits, merged
from grader.diagnosis.observations import GENERAL, Hypothesis, KnownMistake
from grader.exercise.content import known_mistake_files, starter_texts
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Contract, Exercise
from grader.model.lru import LRU
from grader.text.words import said

FORM = "form"
"""The task of what is no mistake."""

HELD_CODES = 2000
"""Hypotheses whose code is remembered: a service meets ever new ones."""


class Code(NamedTuple):
    """What is to be executed for a patch, and whose names it replaces: those of a class, or where
    there is none, of a module."""

    module: str
    class_name: str
    code: types.CodeType


class Patch(Struct, frozen=True):
    """A known mistake, ready to be put into a reference."""

    mistake: KnownMistake
    code: Code
    body: list[ast.stmt]
    functions: dict[str, ast.FunctionDef]


def load_patches(exercise: Exercise) -> list[Patch]:
    """Every known mistake, general ones first. ExerciseProblem when one is broken."""
    return [
        patch
        for path in known_mistake_files(exercise)
        for patch in _file_patches(exercise, path, _task_of(exercise, path))
    ]


def load_forms(exercise: Exercise) -> list[Patch]:
    """Other right forms of given parts. ExerciseProblem when one is broken."""
    path = exercise.reference / "forms.py"
    return list(_file_patches(exercise, path, FORM)) if path.is_file() else []


def _task_of(exercise: Exercise, path: Path) -> str:
    return GENERAL if path.stem in exercise.contract.modules else path.stem


def _file_patches(exercise: Exercise, path: Path, task: str) -> Iterator[Patch]:
    try:
        tree = ast.parse(path.read_text("utf-8"), str(path))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ExerciseProblem(
            said("{path} cannot be read: {error}", path=path.name, error=error)
        ) from None
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield _patch(exercise, task, path, node)


def _patch(exercise: Exercise, task: str, path: Path, node: ast.ClassDef) -> Patch:
    title, _, words = (ast.get_docstring(node) or "").partition("\n")
    place = {"node": node.name, "path": path.name, "lineno": node.lineno}
    if not title.strip() and task == FORM:
        raise ExerciseProblem(
            said("the form {node} in {path}:{lineno} has no docstring", **place),
            next_move=said("Its first line says what is different."),
        )
    if not title.strip():
        raise ExerciseProblem(
            said("the known mistake {node} in {path}:{lineno} has no docstring", **place),
            next_move=said("Its first line is the mistake's name, the rest the tutor's words."),
        )
    body = node.body[1:]
    functions = {one.name: one for one in body if isinstance(one, ast.FunctionDef)}
    if not functions and task == FORM:
        raise ExerciseProblem(
            said("the form {node} in {path}:{lineno} has no method", **place),
            next_move=said("Write the methods that differ from the reference, or take it out."),
        )
    mistake = KnownMistake(
        id=f"{path.stem}/{node.name}",
        task=task,
        title=title.strip().rstrip("."),
        explanation=" ".join(words.split()),
        methods=tuple(_defined(body)),
        owner=_owner(exercise, task, path, node),
    )
    code = _compiled(body, str(path), exercise.contract.place(mistake.owner))
    named = {f"{mistake.owner}.{name}".strip("."): one for name, one in functions.items()}
    return Patch(mistake, code, body, named)


def _owner(exercise: Exercise, task: str, path: Path, node: ast.ClassDef) -> str:
    """The class or module, by its address, in which a mistake has its names."""
    contract = exercise.contract
    for named in map(ast.unparse, node.bases):
        if named in contract.classes or named in contract.modules[1:]:
            return named
        if named == contract.module:
            return ""
        raise ExerciseProblem(
            said(
                "{path}:{lineno}: {node} is to change {named}, which is not graded",
                path=path.name,
                lineno=node.lineno,
                node=node.name,
                named=named,
            ),
            next_move=said(
                "Name one of these: {known}.",
                known=", ".join([*contract.classes, *contract.modules]),
            ),
        )
    hole = next((one.hole for one in exercise.tasks if one.id == task), None)
    if hole is not None and not contract.is_one_class:
        return hole.rpartition(".")[0]
    module = path.stem if path.stem in contract.modules else contract.module
    classes = (name for name in contract.classes if contract.place(name)[0] == module)
    return next(classes, "" if module == contract.module else module)


def _defined(body: list[ast.stmt]) -> Iterator[str]:
    """What the body replaces: its functions, and what it names otherwise, `__hash__ = None`."""
    for one in body:
        if isinstance(one, ast.FunctionDef):
            yield one.name
        elif isinstance(one, ast.Assign):
            yield from (target.id for target in one.targets if isinstance(target, ast.Name))


def _compiled(body: list[ast.stmt], path: str, place: tuple[str, str]) -> Code:
    """The body's code, its functions named as methods of their class: so exceptions say it."""
    module, class_name = place
    code = compile(ast.Module(body, type_ignores=[]), path, "exec", dont_inherit=True)
    if class_name:
        code = code.replace(co_consts=_named_in(code, class_name))
    return Code(module, class_name, code)


def _named_in(code: types.CodeType, class_name: str) -> tuple[object, ...]:
    return tuple(
        one.replace(
            co_qualname=f"{class_name}.{one.co_qualname}", co_consts=_named_in(one, class_name)
        )
        if isinstance(one, types.CodeType)
        else one
        for one in code.co_consts
    )


class Patches:
    """The code that puts hypotheses into a reference."""

    def __init__(self, exercise: Exercise) -> None:
        mistakes, forms = load_patches(exercise), load_forms(exercise)
        self.mistakes = tuple(patch.mistake for patch in mistakes)
        self.forms = tuple(patch.mistake for patch in forms)
        self._by_id = {patch.mistake.id: patch for patch in (*mistakes, *forms)}
        self.contract = exercise.contract
        self.reference: dict[str, types.CodeType] = {}
        self._functions: dict[str, ast.FunctionDef] = {}
        texts = _sources(exercise)
        for module, file in zip(self.contract.modules, self.contract.files, strict=True):
            text = texts[file]
            self.reference[module] = compile(text, file, "exec", dont_inherit=True)
            self._functions |= _graded(self.contract, module, ast.parse(text))
        self._edits: dict[tuple[str, str], tuple[Edit, ...] | None] = {}
        self._both: dict[tuple[str, Hypothesis], Code | None] = {}
        self._codes = LRU[Hypothesis, list[Code]](HELD_CODES)
        # what a decorator makes of a function may be called, and the function not
        plain = {name for name, one in self._functions.items() if not one.decorator_list}
        self._replaced = {
            name: frozenset(patch.functions)
            for name, patch in self._by_id.items()
            if len(patch.functions) == len(patch.body) and patch.functions.keys() <= plain
        }

    @property
    def methods(self) -> frozenset[str]:
        """The graded functions and methods of the reference, by the name that a frame has."""
        return frozenset(self.contract.place(address)[1] for address in self._functions)

    @cached_property
    def paths(self) -> frozenset[str]:
        """The file names of all code, by which a frame is known to be in it."""
        files = {patch.code.code.co_filename for patch in self._by_id.values()}
        return frozenset({*self.contract.files, *files})

    def can_stand(self, hypothesis: Hypothesis) -> bool:
        """Whether its mistakes can be put into one class: two may touch one method where they
        touch different statements."""
        return all(self._one(method, those) is not None for method, those in shared(hypothesis))

    def codes(self, hypothesis: Hypothesis) -> list[Code]:
        """What is to be executed, in order."""
        codes = self._codes.get(hypothesis)
        if codes is None:
            both = (self._one(method, those) for method, those in shared(hypothesis))
            codes = [self._by_id[mistake.id].code for mistake in hypothesis]
            codes += [code for code in both if code is not None]
            self._codes.put(hypothesis, codes)
        return codes

    def replaced(self, hypothesis: Hypothesis) -> frozenset[str] | None:
        """The reference's functions that it has otherwise, by their addresses; None where that
        is not all that it changes."""
        if any(mistake.id not in self._replaced for mistake in hypothesis):
            return None
        return frozenset(chain.from_iterable(self._replaced[mistake.id] for mistake in hypothesis))

    def _one(self, method: str, hypothesis: Hypothesis) -> Code | None:
        """The method with all of the mistakes in it, None where they touch the same statement."""
        key = method, hypothesis
        if key not in self._both:
            self._both[key] = self._merged(method, hypothesis)
        return self._both[key]

    def _merged(self, method: str, hypothesis: Hypothesis) -> Code | None:
        changes = [self._changes(mistake, method) for mistake in hypothesis]
        known = [one for one in changes if one is not None]
        if len(known) < len(changes):
            return None
        whole = merged(self._functions[method], known)
        if whole is None:
            return None
        module, _ = self.contract.place(method)
        owner = self.contract.place(hypothesis[0].owner)
        return _compiled([whole], f"{module}.py", owner)

    def _changes(self, mistake: KnownMistake, method: str) -> tuple[Edit, ...] | None:
        """What a mistake changes in a method of the reference, None where that cannot be said."""
        key = mistake.id, method
        if key not in self._edits:
            original = self._functions.get(method)
            version = self._by_id[mistake.id].functions.get(method)
            self._edits[key] = edits(original, version) if original and version else None
        return self._edits[key]


def _sources(exercise: Exercise) -> dict[str, str]:
    """The reference; of what learners are given the starter, which has the same functions."""
    if exercise.public is not None:
        return starter_texts(exercise)
    return {path.name: path.read_text("utf-8") for path in exercise.reference_files}


def shared(hypothesis: Hypothesis) -> list[tuple[str, Hypothesis]]:
    """The methods that more than one of its mistakes replaces, with those mistakes. A form's
    method gives way to a mistake's."""
    methods = dict.fromkeys(method for mistake in hypothesis for method in mistake.replaces)
    real = [mistake for mistake in hypothesis if mistake.task != FORM]
    users = [(one, tuple(m for m in real if one in m.replaces)) for one in methods]
    return [(method, those) for method, those in users if len(those) > 1]


def _graded(contract: Contract, module: str, tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The graded functions of a module and the methods of its graded classes, by their address."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            address = contract.address(module, node.name)
            if address not in contract.objects:
                continue
            if isinstance(node, ast.FunctionDef):
                found[address] = node
                continue
            methods = (one for one in node.body if isinstance(one, ast.FunctionDef))
            found |= {f"{address}.{one.name}": one for one in methods}
    return found
