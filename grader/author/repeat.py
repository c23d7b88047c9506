"""Proves that a file has one report, whenever and in whatever company it is graded.

Theory of operation. Every file of the exercise that can be handed in, the known mistakes among
them, is graded several times as learners' files are. Half of the times in fresh sessions of a few
files each, so that many come first or early in one; the other times in one long session. The order
is shuffled anew each time, and always the same way. Whole reports are compared, apart from how long
things took and whose they are.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from grader.author.near_misses import place_of, submission_of
from grader.author.proof import Defect, Ledger
from grader.errors import SubmissionRefused
from grader.exercise import known_mistake_files, near_misses, right_styles
from grader.grading import Options, grade_each
from grader.model import Exercise, Report, Submission, Timing
from grader.wording import clean_text
from grader.words import said, said_many

SHUFFLE_SEED = 1
A_FRESH_SESSION = 8
"""So many files are graded in a fresh session: one each would take minutes to start them all."""

LONGEST_VALUE = 60
Told = Callable[[str, int, int], None]


def prove_repeats(
    exercise: Exercise, times: int, options: Options, ledger: Ledger, told: Told
) -> None:
    """Grades every file so many times and enters those whose reports differ."""
    files = handed_in(exercise)
    seen = {file.name: _Seen() for file in files}
    done = 0

    def compare(submission: Submission, report: Report) -> None:
        nonlocal done
        done += 1
        seen[submission.name].compare(report)
        told(said("repeated gradings"), done, times * len(files))

    for session in sessions(files, times):
        grade_each(exercise, session, compare, options)
    detail = said_many(
        "{number} file, {times} times",
        "{number} files, {times} times each",
        number=len(files),
        times=times,
    )
    ledger.enter(
        "repeat",
        detail,
        (one.defect(name, times) for name, one in seen.items() if one.differing),
    )


def sessions(files: Sequence[Submission], times: int) -> Iterator[list[Submission]]:
    """What is graded together: short sessions for half of the times, then a long one."""
    rng = random.Random(SHUFFLE_SEED)
    fresh = times // 2
    for _ in range(fresh):
        order = rng.sample(files, len(files))
        for start in range(0, len(order), A_FRESH_SESSION):
            yield order[start : start + A_FRESH_SESSION]
    yield [file for _ in range(times - fresh) for file in rng.sample(files, len(files))]


class _Seen:
    """A file's first report, and where later ones differ from it."""

    def __init__(self) -> None:
        self.first: Any = None
        self.differing = 0
        self.place = self.value = self.other = ""

    def compare(self, report: Report) -> None:
        """Holds a further report of the file against its first one."""
        found = comparable(report)
        if self.first is None:
            self.first = found
            return
        difference = first_difference(self.first, found)
        if difference is None:
            return
        if not self.differing:
            self.place, self.value, self.other = difference
        self.differing += 1

    def defect(self, name: str, times: int) -> Defect:
        """What is to be mended where reports differ."""
        what = said(
            "{differing} of its {times} reports differ from the first, at {place}: "
            "{other} and not {value}",
            differing=self.differing,
            times=times,
            place=self.place,
            other=clean_text(self.other, limit=LONGEST_VALUE),
            value=clean_text(self.value, limit=LONGEST_VALUE),
        )
        move = said("Take out what depends on chance, or report it: a file has one mark.")
        return Defect("repeat", name, what, move)


def comparable(report: Report) -> Any:
    """A report as plain data, without what may differ between two gradings of a file."""
    files = tuple(replace(file, path="") for file in report.submission.files)
    plain = replace(
        report,
        timing=Timing("", 0.0),
        learner=None,
        submission=replace(report.submission, name="", files=files),
    )
    return msgspec.to_builtins(plain)


def first_difference(one: Any, other: Any, place: str = "") -> tuple[str, str, str] | None:
    """The first place at which two pieces of plain data differ, with what stands there."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in (*one, *(key for key in other if key not in one)):
            here = f"{place}.{key}" if place else str(key)
            if key not in one or key not in other:
                return here, _shown(one, key), _shown(other, key)
            if found := first_difference(one[key], other[key], here):
                return found
        return None
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        for at in range(max(len(one), len(other))):
            here = f"{place}[{at}]"
            if at >= min(len(one), len(other)):
                return here, _shown(one, at), _shown(other, at)
            if found := first_difference(one[at], other[at], here):
                return found
        return None
    return None if one == other else (place, repr(one), repr(other))


def _shown(data: Any, key: Any) -> str:
    try:
        return repr(data[key])
    except LookupError:
        return said("nothing")


# --- the files -------------------------------------------------------------------------------


def handed_in(exercise: Exercise) -> list[Submission]:
    """Every file of the exercise that can be graded; what cannot be is another proof's defect."""
    paths = [exercise.starter_file, exercise.reference_file]
    paths += [*right_styles(exercise), *near_misses(exercise)]
    sources = [(place_of(exercise, path), path.read_bytes()) for path in paths]
    sources += [(name, text.encode()) for name, text in patched_sources(exercise)]
    found = []
    for name, source in sources:
        try:
            found.append(submission_of(exercise, name, source))
        except SubmissionRefused:
            continue
    return found


def patched_sources(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Every known mistake as a whole file: the reference's class with its methods put in."""
    reference = exercise.reference_file.read_text("utf-8")
    for path in known_mistake_files(exercise):
        for mistake in ast.parse(path.read_text("utf-8")).body:
            if isinstance(mistake, ast.ClassDef):
                tree = ast.parse(reference)
                _put_in(tree, exercise.contract.class_name, mistake.body[1:])
                yield f"{path.stem}/{mistake.name}", ast.unparse(tree)


def _put_in(tree: ast.Module, class_name: str, body: Sequence[ast.stmt]) -> None:
    """Lets the statements replace the methods of their name in the class; others are added."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            new = {one.name: one for one in body if isinstance(one, ast.FunctionDef)}
            kept = [
                new.pop(one.name, one) if isinstance(one, ast.FunctionDef) else one
                for one in node.body
            ]
            others = [one for one in body if not isinstance(one, ast.FunctionDef)]
            node.body = [*kept, *others, *new.values()]
