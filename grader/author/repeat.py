"""Proves that a file has one report, whenever and in whatever company it is graded.

Theory of operation. Every file of the exercise that can be handed in, the known mistakes among
them, is graded several times as learners' files are. Half of the times in fresh sessions of a few
files each, so that many come first or early in one; the other times in long sessions that meet each
file again and again. The order is shuffled anew each time, and always the same way. Each session
has a process of its own (`grader.author.one_session`), as today's and tomorrow's have; they run
beside each other and beside the other proofs, for this is most of a verification's work. Whole
reports are compared, apart from how long things took and whose they are.
"""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import msgspec

from grader.author.one_session import Graded, Wanted
from grader.author.proof import Defect, Ledger
from grader.author.solutions import place_of, sources_at, submission_of
from grader.diagnosis.patches import load_patches
from grader.exercise.content import right_styles
from grader.exercise.near_misses import near_misses
from grader.model.errors import Fault, SubmissionRefused
from grader.model.exercise import Exercise, Submission
from grader.text.clean import clean_text
from grader.text.words import said, said_many

SHUFFLE_SEED = 1
A_FRESH_SESSION = 8
"""So many files are graded in a fresh session: one each would take minutes to start them all."""

A_LONG_SESSION = 64
MOST_AT_ONCE = 4
COMMAND = (sys.executable, "-P", "-m", "grader.author.one_session")
LONGEST_VALUE = 60
Told = Callable[[str, int, int], None]


class Repeats:
    """The gradings of every file, under way from the start and until `close`."""

    def __init__(self, exercise: Exercise, times: int, seed: int) -> None:
        self.exercise = exercise
        self.times = times
        self.seed = seed
        self.files = handed_in(exercise)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_closed = False
        self._pool = ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1))
        self._sessions: list[Future[list[Graded]]] = [
            self._pool.submit(self._graded, session) for session in sessions(self.files, times)
        ]

    def prove(self, ledger: Ledger, told: Told) -> None:
        """Waits for all of them and enters the files whose reports differ."""
        seen = {file.name: _Seen() for file in self.files}
        done = 0
        for session in as_completed(self._sessions):
            for one in session.result():
                done += 1
                seen[one.name].compare(one.report)
            told(said("repeated gradings"), done, self.times * len(self.files))
        detail = said_many(
            "{number} file, {times} times",
            "{number} files, {times} times each",
            number=len(self.files),
            times=self.times,
        )
        found = (one.defect(name, self.times) for name, one in seen.items() if one.differing)
        ledger.enter("repeat", detail, found)

    def close(self) -> None:
        """Ends all that is still under way."""
        self._is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in tuple(self._running):
            process.kill()
        self._pool.shutdown()

    def _graded(self, session: Sequence[Submission]) -> list[Graded]:
        """The reports of one session, made in a process of its own."""
        wanted = Wanted(str(self.exercise.root), self.seed, tuple(session))
        longest = 60 + 2 * self.exercise.limits.submission_s * len(session)
        pipe = subprocess.PIPE
        with subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, stderr=pipe) as process:
            self._running.add(process)
            if self._is_closed:  # it was started while the others were ended
                process.kill()
            try:
                reports, errors = process.communicate(msgspec.msgpack.encode(wanted), longest)
            except subprocess.TimeoutExpired:
                errors = b"it took too long"
                process.kill()
            finally:
                self._running.discard(process)
        if process.returncode != 0:
            last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
            reason = clean_text(last, limit=300)
            raise Fault(said("a grading process failed: {reason}", reason=reason))
        return msgspec.convert(json.loads(reports), list[Graded])


def sessions(files: Sequence[Submission], times: int) -> Iterator[list[Submission]]:
    """What is graded together: long sessions, and short ones for half of the times."""
    rng = random.Random(SHUFFLE_SEED)
    fresh = times // 2
    order = rng.sample(files, len(files))
    for start in range(0, len(order), A_LONG_SESSION):
        part = order[start : start + A_LONG_SESSION]
        yield [file for _ in range(times - fresh) for file in rng.sample(part, len(part))]
    for _ in range(fresh):
        order = rng.sample(files, len(files))
        for start in range(0, len(order), A_FRESH_SESSION):
            yield order[start : start + A_FRESH_SESSION]


class _Seen:
    """A file's first report, and where later ones differ from it."""

    def __init__(self) -> None:
        self.first: Any = None
        self.differing = 0
        self.place = self.value = self.other = ""

    def compare(self, report: Any) -> None:
        """Holds a further report of the file, as plain data, against its first one."""
        if self.first is None:
            self.first = report
            return
        difference = first_difference(self.first, report)
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
    # as text: a number that is none equals nothing, and 1 is another answer than 1.0
    return None if repr(one) == repr(other) else (place, repr(one), repr(other))


def _shown(data: Any, key: Any) -> str:
    try:
        return repr(data[key])
    except LookupError:
        return said("nothing")


# --- the files -------------------------------------------------------------------------------


def handed_in(exercise: Exercise) -> list[Submission]:
    """Every file of the exercise that can be graded; what cannot be is another proof's defect."""
    paths = [exercise.starter, exercise.reference]
    paths += [*right_styles(exercise), *near_misses(exercise)]
    sources = [(_name_of(exercise, path), sources_at(exercise, path)) for path in paths]
    sources += list(patched_sources(exercise))
    found = []
    for name, source in sources:
        try:
            found.append(submission_of(exercise, name, source))
        except SubmissionRefused:
            continue
    return found


def _name_of(exercise: Exercise, path: Path) -> str:
    """Starter and reference are called by their one file, where they have one."""
    lone = exercise.lone_file if path.is_dir() else None
    return place_of(exercise, path / lone if lone is not None else path)


def patched_sources(exercise: Exercise) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Every known mistake as whole files: the reference's with its methods or functions put in."""
    contract, reference = exercise.contract, sources_at(exercise, exercise.reference)
    for patch in load_patches(exercise):
        module, class_name = contract.place(patch.mistake.owner)
        tree = ast.parse(reference[f"{module}.py"])
        _put_in(_body_of(tree, class_name), patch.body)
        changed = {f"{module}.py": ast.unparse(tree).encode()}
        yield patch.mistake.id, reference | changed


def _body_of(tree: ast.Module, class_name: str) -> list[ast.stmt]:
    """The statements of a class of a module, or where there is none, of the module."""
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return next((one.body for one in classes if one.name == class_name), tree.body)


def _put_in(body: list[ast.stmt], statements: Sequence[ast.stmt]) -> None:
    """Lets the statements replace the functions of their name; others are added."""
    new = {one.name: one for one in statements if isinstance(one, ast.FunctionDef)}
    kept = [new.pop(one.name, one) if isinstance(one, ast.FunctionDef) else one for one in body]
    others = [one for one in statements if not isinstance(one, ast.FunctionDef)]
    body[:] = [*kept, *others, *new.values()]
