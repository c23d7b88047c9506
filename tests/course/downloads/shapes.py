"""One class in each of the shapes in which platforms hand it out.

Learner 0, 1, 2 and so on hand in a text of their own. Where a platform keeps attempts, every third
learner has an older one with another text; where it adds files of its own, they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from grader.course.downloads import FORMATS
from tests.course.downloads.kit import GOOD, notebook

Files = dict[str, str | bytes]


class Shape(NamedTuple):
    """A class as a platform hands it out.

    `learner` and `name` give the id and the name by number, `first` is the first line about a class
    of three, and `side` tells how many files are nobody's.
    """

    format: str
    platform: str
    learner: Callable[[int], str]
    name: Callable[[int], str | None]
    files: Callable[[int], Files]
    first: str
    side: Callable[[int], int] = lambda size: 0


def text(number: int, *, old: bool = False) -> str:
    """What a learner handed in."""
    return f"{GOOD}# {'older ' if old else ''}work of learner {number}\n"


def has_older(number: int) -> bool:
    """Whether the learner has an older attempt, where attempts are kept."""
    return number % 3 == 0


def student(number: int) -> str:
    """A login."""
    return f"student{number:05d}"


def address(number: int) -> str:
    """An address with an underscore."""
    return f"stu_dent{number:05d}@example.edu"


def full_name(number: int) -> str:
    """A first and a last name."""
    return f"Student N{number:05d}"


def nameless(number: int) -> None:
    """The layout holds no name."""


def each(size: int, one: Callable[[int], Iterator[tuple[str, str | bytes]]]) -> Files:
    """The files of all learners."""
    return {path: data for number in range(size) for path, data in one(number)}


def attempts(name: str) -> Callable[[int], Iterator[tuple[str, str | bytes]]]:
    """Files of that name, one for each attempt: the tenth and the ninth, or the only one."""

    def one(number: int) -> Iterator[tuple[str, str | bytes]]:
        last = 10 if has_older(number) else 1
        for attempt in {last, last - 1} - {0}:
            path = name.format(address=address(number), attempt=attempt)
            yield path, text(number, old=attempt < last)

    return one


def canvas(size: int) -> Files:
    def one(number: int) -> Iterator[tuple[str, str]]:
        at = 90000 + 2 * number
        if has_older(number):
            yield f"{student(number)}_{50 + number}_{at}_value.py", text(number, old=True)
            yield f"{student(number)}_{50 + number}_{at + 1}_value-1.py", text(number)
        else:
            yield f"{student(number)}_LATE_{50 + number}_{at}_value.py", text(number)

    return each(size, one) | {"studenttest_9_8000_value.py": "", "notes.txt": ""}


def moodle(size: int) -> Files:
    return {
        f"{full_name(n)}_{1000 + n}_assignsubmission_file_/value.py": text(n) for n in range(size)
    }


def gradescope(size: int) -> Files:
    def one(number: int) -> Iterator[tuple[str, str]]:
        yield f"assignment_42_export/submission_{700 + number}/value.py", text(number)

    metadata = "".join(
        f"submission_{700 + number}:\n  :submitters:\n  - :name: {full_name(number)}\n"
        f"    :sid: '{student(number)}'\n    :email: {address(number)}\n"
        "  :created_at: 2026-09-05 12:34:56 Z\n"
        for number in range(size)
    )
    return each(size, one) | {"assignment_42_export/submission_metadata.yml": f"---\n{metadata}"}


def classroom(size: int) -> Files:
    return {f"hw-2-submissions/hw-2-{student(n)}/value.py": text(n) for n in range(size)}


def blackboard(size: int) -> Files:
    def one(number: int) -> Iterator[tuple[str, str]]:
        days = ("15", "16") if has_older(number) else ("16",)
        for day in days:
            stem = f"HW_2 b_stu_{number:05d}_attempt_2024-01-{day}-10-30-00"
            yield f"{stem}_value.py", text(number, old=day == "15")
            yield f"{stem}.txt", f"Name: {full_name(number)} (stu_{number:05d})\nAssignment: x\n"

    return each(size, one)


def brightspace(size: int) -> Files:
    def one(number: int) -> Iterator[tuple[str, str]]:
        stem = f"{1001 + number}-{{}} - {full_name(number)} - Jan {{}}, 2024 {{}}"
        if has_older(number):
            yield f"{stem.format(3001, 9, '1030 AM')}/value.py", text(number, old=True)
        yield f"{stem.format(3002, 10, '1230 AM')}/value.py", text(number)

    return each(size, one) | {"index.html": "<html></html>"}


def sakai(size: int) -> Files:
    def one(number: int) -> Iterator[tuple[str, str]]:
        folder = f"Homework 2/N{number:05d}, Student({student(number)})"
        yield f"{folder}/Submission attachment(s)/value.py", text(number)
        yield f"{folder}/Feedback Attachment(s)/hint.py", "x = 1\n"
        yield f"{folder}/timestamp.txt", "20240115103000000"
        yield f"{folder}/comments.txt", ""

    return each(size, one) | {"Homework 2/grades.csv": "a,b\n"}


def nbgrader(size: int) -> Files:
    def one(number: int) -> Iterator[tuple[str, str | bytes]]:
        yield f"course/submitted/{student(number)}/ps1/problem1.ipynb", notebook(text(number))
        yield f"course/submitted/{student(number)}/ps1/timestamp.txt", "2024-01-15 10:30:00 UTC"

    return each(size, one) | {"course/release/ps1/problem1.ipynb": notebook("1")}


def autolab(size: int) -> Files:
    return each(size, attempts("{address}_{attempt}_value.py"))


def ilias(size: int) -> Files:
    def one(number: int) -> Iterator[tuple[str, str]]:
        folder = f"Abgabe/N{number:05d}_Student_{student(number)}_{12345 + number}"
        if has_older(number):
            yield f"{folder}/20240115103000_value.py", text(number, old=True)
        yield f"{folder}/20240116103000_value.py", text(number)

    return each(size, one)


def okpy(size: int) -> Files:
    return {f"{address(n)}/hw1/aB{n}cD/value.py": text(n) for n in range(size)}


def submitty(size: int) -> Files:
    def one(number: int) -> Iterator[tuple[str, str]]:
        folder = f"submissions/{student(number)}"
        active = 2 if has_older(number) else 1
        for version in range(1, active + 2):  # a later one that does not count
            yield f"{folder}/{version}/value.py", text(number, old=version != active)
        yield f"{folder}/user_assignment_settings.json", f'{{"active_version": {active}}}'

    return each(size, one)


def prairielearn(size: int) -> Files:
    return each(size, attempts("{address}_1_autograd_2_1_{attempt}_value.py"))


def plain(size: int) -> Files:
    return {f"{student(n)}.py": text(n) for n in range(size)}


SHAPES = (
    Shape(
        "gradescope",
        "Gradescope",
        student,
        full_name,
        gradescope,
        "a Gradescope download: 3 people, 3 folders",
        lambda size: 1,
    ),
    Shape(
        "moodle",
        "Moodle",
        lambda number: str(1000 + number),
        full_name,
        moodle,
        "a Moodle download: 3 people, 3 folders",
    ),
    Shape(
        "canvas",
        "Canvas",
        lambda number: str(50 + number),
        student,
        canvas,
        "a Canvas download: 3 people, 4 files",
        lambda size: 2,
    ),
    Shape(
        "github-classroom",
        "GitHub Classroom",
        student,
        nameless,
        classroom,
        "a GitHub Classroom download: 3 people, 3 folders",
    ),
    Shape(
        "blackboard",
        "Blackboard",
        lambda number: f"stu_{number:05d}",
        nameless,
        blackboard,
        "a Blackboard download: 3 people, 4 files",
        lambda size: size + -(-size // 3),
    ),
    Shape(
        "brightspace",
        "Brightspace",
        full_name,
        full_name,
        brightspace,
        "a Brightspace download: 3 people, 4 folders",
        lambda size: 1,
    ),
    Shape(
        "sakai",
        "Sakai",
        student,
        full_name,
        sakai,
        "a Sakai download: 3 people, 3 folders",
        lambda size: 1,
    ),
    Shape(
        "prairielearn",
        "PrairieLearn",
        address,
        nameless,
        prairielearn,
        "a PrairieLearn download: 3 people, 4 files",
    ),
    Shape(
        "autolab",
        "Autolab",
        address,
        nameless,
        autolab,
        "an Autolab download: 3 people, 4 files",
    ),
    Shape("okpy", "okpy", address, nameless, okpy, "an okpy download: 3 people, 3 folders"),
    Shape("ilias", "ILIAS", student, full_name, ilias, "an ILIAS download: 3 people, 3 folders"),
    Shape(
        "submitty",
        "Submitty",
        student,
        nameless,
        submitty,
        "a Submitty download: 3 people, 3 folders",
    ),
    Shape(
        "nbgrader",
        "nbgrader",
        student,
        nameless,
        nbgrader,
        "an nbgrader download: 3 people, 3 folders",
    ),
    Shape(
        "plain",
        "files and folders",
        student,
        nameless,
        plain,
        "files and folders: 3 people, 3 files",
    ),
)

assert [shape.format for shape in SHAPES] == list(FORMATS)
