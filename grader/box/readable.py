"""What the box may read, named entry by entry on the trusted side.

Theory of operation. Many Pythons keep site-packages inside the library folder and Landlock
cannot subtract, so the library folder itself is never granted: only the modules that the
interpreter lists as its standard library, the shared libraries that a probe of it had mapped
after opening all their extension modules, and what `packages:` names.

The probe starts the interpreter once and costs 0.1 s and more, so its result is kept, for the
life of the process and in the private cache folder. A kept plan counts only while every path it
names exists and every file it was made from (the interpreter, its folders, the loader's cache,
the packages, this module) is unchanged.
"""

from __future__ import annotations

import functools
import json
import os
import stat
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from grader.box import cache
from grader.box.packages import Bundle, bundles, module_file
from grader.model.errors import Fault
from grader.text.words import said

PROBE_SECONDS = 30
_NOT_IN_THE_BOX = frozenset({"idlelib", "tkinter", "turtledemo", "ensurepip", "test"})
_LOADER_CACHE = "/etc/ld.so.cache"
_ALWAYS = ("/dev/null", "/dev/urandom", _LOADER_CACHE)

# Runs in the box's interpreter, before any submission. Mapping an extension module tells which
# libraries it needs without running it; dl_iterate_phdr tells by which path the loader found
# each. Prints one line of JSON, the last.
_PROBE = """
import ctypes, importlib, importlib.machinery as machinery, json, os, sys
wanted = json.loads(sys.argv[1])
found = {"version": sys.version, "names": sorted(sys.stdlib_module_names), "failed": {}}
found["folders"] = [entry for entry in sys.path if os.path.isdir(entry)]
found["suffixes"] = machinery.all_suffixes()
for folder in found["folders"]:
    for file in os.listdir(folder):
        if file.endswith(tuple(machinery.EXTENSION_SUFFIXES)) and file[:8] != "_tkinter":
            try:
                ctypes.CDLL(os.path.join(folder, file))
            except OSError:
                pass
sys.path += wanted["folders"]
for name in wanted["modules"]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        found["failed"][name] = repr(error)[:300]
with open("/proc/self/maps") as maps:
    rows = [line.rstrip("\\n").split(None, 5) for line in maps]
found["mapped"] = sorted({row[5] for row in rows
    if len(row) == 6 and "x" in row[1] and row[5][0] == "/" and os.path.exists(row[5])})
class Loaded(ctypes.Structure):
    _fields_ = [("address", ctypes.c_void_p), ("name", ctypes.c_char_p)]
loaded = set()
def visit(info, size, data):
    loaded.add(os.fsdecode(info.contents.name or b""))
    return 0
kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Loaded), ctypes.c_size_t, ctypes.c_void_p)
ctypes.CDLL(None).dl_iterate_phdr(kind(visit), None)
found["loaded"] = sorted(name for name in loaded if name[:1] == "/" and os.path.exists(name))
print()
print(json.dumps(found))
"""


class ReadablePlan(Struct, frozen=True):
    """What the box may read, and the modules that each folder offers (`kernel_plan` takes both).

    `folders` are the library's own, `loaded` the names by which the dynamic loader finds what it
    maps. `version` is the probed interpreter's `sys.version`: a zygote that says otherwise runs
    another Python than the one that was looked at.
    """

    paths: tuple[str, ...]
    imports: Mapping[str, Mapping[str, str]]
    folders: tuple[str, ...]
    loaded: tuple[str, ...]
    version: str


class _Kept(Struct):
    """A plan as the cache folder keeps it: what it was made from, as path -> stamp."""

    stamps: dict[str, tuple[int, int]]
    plan: ReadablePlan


@functools.cache
def kept_plan(python: Path, packages: tuple[str, ...] = ()) -> ReadablePlan:
    """`readable_paths`, remembered here and in the private cache folder."""
    key = json.dumps([os.fspath(python), packages])
    data = cache.read("readable", key)
    if data is not None:
        try:
            kept = msgspec.json.decode(data, type=_Kept)
        except msgspec.MsgspecError:
            pass
        else:
            same = all(_stamp(path) == stamp for path, stamp in kept.stamps.items())
            if same and all(os.path.exists(path) for path in kept.plan.paths):
                return kept.plan
    plan = readable_paths(python, packages)
    stamps = {path: _stamp(path) for path in _sources(python, packages, plan)}
    cache.write("readable", key, msgspec.json.encode(_Kept(stamps, plan)))
    return plan


