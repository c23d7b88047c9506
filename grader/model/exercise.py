"""An exercise, and a submission to it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from grader.model.errors import UsageProblem
from grader.model.public import Public
from grader.text.clean import with_newlines
from grader.text.words import said


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may use. Seconds, MiB and KiB as the names say."""

    check_cpu_s: Annotated[float, Meta(gt=0)] = 2.0
    check_wall_s: Annotated[float, Meta(gt=0)] = 10.0
    import_s: Annotated[float, Meta(gt=0)] = 5.0
    submission_s: Annotated[float, Meta(gt=0)] = 60.0
    memory_mb: Annotated[int, Meta(ge=64)] = 512
    output_kb: Annotated[int, Meta(ge=1)] = 64
    message_kb: Annotated[int, Meta(ge=16)] = 1024


class Contract(Struct, frozen=True):
    """What is graded of a submission: classes and functions, in one module or several.

    Addresses: what is in the first module is called by its name, `Value` or `Value.__add__`, what
    is in another one with the module's name before it, `helpers.dot`.
    """

    modules: tuple[str, ...]
    objects: tuple[str, ...]
    functions: frozenset[str] = frozenset()
    """Those of the objects that are no classes."""
    requires: dict[str, tuple[str, ...]] = {}
    """The attributes that objects of a class have to have."""
    is_one_class: bool = False
    """Whether it is format 1's, which has one class and only tells of what it requires."""

    @property
    def module(self) -> str:
        """The first module, by which a submission is known."""
        return self.modules[0]

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes among the objects."""
        return tuple([name for name in self.objects if name not in self.functions])

    @property
    def enforced(self) -> dict[str, tuple[str, ...]]:
        """What an object is refused for where it is made without it."""
        return {} if self.is_one_class else self.requires

    @property
    def class_name(self) -> str:
        """The first class, empty where there is none: what an oracle speaks of."""
        return next(iter(self.classes), "")

    @property
    def files(self) -> tuple[str, ...]:
        """The file names of the modules."""
        return tuple([f"{module}.py" for module in self.modules])

    def imports(self, addresses: Iterable[str]) -> list[str]:
        """The statements that make these names known: `from value import Value`."""
        first, others = dict[str, None](), dict[str, None]()
        for module, name in map(self.place, addresses):
            if module == self.modules[0]:
                first[name.partition(".")[0]] = None
            else:
                others[f"import {module}"] = None
        return [*([f"from {self.module} import {', '.join(first)}"] if first else ()), *others]

    def place(self, address: str) -> tuple[str, str]:
        """The module that an address leads to, and the name in it; no name for a module itself."""
        first, _, rest = address.partition(".")
        if first in self.modules[1:]:
            return first, rest
        return self.modules[0], address

    def address(self, module: str, name: str) -> str:
        """The address of a name in a module."""
        return name if module == self.modules[0] else f"{module}.{name}"


class Parts(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an exercise folder keeps its content, relative to the folder."""

    starter: str = "starter"
    reference: str = "reference"
    battery: str = "tests/battery"


class Task(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to write, worth points."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]*$")]
    title: str
    points: Annotated[float, Meta(gt=0)]
    statement: str
    needs: tuple[str, ...] = ()
    hole: str | None = None
    example: str = ""
    hints: tuple[str, ...] = ()
    explanation: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All that its author says of it to learners, below its title."""
        return (self.statement, self.example, self.explanation, *self.hints)


class Exercise(Struct, frozen=True):
    """An exercise folder, read and checked. `digest` covers every declared file.

    Of what a handout holds, `public` is the file that it was read from, and nothing lies below its
    `root`.
    """

    root: Path
    id: str
    title: str
    contract: Contract
    parts: Parts
    limits: Limits
    packages: tuple[str, ...]
    tasks: tuple[Task, ...]
    handout: tuple[str, ...]
    digest: str
    public: Public | None = None

    @property
    def battery(self) -> Path:
        """The folder of the hidden checks."""
        return self.root / self.parts.battery

    @property
    def module_file(self) -> str:
        """The file name a submission is expected to have, `value.py`; of several the first."""
        return self.contract.files[0]

    @property
    def lone_file(self) -> str | None:
        """The one file that is handed in; None where it is a folder of several."""
        return self.module_file if len(self.contract.files) == 1 else None

    @property
    def reference(self) -> Path:
        """The folder of the solution."""
        return self.root / self.parts.reference

    @property
    def reference_file(self) -> Path:
        """The filled-in solution; of several files the first."""
        return self.reference / self.module_file

    @property
    def starter(self) -> Path:
        """The folder that the learner begins with."""
        return self.root / self.parts.starter

    @property
    def reference_files(self) -> tuple[Path, ...]:
        """The files of the solution, in the order of the modules."""
        return tuple([self.reference / name for name in self.contract.files])

    @property
    def starter_files(self) -> tuple[Path, ...]:
        """The files learners begin with, in the order of the modules."""
        return tuple([self.starter / name for name in self.contract.files])

    def hole_place(self, task: Task) -> tuple[str, str] | None:
        """The file of the task's hole and the function's name in it; None where it has none."""
        if task.hole is None:
            return None
        module, name = self.contract.place(task.hole)
        return f"{module}.py", name

    @property
    def points(self) -> float:
        """What all tasks are worth together."""
        return sum(task.points for task in self.tasks)

    def task(self, task_id: str) -> Task:
        """The task of that id; KeyError when there is none."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)


def known_task(exercise: Exercise, name: str | None) -> None:
    """UsageProblem when the exercise has no task of that name; None stands for all of them."""
    known = [task.id for task in exercise.tasks]
    if name is not None and name not in known:
        tasks = ", ".join(known)
        what = said("there is no task {task}: the tasks are {tasks}", task=name, tasks=tasks)
        raise UsageProblem(what)


class Cell(Struct, frozen=True):
    """A code cell of a notebook: its number there, counted from 1 over cells of every kind, and
    the first and last of its lines in the file that was made of the notebook."""

    number: int
    first: int
    last: int


class SourceFile(Struct, frozen=True):
    """One file of a submission: its path inside the submission and its decoded text.

    One that was made of a notebook has its cells, in the order of their lines.
    """

    path: str
    text: str
    sha256: str
    bytes: int
    cells: tuple[Cell, ...] = ()


class Place(NamedTuple):
    """A line of a submission as its learner counts it: in its cell, where it is of a notebook."""

    path: str
    line: int
    text: str
    cell: int | None = None


class Submission(Struct, frozen=True):
    """A learner's source, taken in and checked; `main` is the path of the module graded.

    `notes` is what there is to say about how it was read.
    """

    name: str
    main: str
    files: tuple[SourceFile, ...]
    digest: str
    learner_id: str | None = None
    learner_name: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def main_file(self) -> SourceFile:
        """The file of the module graded, which is always there."""
        return next(file for file in self.files if file.path == self.main)

    def noting(self, *notes: str) -> Submission:
        """The same, with these notes before its own."""
        return replace(self, notes=(*notes, *self.notes))

    def place(self, path: str, line: int | None) -> Place | None:
        """The line of that number in a file; None where it has no such one."""
        file = next((one for one in self.files if one.path == path), None)
        if file is None or line is None or line < 1:
            return None
        lines = with_newlines(file.text).split("\n")
        if line > len(lines):
            return None
        for cell in file.cells:
            if cell.first <= line <= cell.last:
                return Place(path, line - cell.first + 1, lines[line - 1], cell.number)
        return Place(path, line, lines[line - 1])
