"""What a handout holds of an exercise: one JSON file, from which learners' verbs work.

Nothing of it can raise a mark: a submission is graded with the exercise itself. What is read here
is data alone; no name in it leads out of the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import msgspec
from msgspec import Meta, Struct

from grader.exercise.find import HANDED_OUT, LARGEST_HANDED_OUT, MANIFEST
from grader.exercise.sound import is_sound
from grader.model.encoding import encoded
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Contract, Exercise, Limits, Parts, Task
from grader.model.public import Public
from grader.text.words import said

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class HandedOut(Struct, frozen=True):
    """The file, format 1; `handout` are the names of the files that lie beside it."""

    format: Literal[1]
    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]*\Z")]
    title: str
    digest: str
    submission: Contract
    limits: Limits
    packages: tuple[str, ...]
    tasks: Annotated[tuple[Task, ...], Meta(min_length=1)]
    handout: tuple[str, ...]
    public: Public


def handed_out(exercise: Exercise, public: Public) -> bytes:
    """The file of an exercise, of which learners get this part."""
    found = HandedOut(
        format=1,
        id=exercise.id,
        title=exercise.title,
        digest=exercise.digest,
        submission=exercise.contract,
        limits=exercise.limits,
        packages=exercise.packages,
        tasks=exercise.tasks,
        handout=tuple([Path(name).name for name in exercise.handout]),
        public=public,
    )
    data = msgspec.json.decode(encoded(found))
    data["submission"]["functions"].sort()  # a set has no order, and equal files are equal bytes
    return encoded(data) + b"\n"


def read_named(folder: Path) -> Exercise | None:
    """The exercise of a handout, by its folder or its file; None where it is none."""
    if folder.name == HANDED_OUT and folder.is_file():
        return read(folder)
    path = folder / HANDED_OUT
    return read(path) if path.is_file() and not (folder / MANIFEST).is_file() else None


def read(path: Path) -> Exercise:
    """The exercise that the file tells of. ExerciseProblem where it is no such file."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_HANDED_OUT + 1)
    except OSError as error:
        _refuse(path, error.strerror or str(error))
    if len(data) > LARGEST_HANDED_OUT:
        _refuse(path, said("it is too large"))
    try:
        found = msgspec.json.decode(data, type=HandedOut)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        _refuse(path, str(error))
    names = (*found.handout, *found.public.starter, *found.submission.files)
    if not all(map(_is_plain_name, names)):
        _refuse(path, said("a name in it is not that of a file beside it"))
    if any(map(CONTROL.search, _words(found))):
        _refuse(path, said("a control character is in it"))
    if not is_sound(found.submission, found.limits, found.tasks, found.public):
        _refuse(path, said("a part of it is missing, or wrong"))
    return Exercise(
        root=path.resolve(),
        id=found.id,
        title=found.title,
        contract=found.submission,
        parts=Parts(),
        limits=found.limits,
        packages=found.packages,
        tasks=found.tasks,
        handout=found.handout,
        digest=found.digest,
        public=found.public,
    )


def _words(found: HandedOut) -> Iterator[str]:
    """All that is shown as it is."""
    yield found.title
    for task in found.tasks:
        yield from (task.title, *task.texts)
    yield from (check.spec.title for check in found.public.checks)


def _is_plain_name(name: str) -> bool:
    plain = name.isprintable() and not re.search(r"[\\:/]", name)
    return plain and name not in ("", ".", "..")


def _refuse(path: Path, why: str) -> NoReturn:
    raise ExerciseProblem(
        said("{path} cannot be used: {why}.", path=path, why=why.rstrip(".")),
        next_move=said(
            "Unpack {name} from the handout again, or update the grader.", name=HANDED_OUT
        ),
    ) from None
