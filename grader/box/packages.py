"""The installed distributions that an exercise names under `packages:` and those that they need,
one folder at a time.
"""

from __future__ import annotations

import importlib.machinery
import importlib.metadata
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.model.errors import Fault
from grader.text.words import said

THREADLESS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment of a box with packages: numerical libraries start threads, which are denied."""


@dataclass(frozen=True)
class Bundle:
    """An installed distribution: where it lies, its own entries there, its modules."""

    folder: str
    paths: tuple[str, ...]
    modules: tuple[tuple[str, str], ...]
    """Each module and the file that defines it."""


def bundles(names: Sequence[str]) -> list[Bundle]:
    """The distributions of these names, then those that they need.

    Fault when one is not installed, or one that is named has no folder of its own.
    """
    from packaging.utils import canonicalize_name  # most exercises name none

    made: dict[tuple[str, str], Bundle] = {}
    waiting = [(name, "", "") for name in names]
    while waiting:
        name, extra, user = waiting.pop(0)
        if (key := (canonicalize_name(name), extra)) in made:
            continue
        found = _installed(name, user)
        made[key] = one = _bundle(found)
        if not one.modules and not user:
            raise Fault(
                said(
                    "the package {name!r} has no module folder of its own (an editable install?)",
                    name=name,
                ),
                next_move=said("Install it the ordinary way: pip install {name}", name=name),
            )
        waiting += [(*needed, name) for needed in needed_by(found, extra)]
    return list(dict.fromkeys(made.values()))


def needed_by(one: importlib.metadata.Distribution, extra: str) -> Iterator[tuple[str, str]]:
    """What a distribution needs on this system: packages, each without an extra and with each."""
    from packaging.requirements import Requirement

    for words in one.requires or ():
        needed = Requirement(words)
        if needed.marker is None or needed.marker.evaluate({"extra": extra}):
            yield from ((needed.name, wanted) for wanted in ("", *needed.extras))


def _installed(name: str, user: str) -> importlib.metadata.Distribution:
    """The distribution; the user is the one that needs it, or empty for the exercise."""
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        what = said(
            "the exercise names the package {name!r}, which is not installed here", name=name
        )
        if user:
            what = said(
                "the package {user!r} needs {name!r}, which is not installed here",
                user=user,
                name=name,
            )
        move = said("Install it for the grader's Python: pip install {name}", name=name)
        raise Fault(what, next_move=move) from None


def _bundle(found: importlib.metadata.Distribution) -> Bundle:
    folder = os.path.abspath(str(found.locate_file("")))
    modules: dict[str, str] = {}
    paths = []
    for entry in _own_entries(found):
        path = os.path.join(folder, entry)
        file = module_file(folder, entry, importlib.machinery.all_suffixes())
        if file:
            modules.setdefault(entry.partition(".")[0], file)
        elif not entry.endswith((".libs", "-info")):
            continue  # a .pth file, a cache, or a namespace folder that others share
        if os.path.exists(path):
            paths.append(path)
    return Bundle(folder, tuple(paths), tuple(modules.items()))


def module_file(folder: str, entry: str, suffixes: Iterable[str]) -> str:
    """The file that defines the module of a folder's entry; empty when it is no module."""
    if os.path.isfile(os.path.join(folder, entry, "__init__.py")):
        return f"{entry}/__init__.py"
    name = entry.partition(".")[0]
    named = any(entry == name + suffix for suffix in suffixes)
    return entry if named and os.path.isfile(os.path.join(folder, entry)) else ""


def _own_entries(found: importlib.metadata.Distribution) -> list[str]:
    """The distribution's top-level names; systems' own packagers list modules only."""
    if found.files:
        tops = {PurePosixPath(file).parts[0] for file in found.files}
        return sorted(top for top in tops if top not in ("..", "/"))
    listed = (found.read_text("top_level.txt") or "").split()
    return sorted({*listed, *(f"{name}.py" for name in listed)})
