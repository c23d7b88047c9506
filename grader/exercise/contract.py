"""What is graded, as tasks.yaml says it in either format and as the reference defines it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from grader.exercise.document import Document, nearest
from grader.exercise.find import read_bytes
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Contract
from grader.model.manifest import Graded, Manifest, OneClass
from grader.text.words import said

HERE = "$.submission"


def check_given(page: Document, manifest: Manifest) -> None:
    """Refuses a manifest in which what is graded has no possible names."""
    given = manifest.submission
    if isinstance(given, OneClass):
        _check_name(page, "module", given.module)
        _check_name(page, "class", given.class_name)
        for at, name in enumerate(given.requires):
            _check_name(page, f"requires[{at}]", name)
    else:
        _check_names(page, given)


def contract_of(page: Document, root: Path, manifest: Manifest) -> Contract:
    """What is graded. ExerciseProblem where the reference lacks some of it.

    Format 1 has one class, whose attributes are told of where a check misses them.
    """
    given = manifest.submission
    if isinstance(given, OneClass):
        requires = {given.class_name: given.requires}
        return Contract((given.module,), (given.class_name,), requires=requires, is_one_class=True)
    contract = Contract(given.modules, given.objects)
    functions = _functions(page, root / manifest.parts.reference, contract)
    for name in given.requires:
        if name not in given.objects:
            what = said("`{name:.60}` is none of the `objects`.", name=name)
            page.refuse(f"{HERE}.requires.{name}", what, nearest(name, given.objects))
        if name in functions:
            what = said("`{name}` is a function: only objects of a class are asked.", name=name)
            page.refuse(f"{HERE}.requires.{name}", what, said("Take it out."))
    return Contract(given.modules, given.objects, functions, given.requires)


def _check_names(page: Document, given: Graded) -> None:
    for at, name in enumerate(given.modules):
        _check_name(page, f"modules[{at}]", name)
        _check_once(page, f"modules[{at}]", given.modules[:at], name)
    for at, name in enumerate(given.objects):
        module, _, inner = name.rpartition(".")
        _check_name(page, f"objects[{at}]", inner)
        _check_once(page, f"objects[{at}]", given.objects[:at], name)
        if module and module not in given.modules[1:]:
            what = said("`{name:.60}` is in none of the `modules`.", name=name)
            move = said(
                "What is in `{first}` stands alone, what is in another module has its name and a "
                "point before it.",
                first=given.modules[0],
            )
            page.refuse(f"{HERE}.objects[{at}]", what, move)
    for owner, names in given.requires.items():
        for at, name in enumerate(names):
            _check_name(page, f"requires.{owner}[{at}]", name)


def _check_name(page: Document, key: str, name: str) -> None:
    if not name.isidentifier():
        what = said("`{name:.60}` cannot be a name in Python.", name=name)
        page.refuse(f"{HERE}.{key}", what, said("Letters, digits and _, no digit first."))


def _check_once(page: Document, key: str, before: tuple[str, ...], name: str) -> None:
    if name in before:
        page.refuse(
            f"{HERE}.{key}", said("`{name}` is here twice.", name=name), said("Take one out.")
        )


def _functions(page: Document, folder: Path, contract: Contract) -> frozenset[str]:
    """The objects that the reference defines as functions."""
    known = {
        contract.address(module, name): is_function
        for module, file in zip(contract.modules, contract.files, strict=True)
        for name, is_function in _defined(_tree(folder / file, f"{folder.name}/{file}"))
    }
    for at, name in enumerate(contract.objects):
        if name not in known:
            _refuse_unknown(page, at, name, contract, known)
    return frozenset(name for name in contract.objects if known[name])


def _refuse_unknown(
    page: Document, at: int, name: str, contract: Contract, known: dict[str, bool]
) -> NoReturn:
    file = f"{contract.place(name)[0]}.py"
    what = said("the reference has no `{name}` in {file}.", name=name, file=file)
    page.refuse(f"{HERE}.objects[{at}]", what, nearest(name, known or [file]))


def _tree(path: Path, shown: str) -> ast.Module:
    try:
        return ast.parse(read_bytes(path, path))
    except (SyntaxError, ValueError) as error:
        raise ExerciseProblem(
            said(
                "{path}:{line}: the reference is not Python: {error}",
                path=shown,
                line=getattr(error, "lineno", None) or 1,
                error=error,
            ),
            next_move=said("Mend it first."),
        ) from None


def _defined(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The names that a module defines at its top, and whether each is a function."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, True
        elif isinstance(node, ast.ClassDef):
            yield node.name, False
        elif isinstance(node, ast.Assign):
            is_function = isinstance(node.value, ast.Lambda)
            yield from ((one.id, is_function) for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((one.asname or one.name, False) for one in node.names)
