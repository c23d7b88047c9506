"""What a handout holds of an exercise: one JSON file, from which learners' verbs work.

Nothing of it can raise a mark: a submission is graded with the exercise itself. What is read here
is data alone; no name in it leads out of the folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NoReturn

import msgspec
from msgspec import Meta, Struct

from grader.exercise.find import HANDED_OUT, MANIFEST
from grader.model.encoding import encoded
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Contract, Exercise, Limits, Parts, Task
from grader.model.program import operand_of, step_of_wire
from grader.model.public import Public, PublicCheck
from grader.text.words import said

LARGEST = 16 << 20


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


def texts_in(data: bytes) -> bytes:
    """All texts in the file, line by line, as whoever reads it finds them."""
    texts: list[str] = []
    waiting = [msgspec.json.decode(data)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, list | dict):
            waiting += one if isinstance(one, list) else [*one, *one.values()]
    return "\n".join(texts).encode()


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
            data = stream.read(LARGEST + 1)
    except OSError as error:
        _refuse(path, error.strerror or str(error))
    if len(data) > LARGEST:
        _refuse(path, said("it is too large"))
    try:
        found = msgspec.json.decode(data, type=HandedOut)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        _refuse(path, str(error))
    names = (*found.handout, *found.public.starter, *found.submission.files)
    if any(Path(name).name != name or "\\" in name or ":" in name for name in names):
        _refuse(path, said("a name in it is not that of a file beside it"))
    if not _is_whole(found):
        _refuse(path, said("a part of it is missing"))
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


def _is_whole(found: HandedOut) -> bool:
    """Whether its parts are there for each other."""
    tasks = {task.id for task in found.tasks}
    specs = [check.spec for check in found.public.checks]
    needed = {need for task in found.tasks for need in task.needs}
    needed |= {need.partition("/")[0] for spec in specs for need in spec.needs}
    return (
        set(found.public.starter) == set(found.submission.files)
        and bool(specs)
        and tasks >= needed | {spec.task for spec in specs}
        and set(found.public.points) == {spec.task for spec in specs}
        and all(map(_can_be_asked, found.public.checks))
    )


def _can_be_asked(check: PublicCheck) -> bool:
    """Whether all that it asks and expects can be read."""
    asked = 0
    try:
        for exchange in check.exchanges:
            steps = [step_of_wire(step) for step in exchange.steps]
            asked += len(steps) + (exchange.reading is not None)
            places = (*exchange.gives, *exchange.objects)
            places += tuple(exchange.reading.expected) if exchange.reading else ()
            if not all(0 <= at < asked for at in places):
                return False
            for value in exchange.gives.values():
                operand_of(value)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return False
    return bool(check.exchanges)


def _refuse(path: Path, why: str) -> NoReturn:
    raise ExerciseProblem(
        said("{path} cannot be used: {why}.", path=path, why=why.rstrip(".")),
        next_move=said(
            "Unpack {name} from the handout again, or update the grader.", name=HANDED_OUT
        ),
    ) from None