def _sources(python: Path, packages: Sequence[str], plan: ReadablePlan) -> list[str]:
    own = [os.fspath(python), __file__, _LOADER_CACHE, *plan.folders]
    return own + [path for one in bundles(packages) for path in one.paths]


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def readable_paths(python: Path, packages: Sequence[str] = ()) -> ReadablePlan:
    """Name every file and folder that `python` needs in the box, and what `packages` adds."""
    wanted = bundles(packages)
    found = _probe(python, wanted)
    paths = {path for path in _ALWAYS if os.path.exists(path)} | set(found["mapped"])
    imports: dict[str, dict[str, str]] = {}
    for folder in found["folders"]:
        imports[folder] = _library_modules(folder, found)
        paths.update(_entry(folder, file) for file in imports[folder].values())
        cached = os.path.join(folder, "__pycache__")
        paths.update([cached] if os.path.isdir(cached) else [])
    for one in wanted:
        paths.update(one.paths)
        imports.setdefault(one.folder, {}).update(one.modules)
    return ReadablePlan(
        tuple(sorted(paths)),
        imports,
        tuple(found["folders"]),
        tuple(found["loaded"]),
        found["version"],
    )


def _probe(python: Path, packages: Sequence[Bundle]) -> dict[str, Any]:
    wanted = {
        "folders": [one.folder for one in packages],
        "modules": [module for one in packages for module, _ in one.modules],
    }
    command = [os.fspath(python), "-I", "-S", "-B", "-c", _PROBE, json.dumps(wanted)]
    try:
        done = subprocess.run(
            command, env={}, cwd="/", capture_output=True, timeout=PROBE_SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or said(
            "no answer within {probe_seconds} s", probe_seconds=PROBE_SECONDS
        )
        raise Fault(
            said(
                "the Python for the box, {python}, cannot be used: {reason}",
                python=python,
                reason=reason,
            )
        ) from None
    except (ValueError, IndexError):
        heard = (done.stderr.decode(errors="replace").splitlines() or [said("no output")])[-1][:300]
        raise Fault(
            said(
                "the Python for the box, {python}, cannot be used: {heard}",
                python=python,
                heard=heard,
            )
        ) from None
    for module, reason in found["failed"].items():
        raise Fault(
            said(
                "the package module {module!r} cannot be imported by {python}: {reason}",
                module=module,
                python=python,
                reason=reason,
            ),
            next_move=said("Name the packages that it needs under `packages:` too."),
        )
    return found


def _library_modules(folder: str, found: Mapping[str, Any]) -> dict[str, str]:
    """Module name -> file, for the modules of the standard library that lie in `folder`."""
    allowed = set(found["names"]) - _NOT_IN_THE_BOX
    modules: dict[str, str] = {}
    for entry in sorted(os.listdir(folder)):
        file = module_file(folder, entry, found["suffixes"])
        name = entry.partition(".")[0]
        if file and (name in allowed or name.startswith("_sysconfigdata_")):
            modules.setdefault(name, file)  # sorted: folder, extension, source, as Python prefers
    return modules


def _entry(folder: str, file: str) -> str:
    return os.path.join(folder, file.partition("/")[0])


def first_closed(paths: Iterable[str], *, parents: bool = True) -> str:
    """The first of the paths that an unrelated user cannot read, or "".

    With `parents` the folders above them count too, which a tree of bind mounts makes anew.
    """
    above: set[str] = set()
    for path in paths:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            path = os.path.realpath(path)
            mode = os.stat(path).st_mode
        needed = 0o005 if stat.S_ISDIR(mode) else 0o004
        if mode & needed != needed:
            return path
        above.add(os.path.dirname(path))
    seen: set[str] = set()
    for folder in sorted(above) if parents else ():
        here = os.path.realpath(folder)
        while here not in seen:
            if not os.stat(here).st_mode & 0o001:
                return here
            seen.add(here)
            here = os.path.dirname(here)
    return ""
