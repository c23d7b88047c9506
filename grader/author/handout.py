"""Packs what learners get, and proves that nothing hidden is inside.

Theory of operation. Only the files that `handout:` names go into the zip, in that order's sorted
names, with a fixed time stamp and without compression, so that equal files give equal bytes on
every machine. Then the finished zip is opened again, and every line of it that is long enough to
tell something is held against two sets: the lines of the battery and of the reference's folder,
and the lines that fill the holes. A line that the starter holds outside its holes is given, so it
is no secret; everything else that is in both is a leak.
"""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.exercise.holes import node_of
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise
from grader.text.words import said

EARLIEST = (1980, 1, 1, 0, 0, 0)
SHORTEST_SECRET = 20
"""A line with fewer characters, such as `return out`, says nothing by itself."""


def handout_zip(exercise: Exercise) -> bytes:
    """The bytes of the zip that learners get. ExerciseProblem when something hidden is inside."""
    members = handout_files(exercise)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(members.items()):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes())
    prove_nothing_hidden(exercise, packed.getvalue())
    return packed.getvalue()


def handout_files(exercise: Exercise) -> dict[str, Path]:
    """The files learners get, by the names they get them under. ExerciseProblem."""
    found: dict[str, Path] = {}
    for listed in exercise.handout:
        path = exercise.root / listed
        for part in (exercise.battery, exercise.reference):
            if path.resolve().is_relative_to(part.resolve()):
                raise ExerciseProblem(
                    said(
                        "tasks.yaml: the handout lists {listed}, which is hidden from learners",
                        listed=listed,
                    ),
                    next_move=said("Take it out of `handout`."),
                )
        if path.name in found:
            raise ExerciseProblem(
                said("tasks.yaml: the handout lists two files named {path}", path=path.name),
                next_move=said("Rename one: learners get all files in one folder."),
            )
        found[path.name] = path
    packed = {path.resolve() for path in found.values()}
    for path in exercise.starter_files:
        if path.resolve() not in packed:
            raise ExerciseProblem(
                said(
                    "tasks.yaml: the handout lacks {module_file}, the file to write in",
                    module_file=path.name,
                ),
                next_move=said(
                    "Add {starter}/{module_file} to `handout`.",
                    starter=exercise.parts.starter,
                    module_file=path.name,
                ),
            )
    return found


def prove_nothing_hidden(exercise: Exercise, packed: bytes) -> None:
    """Holds a finished zip against what is hidden. ExerciseProblem names the first leak."""
    secrets = dict(_filled_holes(exercise))
    starter = b"\n".join(path.read_bytes() for path in exercise.starter_files)
    for part in (exercise.battery, exercise.reference):
        for path in _files_below(part):
            where = path.relative_to(exercise.root).as_posix()
            for line in _telling_lines(path.read_bytes()):
                if line not in starter:
                    secrets.setdefault(line, where)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            _hold_against(archive.read(name), name, secrets)


def _hold_against(data: bytes, name: str, secrets: dict[bytes, str]) -> None:
    for number, line in enumerate(data.splitlines(), start=1):
        found = next((secret for secret in secrets if secret in line), None)
        if found is not None:
            raise ExerciseProblem(
                said(
                    "{name}:{number}: this line of the handout is also in {secret}: {line}",
                    name=name,
                    number=number,
                    secret=secrets[found],
                    line=found.decode("utf-8", "replace")[:80],
                ),
                next_move=said("Write that line differently in one of the two, or take it out."),
            )


def _telling_lines(data: bytes) -> Iterator[bytes]:
    """The stripped lines that are long enough to tell something; imports tell nothing."""
    for line in data.splitlines():
        text = line.strip()
        if len(text) >= SHORTEST_SECRET and not text.startswith((b"import ", b"from ")):
            yield text


def _files_below(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )


def _filled_holes(exercise: Exercise) -> Iterator[tuple[bytes, str]]:
    """The lines of the reference that fill a hole and stand nowhere outside the holes, each with
    the file it is in."""
    holes = [place for task in exercise.tasks if (place := exercise.hole_place(task))]
    for path in exercise.reference_files:
        where = path.relative_to(exercise.root).as_posix()
        names = [name for file, name in holes if file == path.name]
        yield from ((line, where) for line in _answers(path, names))


def _answers(path: Path, holes: Sequence[str]) -> Iterator[bytes]:
    lines = path.read_bytes().splitlines()
    inside: set[int] = set()
    for hole in holes:
        node = find_hole(path, hole)
        if node is not None:
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            for statement in body:
                inside.update(range(statement.lineno - 1, (statement.end_lineno or 0)))
    outside = {text.strip() for at, text in enumerate(lines) if at not in inside}
    answers = b"\n".join(lines[at] for at in sorted(inside))
    yield from (line for line in _telling_lines(answers) if line not in outside)


def find_hole(path: Path, hole: str) -> ast.FunctionDef | None:
    """The function or method of that name in a file, None when there is none."""
    try:
        node = node_of(ast.parse(path.read_text("utf-8")), hole)
    except (SyntaxError, ValueError) as error:
        raise ExerciseProblem(
            said("{path} is not Python: {error}", path=path.name, error=error)
        ) from None
    return node if isinstance(node, ast.FunctionDef) else None
