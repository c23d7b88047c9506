"""What lies in an exercise folder: its parts, their digest, and the files in them."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from grader.exercise.document import Document
from grader.exercise.find import MANIFEST, read_bytes
from grader.exercise.holes import node_of
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise, Parts, Task
from grader.model.manifest import Manifest, OneClass
from grader.text.words import said


def hole_line(exercise: Exercise, task: Task) -> int | None:
    """The line of the starter file where the task's hole begins, None where it has none."""
    import ast

    place = exercise.hole_place(task)
    if place is None:
        return None
    path = exercise.starter / place[0]
    try:
        node = node_of(ast.parse(starter_texts(exercise)[place[0]]), place[1])
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ExerciseProblem(
            said(
                "{path}:{line}: the starter file is not Python: {error}",
                path=path,
                line=line,
                error=error,
            ),
            next_move=said("Mend it: learners begin with this file."),
        ) from None
    return None if node is None else node.lineno


def starter_texts(exercise: Exercise) -> dict[str, str]:
    """The text of every file that learners begin with, by its name. ExerciseProblem."""
    if exercise.public is not None:
        return dict(exercise.public.starter)
    return {path.name: _text(path) for path in exercise.starter_files}


def _text(path: Path) -> str:
    try:
        return read_bytes(path, path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExerciseProblem(
            said("{path}: not UTF-8 text.", path=path),
            next_move=said("Save the file as UTF-8."),
        ) from None


def known_mistake_files(exercise: Exercise) -> tuple[Path, ...]:
    """The files of known mistakes: the module's own first, then in the order of the tasks."""
    order = [*exercise.contract.modules, *(task.id for task in exercise.tasks)]
    places = {name: place for place, name in enumerate(order)}
    files = python_files(exercise.reference / "misconceptions")
    return tuple(sorted(files, key=lambda path: (places.get(path.stem, len(order)), path.name)))


def right_styles(exercise: Exercise) -> tuple[Path, ...]:
    """Other right solutions, each of which has to earn every point."""
    return tuple(solutions(exercise, exercise.reference / "correct"))


def solutions(exercise: Exercise, folder: Path) -> list[Path]:
    """An author's solutions in a folder: files, and where there are several modules, folders."""
    found = python_files(folder)
    if exercise.lone_file is None:
        inner = (path for path in folder.glob("[!._]*") if path.is_dir())
        found += [
            path for path in inner if any((path / f).is_file() for f in exercise.contract.files)
        ]
    return sorted(found)


def solution_files(exercise: Exercise, path: Path) -> dict[str, Path]:
    """The files of an author's solution, by the modules' file names: one file is the first module,
    a folder has any of them, and what there is none of is the reference's."""
    names = exercise.contract.files
    given = {name: path / name for name in names} if path.is_dir() else {names[0]: path}
    solution = {name: exercise.reference / name for name in names}
    return solution | {name: file for name, file in given.items() if file.is_file()}


def check_parts(page: Document, root: Path, manifest: Manifest) -> None:
    """Refuses a manifest whose parts are not there, or not inside the folder."""
    parts, given = manifest.parts, manifest.submission
    modules = (given.module,) if isinstance(given, OneClass) else given.modules
    files = [f"{module}.py" for module in modules]
    begun, solution = said("the file learners begin with"), said("the solution")
    wanted: list[tuple[str, str, str, str, Callable[[Path], bool]]] = [
        *(("parts.starter", parts.starter, file, begun, Path.is_file) for file in files),
        *(("parts.reference", parts.reference, file, solution, Path.is_file) for file in files),
        ("parts.battery", parts.battery, "", said("the folder of checks"), Path.is_dir),
    ]
    wanted += [
        (f"handout[{at}]", name, "", said("part of the handout"), Path.is_file)
        for at, name in enumerate(manifest.handout)
    ]
    for key, name, inner, meaning, present in wanted:
        path = _inside(page, root, f"$.{key}", name) / inner
        if not present(path):
            missing = path.relative_to(root).as_posix()
            what = said("`{missing}` is missing: {meaning}.", missing=missing, meaning=meaning)
            page.refuse(
                f"$.{key}",
                what,
                said("Add it to the exercise folder, or correct `{key}`.", key=key),
            )


def _inside(page: Document, root: Path, where: str, name: str) -> Path:
    pure = PurePosixPath(name)
    plain = name.isprintable() and not re.search(r"[\\:]", name) and pure.parts
    if not plain or pure.is_absolute() or ".." in pure.parts:
        what = said("`{name:.60}` is not a path inside the exercise folder.", name=name)
        page.refuse(
            where, what, said("Name a file or folder below tasks.yaml, with / between names.")
        )
    if not (root / pure).resolve().is_relative_to(root):
        what = said("`{name:.60}` leads out of the exercise folder through a link.", name=name)
        page.refuse(where, what, said("Put the content itself into the folder."))
    return root / pure


def digest_of(root: Path, parts: Parts) -> str:
    """sha256 over the sorted lines `path NUL sha256` of every declared file."""
    files = {MANIFEST: root / MANIFEST}
    for part in (parts.starter, parts.reference, parts.battery):
        files.update((path.relative_to(root).as_posix(), path) for path in _content(root / part))
    whole = hashlib.sha256()
    for name, path in sorted(files.items()):
        whole.update(f"{name}\0{hashlib.sha256(read_bytes(path, path)).hexdigest()}\n".encode())
    return whole.hexdigest()


def _content(part: Path) -> Iterator[Path]:
    """Every regular file below; caches and dotfiles differ from machine to machine."""
    for folder, folders, names in os.walk(part):
        folders[:] = [name for name in folders if name != "__pycache__" and name[0] != "."]
        for name in (*folders, *names):
            path = Path(folder, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode) and name[0] != ".":
                raise ExerciseProblem(
                    said(
                        "{path}: is a link, and the digest of an exercise covers files only.",
                        path=path,
                    ),
                    next_move=said("Put a copy of the file in its place."),
                )
            if stat.S_ISREG(mode) and name[0] != "." and not name.endswith(".pyc"):
                yield path


def python_files(folder: Path) -> list[Path]:
    """The Python files of a folder, sorted; names that begin with `_` or `.` are left out."""
    return sorted(path for path in folder.glob("[!._]*.py") if path.is_file())
