"""Packs what learners get, and proves that nothing hidden is inside.

Theory of operation. Learners get the files that `handout:` names, the statement as a page, and one
file from which `grader check` and the other verbs for learners work without any solution
(`grader.exercise.handed_out`). Every line of what is packed that is long enough to tell something
is held against two sets: the lines of the battery and of the reference's folder, and the lines that
fill the holes. A line that the starter holds outside its holes is given, so it is no secret;
everything else that is in both is a leak.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from grader.author.publish import publish
from grader.exercise.find import HANDED_OUT
from grader.exercise.handed_out import handed_out
from grader.exercise.holes import node_of
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise
from grader.model.public import Public
from grader.render.html.statement_page import statement_page
from grader.text.words import said

SHORTEST_SECRET = 20
"""A line with fewer characters, such as `return out`, says nothing by itself."""

STATEMENT = "statement.html"


def handout_files(exercise: Exercise, public: Public | None = None) -> dict[str, bytes]:
    """What learners get, by names in one folder; `public` where that is known already.

    ExerciseProblem when something hidden is inside.
    """
    listed = {name: path.read_bytes() for name, path in listed_files(exercise).items()}
    made = {
        STATEMENT: statement_page(exercise).encode(),
        HANDED_OUT: handed_out(exercise, public or publish(exercise).public),
    }
    prove_nothing_hidden(exercise, {**listed, **made})
    return {**listed, **made}


def listed_files(exercise: Exercise) -> dict[str, Path]:
    """The files that the exercise lists, by the names learners get them under. ExerciseProblem."""
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
        if path.name in (STATEMENT, HANDED_OUT):
            raise ExerciseProblem(
                said(
                    "tasks.yaml: the handout lists a {path}, and `grader handout` makes one",
                    path=path.name,
                ),
                next_move=said("Rename yours."),
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


def prove_nothing_hidden(exercise: Exercise, files: Mapping[str, bytes]) -> None:
    """Holds what is to be packed against what is hidden. ExerciseProblem names the first leak."""
    words = "\n".join(text for task in exercise.tasks for text in task.texts).encode()
    secrets = {line: where for line, where in _filled_holes(exercise) if line not in words}
    told = b"\n".join([words, *(path.read_bytes() for path in exercise.starter_files)])
    for part in (exercise.battery, exercise.reference):
        for path in _files_below(part):
            where = path.relative_to(exercise.root).as_posix()
            for line in _telling_lines(path.read_bytes()):
                if line not in told:
                    secrets.setdefault(line, where)
    for name, data in files.items():
        _hold_against(_texts_in(data) if name == HANDED_OUT else data, name, secrets)


def _texts_in(data: bytes) -> bytes:
    """All texts in a JSON file, line by line, as whoever reads it finds them."""
    texts: list[str] = []
    waiting = [msgspec.json.decode(data)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, list | dict):
            waiting += one if isinstance(one, list) else [*one, *one.values()]
    return "\n".join(texts).encode()


def _hold_against(data: bytes, name: str, secrets: Mapping[bytes, str]) -> None:
    found = [(data.index(secret), secret) for secret in secrets if secret in data]
    if found:
        place, secret = min(found)
        raise ExerciseProblem(
            said(
                "{name}:{number}: this line of the handout is also in {secret}: {line}",
                name=name,
                number=data.count(b"\n", 0, place) + 1,
                secret=secrets[secret],
                line=secret.decode("utf-8", "replace")[:80],
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
