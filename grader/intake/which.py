"""Decides which of the files in a folder or a zip is the submission."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple, NoReturn

from grader.intake.kinds import refuse_by_name
from grader.intake.refusal import nearest, refuse
from grader.text.clean import clean_name
from grader.text.words import said, some

NOTEBOOK = ".ipynb"
_BESIDE = ("__init__.py", "conftest.py")
"""Python files that go with a solution and are none, as tests do."""


class Chosen(NamedTuple):
    """The file to grade, by its path; with `folder`, all Python files below that travel along.

    `notes` is what there is to say about the choice.
    """

    path: str
    folder: str | None
    notes: tuple[str, ...] = ()


def choose(paths: Iterable[str], module_file: str, shown: str) -> Chosen:
    """The module file that all others of its name lie below, or the only Python file or notebook.

    Raises SubmissionRefused where there is none, or there are several to choose from.
    """
    found = sorted(paths)
    known = [path for path in found if path.lower().endswith((".py", NOTEBOOK))]
    modules = [path for path in known if PurePosixPath(path).name == module_file]
    if modules:
        path = min(modules, key=lambda one: one.count("/"))
        folder = path.removesuffix(module_file)
        if not all(one.startswith(folder) for one in modules):
            _refuse_several(modules, module_file, shown)
        left = [one for one in known if not one.startswith(folder) and not is_beside(one)]
        return Chosen(path, folder, _about_choice(path, module_file, left))
    able = [path for path in known if not is_beside(path)]
    if len(able) != 1:
        _refuse_without_module(able or known, found, module_file, shown)
    return Chosen(able[0], None, (taken_as(able[0], module_file),))


def is_beside(path: str) -> bool:
    """Whether a Python file of that name is a test, or what else goes with a solution."""
    name = PurePosixPath(path).name.lower()
    return name.endswith(".py") and (
        name.startswith("test_") or name.endswith("_test.py") or name in _BESIDE
    )


def taken_as(lone: str, module_file: str) -> str:
    """That a notebook, or a Python file of another name, was taken."""
    shown = clean_name(lone)
    if lone.lower().endswith(NOTEBOOK):
        return said(
            "{lone} was taken as {module_file}: it is the only notebook.",
            lone=shown,
            module_file=module_file,
        )
    return said(
        "{lone} was taken as {module_file}: it is the only Python file.",
        lone=shown,
        module_file=module_file,
    )


def _about_choice(path: str, module_file: str, left: list[str]) -> tuple[str, ...]:
    """What to say of a module file: nothing where it lies at the top."""
    if path == module_file:
        return ()
    if not left:
        note = said(
            "{path} was taken as {module_file}.", path=clean_name(path), module_file=module_file
        )
    else:
        note = said(
            "{path} was taken as {module_file}; left aside: {names}.",
            path=clean_name(path),
            module_file=module_file,
            names=some([clean_name(one) for one in left]),
        )
    return (note,)


def _refuse_several(modules: list[str], module_file: str, shown: str) -> NoReturn:
    refuse(
        said(
            "{shown} holds {module_file} more than once: {names}.",
            shown=shown,
            module_file=module_file,
            names=some([clean_name(name) for name in modules]),
        ),
        said("Leave the one that counts, or give the folder it is in."),
    )


def _refuse_without_module(
    able: list[str], found: list[str], module_file: str, shown: str
) -> NoReturn:
    names = [clean_name(name) for name in able]
    if not names:
        for name in found:
            refuse_by_name(name, f"{clean_name(name)} in {shown}", module_file)
        what = said(
            "{shown} holds no {module_file}, and no other Python file.",
            shown=shown,
            module_file=module_file,
        )
        refuse(what, said("Put your {module_file} into it, at the top.", module_file=module_file))
    what = said(
        "{shown} holds no {module_file}. Found: {names}.",
        shown=shown,
        module_file=module_file,
        names=some(names),
    )
    near = nearest(module_file, [name for name in names if not is_beside(name)])
    if near is None:
        refuse(
            what,
            said(
                "Leave only your solution, or rename it to {module_file}.", module_file=module_file
            ),
        )
    refuse(
        what,
        said(
            "If {near} is your solution, rename it to {module_file}.",
            near=near,
            module_file=module_file,
        ),
    )
