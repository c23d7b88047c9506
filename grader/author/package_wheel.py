"""This installation of the grader as a wheel, with one exercise inside and its pins beside it.

Theory of operation. A platform gets what was tried here, byte for byte, and not what an index
has by then: the files of the installed package, the exercise under `grader/_bundle` (where an
installed grader looks for it), and the exact versions of everything it needs. Entries are sorted,
stored without compression and carry one time stamp, so equal files give equal bytes on every
machine.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from grader.author.packing import packed
from grader.box.packages import needed_by
from grader.exercise.find import MANIFEST
from grader.model.errors import UsageProblem
from grader.model.exercise import Exercise
from grader.text.words import said

NAME = "autograd-grader"
_WHEEL = (
    "Wheel-Version: 1.0\nGenerator: autograd-grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
)


def version() -> str:
    """The version of this installation. UsageProblem when it is none."""
    return _distribution().version


def wheel_name() -> str:
    """The wheel's file name, which installers read."""
    return f"autograd_grader-{version()}-py3-none-any.whl"


def wheel(exercise: Exercise) -> bytes:
    """The bytes of a wheel of this grader that carries the exercise."""
    inside = _exercise_files(exercise)
    return _wheel_of({f"grader/_bundle/{name}": data for name, data in inside.items()})


def learners_wheel() -> bytes:
    """The bytes of a wheel of this grader that carries no exercise, and so no solution of any: also
    none that a template or the README shows."""
    return _wheel_of({}, ("author/templates/",), is_described=False)


def _wheel_of(
    inside: Mapping[str, bytes], left_out: tuple[str, ...] = (), *, is_described: bool = True
) -> bytes:
    installed = _distribution()
    package = Path(__file__).resolve().parents[1]
    files = {
        f"grader/{name}": path.read_bytes()
        for name, path in _tree(package)
        if not name.startswith(("_bundle/", *left_out))
    }
    files |= inside
    info = f"autograd_grader-{installed.version}.dist-info"
    headers, _, description = (installed.read_text("METADATA") or "").partition("\n\n")
    files[f"{info}/METADATA"] = f"{headers}\n\n{description if is_described else ''}".encode()
    files[f"{info}/entry_points.txt"] = (installed.read_text("entry_points.txt") or "").encode()
    files[f"{info}/WHEEL"] = _WHEEL.encode()
    lines = [f"{name},{_hash(data)},{len(data)}\n" for name, data in sorted(files.items())]
    files[f"{info}/RECORD"] = "".join([*lines, f"{info}/RECORD,,\n"]).encode()
    return packed(files)


def requirements(exercise: Exercise) -> str:
    """One line `name==version` for everything the grader and the exercise need, as it is here."""
    _distribution()
    found: dict[str, str] = {}
    met: set[tuple[str, str]] = set()
    waiting = [(name, "") for name in (NAME, *exercise.packages)]
    while waiting:
        asked, extra = waiting.pop()
        try:
            one = metadata.distribution(asked)
        except metadata.PackageNotFoundError:
            continue  # a package of the exercise that is not installed here
        name = canonicalize_name(one.metadata["Name"])
        if (name, extra) not in met:
            met.add((name, extra))
            found[name] = one.version
            waiting += needed_by(one, extra)
    del found[NAME]
    return "".join(f"{name}=={number}\n" for name, number in sorted(found.items()))


def _distribution() -> metadata.Distribution:
    try:
        return metadata.distribution(NAME)
    except metadata.PackageNotFoundError:
        raise UsageProblem(
            said("the grader is not installed here, so there is nothing to pack"),
            next_move=said(
                "Install it first: python -m pip install autograd-grader, or -e . in its checkout."
            ),
        ) from None


def _exercise_files(exercise: Exercise) -> dict[str, bytes]:
    found = {MANIFEST: exercise.root / MANIFEST}
    found |= {name: exercise.root / name for name in exercise.handout}
    parts = exercise.parts
    for part in (parts.starter, parts.reference, parts.battery):
        found |= {f"{part}/{name}": path for name, path in _tree(exercise.root / part)}
    return {Path(name).as_posix(): path.read_bytes() for name, path in found.items()}


def _tree(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below with its name; caches and dotfiles are one machine's own."""
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and name[0] != "."]
        for name in names:
            path = Path(above, name)
            if name[0] != "." and not name.endswith(".pyc") and path.is_file():
                yield path.relative_to(folder).as_posix(), path


def _hash(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"
