"""Reads an exercise folder, and checks that it is sound."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from grader.exercise.content import check_parts, digest_of
from grader.exercise.contract import check_given, contract_of
from grader.exercise.document import Document, nearest
from grader.exercise.find import MANIFEST, find, read_bytes
from grader.model.exercise import Exercise, Limits, Parts, Task
from grader.model.manifest import Graded, Manifest, Manifest2, OneClass
from grader.text.words import said

FORMATS: dict[int, type[Manifest]] = {1: Manifest, 2: Manifest2}

_SHAPES: dict[str, Any] = {
    "$": Manifest,
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
        lambda path, depth: _shape(page, path),
        said("Begin it with `format: {format}`.", format=min(FORMATS)),
    )
    data = page.formatted(*FORMATS)
    manifest = page.typed(data, FORMATS[data["format"]])
    _check_ids(page, manifest)
    check_given(page, manifest)
    _check_tasks(page, manifest.tasks)
    check_parts(page, root, manifest)
    return Exercise(
        root=root,
        id=manifest.id,
        title=manifest.title,
        contract=contract_of(page, root, manifest),
        parts=manifest.parts,
        limits=manifest.limits,
        packages=manifest.packages,
        tasks=manifest.tasks,
        handout=manifest.handout,
        digest=digest_of(root, manifest.parts),
    )


def _shape(page: Document, path: str) -> Any:
    """The record of a part; of what is handed in each format has its own."""
    if path == "$.submission":
        return Graded if page.top.get("format") == 2 else OneClass
    return _SHAPES.get(re.sub(r"\[\d+\]", "[]", path))


def _check_ids(page: Document, manifest: Manifest) -> None:
    ids = [("$.id", manifest.id)]
    ids += [(f"$.tasks[{at}].id", task.id) for at, task in enumerate(manifest.tasks)]
    for path, name in ids:
        if name.endswith("\n"):  # a pattern's $ lets one pass
            page.refuse(
                path,
                said("the id ends with a line break."),
                said("Write it on one line, without |."),
            )


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
