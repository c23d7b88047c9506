"""The installed distributions that an exercise names under `packages:`, one folder at a time.

Dependencies of a package are not followed: an exercise names each.
"""

from __future__ import annotations

import importlib.machinery
import importlib.metadata
import os
from collections.abc import Iterable, Mapping
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
    modules: Mapping[str, str]


def bundle(name: str) -> Bundle:
    """The distribution of that name; Fault when it is not installed or has no own folder."""
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise Fault(
            said("the exercise names the package {name!r}, which is not installed here", name=name),
            next_move=said("Install it for the grader's Python: pip install {name}", name=name),
        ) from None
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
    if not modules:
        raise Fault(
            said(
                "the package {name!r} has no module folder of its own (an editable install?)",
                name=name,
            ),
            next_move=said("Install it the ordinary way: pip install {name}", name=name),
        )
    return Bundle(folder, tuple(paths), modules)


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
