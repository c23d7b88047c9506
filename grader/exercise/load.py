"""Reads an exercise folder, and checks that it is sound."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from grader.exercise.content import check_parts, digest_of
from grader.exercise.document import Document, nearest
from grader.exercise.find import MANIFEST, find, read_bytes
from grader.model.exercise import Contract, Exercise, Limits, Manifest, Parts, Task
from grader.text.words import said

FORMAT = 1

_SHAPES: dict[str, Any] = {
    "$": Manifest,
    "$.submission": Contract,
    "$.parts": Parts,
    "$.limits": Limits,
    "$.tasks[]": Task,
}


def load(folder: Path | None = None) -> Exercise:
    """The exercise in `folder`, else the one the environment names, else the bundled one.

    Raises ExerciseProblem when it is not there or not sound.
    """
    given = find(folder)
    root = given.resolve()
    page = Document(
        str(given / MANIFEST),
        read_bytes(root / MANIFEST, given / MANIFEST),
        lambda path, depth: _SHAPES.get(re.sub(r"\[\d+\]", "[]", path)),
        said("Begin it with `format: {format}`.", format=FORMAT),
    )
    manifest = page.typed(page.formatted(FORMAT), Manifest)
    _check_names(page, manifest)
    _check_tasks(page, manifest.tasks)
    check_parts(page, root, manifest)
    return Exercise(
        root=root,
        id=manifest.id,
        title=manifest.title,
        contract=manifest.submission,
        parts=manifest.parts,
        limits=manifest.limits,
        packages=manifest.packages,
        tasks=manifest.tasks,
        handout=manifest.handout,
        digest=digest_of(root, manifest.parts),
    )


def _check_names(page: Document, manifest: Manifest) -> None:
    ids = [("$.id", manifest.id)]
    ids += [(f"$.tasks[{at}].id", task.id) for at, task in enumerate(manifest.tasks)]
    for path, name in ids:
        if name.endswith("\n"):  # a pattern's $ lets one pass
            page.refuse(
                path,
                said("the id ends with a line break."),
                said("Write it on one line, without |."),
            )
    contract = manifest.submission
    names = [("module", contract.module), ("class", contract.class_name)]
    names += [(f"requires[{at}]", name) for at, name in enumerate(contract.requires)]
    for key, name in names:
        if not name.isidentifier():
            what = said("`{name:.60}` cannot be a name in Python.", name=name)
            page.refuse(f"$.submission.{key}", what, said("Letters, digits and _, no digit first."))


def _check_tasks(page: Document, tasks: tuple[Task, ...]) -> None:
    places = {task.id: at for at, task in reversed(list(enumerate(tasks)))}
    for at, task in enumerate(tasks):
        here = f"$.tasks[{at}]"
        if (first := places[task.id]) != at:
            line = page.lines[f"$.tasks[{first}].id"]
            what = said("two tasks have the id `{task}`.", task=task.id)
            page.refuse(
                f"{here}.id", what, said("The first is in line {line}: rename one.", line=line)
            )
        for key, text in (("title", task.title), ("statement", task.statement)):
            if not text.strip():
                page.refuse(
                    f"{here}.{key}",
                    said("`{key}` of task `{task}` is empty.", key=key, task=task.id),
                    said("Write it."),
                )
        _check_needs(page, tasks, places, at)


def _check_needs(page: Document, tasks: tuple[Task, ...], places: dict[str, int], at: int) -> None:
    task = tasks[at]
    for number, need in enumerate(task.needs):
        if places.get(need, at) < at:
            continue
        where = f"$.tasks[{at}].needs[{number}]"
        if need not in places:
            what = said(
                "task `{task}` needs `{need:.60}`, but there is no such task.",
                task=task.id,
                need=need,
            )
            page.refuse(where, what, nearest(need, places))
        if ring := _ring(tasks, places, task.id, need):
            what = said("these tasks need each other: {ring}.", ring=" -> ".join(ring))
            page.refuse(where, what, said("Take one `needs` out."))
        what = said("task `{task}` needs `{need}`, which comes after it.", task=task.id, need=need)
        page.refuse(
            where,
            what,
            said("Move task `{need}` before task `{task}`.", need=need, task=task.id),
        )


def _ring(
    tasks: tuple[Task, ...], places: dict[str, int], start: str, need: str
) -> list[str] | None:
    """The way from `start` over `need` back to `start`, None when there is none."""
    ways, seen = [[start, need]], {need}
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        for further in tasks[places[way[-1]]].needs:
            if further in places and further not in seen:
                seen.add(further)
                ways.append([*way, further])
    return None
