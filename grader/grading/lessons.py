"""What sessions learned of a battery, kept between runs.

Theory of operation. Where every check comes to one program and one comparison, all that pytest adds
to a submission is known once the reference was run with its seed, and it is a function of the
exercise and of the code that ran. So it is kept under a key that names both: the exercise's
digest, every file of the grader and when it changed, the interpreter, and when packages were last
installed or removed. Nothing is kept of a session into which code came from elsewhere, for that
may change unseen. What cannot be read back as it was written is not kept either.

The file lies in the private folder of `grader.box.cache`, out of reach of every worker that is
isolated. It holds no more than the battery, which lies open to the same user.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

import grader
from grader.box import cache
from grader.grading.fixed_check import FixedCheck
from grader.grading.result_cache import CheckKey
from grader.model.check import CheckSpec
from grader.model.exercise import Exercise
from grader.model.program import Program, Ref, Step
from grader.target.observe import Reads

KIND = "lessons"
MOST_KEPT = 16
"""Batteries of which something is kept; the one that was written first goes first."""

_ENGINE = os.path.dirname(grader.__file__)
_PACKAGES = ("site-packages", "dist-packages")


# there are tens of thousands of them, in no cycle: the collector need not walk them
class _Step(Struct, array_like=True, gc=False):
    action: str
    name: str
    operands: tuple[Ref | bool | int | float | str | None, ...]
    keywords: dict[str, Ref | bool | int | float | str | None]


class _Row(Struct, array_like=True, gc=False):
    check: str
    steps: tuple[_Step, ...]
    expected: dict[int, dict[str, int | float]]
    fields: dict[str, str]


class _Page(Struct):
    """`rows` by seed, as text; those of checks that draw nothing stand under an empty one. A start
    needs one seed's: the others are not read."""

    specs: tuple[CheckSpec, ...]
    rows: dict[str, msgspec.Raw]


class Lessons:
    """The checks of a battery in their order, with the program and the comparison of each by seed,
    as far as they were learned."""

    def __init__(self, page: _Page) -> None:
        self.specs = page.specs
        self._unread = page.rows
        self._rows: dict[CheckKey, _Row] = {}

    def key(self, seed: int, check: str) -> CheckKey | None:
        """What the check is known by with this seed; None where it is not."""
        self._read("")
        self._read(str(seed))
        keys = (CheckKey(check), CheckKey(check, seed))
        return next((key for key in keys if key in self._rows), None)

    def knows(self, seed: int) -> bool:
        """Whether every check is known with this seed."""
        return all(self.key(seed, spec.id) is not None for spec in self.specs)

    def check(self, key: CheckKey) -> FixedCheck:
        """The check that is known by this key."""
        row = self._rows[key]
        program = Program.of([Step(*msgspec.structs.astuple(step)) for step in row.steps])
        return FixedCheck(program, Reads(program.steps[:-1], row.expected, row.fields))

    def checks(self) -> dict[CheckKey, FixedCheck]:
        """All that is known."""
        for seed in list(self._unread):
            self._read(seed)
        return {key: self.check(key) for key in self._rows}

    def _read(self, seed: str) -> None:
        rows = self._unread.pop(seed, None)
        if rows is None:
            return
        number = int(seed) if seed else None
        with contextlib.suppress(msgspec.DecodeError):
            for row in msgspec.json.decode(rows, type=tuple[_Row, ...]):
                self._rows[CheckKey(row.check, number)] = row


def recalled(exercise: Exercise, seeds: Sequence[int]) -> Lessons | None:
    """What is kept of the exercise with any of these seeds."""
    try:
        data = cache.read(KIND, _key(exercise, seeds))
    except OSError:  # a file went away while it was looked at
        return None
    return None if data is None else _read(data)


def keep(
    exercise: Exercise,
    seeds: Sequence[int],
    specs: Sequence[CheckSpec],
    checks: Mapping[CheckKey, FixedCheck],
) -> None:
    """Keeps what was learned, beside what is kept already."""
    if _is_from_elsewhere(exercise):
        return
    before = recalled(exercise, seeds)
    checks = {**(before.checks() if before is not None else {}), **checks}
    rows = dict[str, list[object]]()
    for key, (program, reads) in checks.items():
        seed = "" if key.seed is None else str(key.seed)
        row = (key.check, program.steps, reads.expected, reads.fields)
        rows.setdefault(seed, []).append(row)
    try:
        data = msgspec.json.encode({"specs": specs, "rows": rows})
    except TypeError:
        return
    read = _read(data)
    if read is not None and read.specs == tuple(specs) and _same(read.checks(), checks):
        with contextlib.suppress(OSError):
            cache.write(KIND, _key(exercise, seeds), data, most=MOST_KEPT)


def _read(data: bytes) -> Lessons | None:
    try:
        return Lessons(msgspec.json.decode(data, type=_Page))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _same(read: Mapping[CheckKey, FixedCheck], made: Mapping[CheckKey, FixedCheck]) -> bool:
    """Whether both say the same, to the type of each number."""

    def told(checks: Mapping[CheckKey, FixedCheck]) -> object:
        return {
            key: (one.program, repr(one.program.steps), repr(one.reads.expected), one.reads.fields)
            for key, one in checks.items()
        }

    return told(read) == told(made)


def _key(exercise: Exercise, seeds: Sequence[int]) -> str:
    """What all that was learned depends on."""
    installed = [place for place in sorted(set(sys.path)) if place.endswith(_PACKAGES)]
    changed = [(place, os.stat(place).st_mtime_ns) for place in installed if os.path.isdir(place)]
    return repr((exercise.digest, seeds, sys.version, changed, _code()))


def _code() -> str:
    """The grader's own files, as far as a change of one of them shows."""
    found = []
    for folder, folders, names in os.walk(_ENGINE):
        folders[:] = [name for name in folders if name not in ("__pycache__", "locale")]
        for name in names:
            about = os.stat(os.path.join(folder, name))
            found.append((folder, name, about.st_size, about.st_mtime_ns))
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()


def _is_from_elsewhere(exercise: Exercise) -> bool:
    """Whether a module is loaded that is neither Python's, nor installed, nor the exercise's."""
    library = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sys.prefix)
    known = tuple(f"{place}{os.sep}" for place in (*library, _ENGINE, str(exercise.root)))
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    return any(
        not file.startswith(known) and not set(_PACKAGES).intersection(Path(file).parts)
        for file in files
        if file is not None
    )
