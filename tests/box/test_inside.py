"""What a submission finds in the box, at each level, as root and as an ordinary user: the
standard library, four descriptors, and nothing else."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from grader import box as boxes
from grader.box import bubblewrap, readable
from grader.exercise import load as exercises
from tests.box import places
from tests.box.places import OPEN
from tests.box.visit import run

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or places.COLUMN is None, reason="the layers are those of Linux"
)

LOOK = """
import errno, json, os, stat, sys
def attempt(action):
    try:
        action()
        return "GOT"
    except OSError as error:
        return errno.errorcode[error.errno]
seen = {}
for path in PATHS:
    seen["read " + path] = attempt(lambda: open(path, "rb").read(1))
for path in FOLDERS:
    seen["list " + path] = attempt(lambda: os.listdir(path))
for path in WRITES:
    seen["write " + path] = attempt(lambda: os.open(path + "/x", os.O_CREAT | os.O_WRONLY))
open_ones = {}
for number in range(256):
    try:
        mode = os.fstat(number).st_mode
        open_ones[number] = "socket" if stat.S_ISSOCK(mode) else "other"
    except OSError:
        pass
found = repr((seen, open_ones, dict(os.environ), sys.argv, os.getcwd()))
"""
IMPORTS = """
import importlib, json, sys
failed = {}
for name in sorted(sys.stdlib_module_names - set(LEFT_OUT)):
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed[name] = repr(error)[:60]
found = json.dumps(sorted(failed))
"""
# windows and games, and what does not belong in the box
LEFT_OUT = ["_tkinter", "antigravity", "ensurepip", "idlelib", "this", "tkinter", "turtle"]
LEFT_OUT += ["turtledemo", "test"]


@pytest.fixture(params=["strict", "kernel"])
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


one_user_each = pytest.mark.parametrize(
    ("level", "user"), [("strict", "an ordinary user"), ("kernel", "root")], indirect=True
)


def look(level: str, user: dict[str, Any], source: str, **job: Any) -> str:
    answer = places.visit(OPEN, {"level": level, "source": source, **job}, **user)
    if "error" in answer:
        pytest.skip(answer["error"])
    assert answer["level"] == level
    return str(answer["found"])


def forbidden_files() -> list[str]:
    site = Path(msgspec.__file__).parents[1]
    return [
        msgspec.__file__,
        pytest.__file__,
        str(next(site.glob("*.dist-info/METADATA"))),
        str(places.ROOT / "tests/battery/test_add.py"),
        str(places.ROOT / "tests/battery/oracle.py"),
        str(places.ROOT / "reference/value.py"),
        str(places.ROOT / "tasks.yaml"),
        str(places.ROOT / "grader/model/errors.py"),
        str(places.VISIT),
        *("/etc/passwd", "/etc/hostname", "/bin/sh", "/usr/bin/env"),
        *("/proc/self/environ", "/proc/self/maps", "/proc/self/cmdline", "/proc/1/cmdline"),
        *(f"/proc/{os.getpid()}/environ", f"/proc/{os.getpid()}/mem", "/proc/meminfo"),
    ]


def forbidden_folders() -> list[str]:
    library = os.path.dirname(os.__file__)
    site = str(Path(msgspec.__file__).parents[1])
    folders = ["/", "/proc", "/proc/self/fd", "/etc", "/tmp", "/home", "/root", "/usr", "/dev"]
    return [*folders, library, site, f"{library}/site-packages", str(places.ROOT)]


def test_nothing_but_the_library_is_there(level: str, user: dict[str, Any]) -> None:
    writes = ["/", "/tmp", "/dev/shm", "/var/tmp", os.path.dirname(os.__file__), str(places.ROOT)]
    names = f"PATHS, FOLDERS, WRITES = {forbidden_files()}, {forbidden_folders()}, {writes}\n"
    said = look(level, user, names + LOOK)
    seen, descriptors, environment, arguments, folder = ast.literal_eval(said)
    got = {name: answer for name, answer in seen.items() if answer == "GOT"}
    assert got == {}
    assert set(seen.values()) <= {"EACCES", "ENOENT", "EPERM", "EROFS", "ENOTDIR"}
    # nothing to read, the output file twice, the channel
    assert descriptors == {0: "other", 1: "other", 2: "other", 3: "socket"}
    assert (environment, arguments, folder) == ({}, [""], "/")


@one_user_each
def test_the_whole_standard_library_is_there(level: str, user: dict[str, Any]) -> None:
    source = f"LEFT_OUT = {LEFT_OUT}\n{IMPORTS}"
    outside = [user["python"], "-I", "-S", "-B", "-c", source + "print(found)"]
    done = subprocess.run(outside, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(look(level, user, source)) == json.loads(done.stdout.splitlines()[-1])


@one_user_each
def test_a_named_package_is_there_and_its_neighbours_are_not(
    level: str, user: dict[str, Any]
) -> None:
    source = """
import iniconfig
found = iniconfig.IniConfig.__name__
try:
    import pluggy
    found += " and pluggy"
except ImportError as error:
    found += f"; {error}"
try:
    open(PLUGGY).read()
    found += " and its file"
except OSError as error:
    found += f"; {type(error).__name__}"
"""
    place = Path(msgspec.__file__).parents[1] / "pluggy/__init__.py"
    said = look(level, user, f"PLUGGY = {str(place)!r}\n{source}", packages=["iniconfig"])
    first, why, error = said.split("; ")
    assert (first, why) == ("IniConfig", "No module named 'pluggy'")
    assert error in {"PermissionError", "FileNotFoundError"}


NAMED = "import iniconfig\nfound = iniconfig.IniConfig.__name__"


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_a_named_package_is_there_without_layers_too(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = replace(exercises.load(places.ROOT), packages=("iniconfig",))
    monkeypatch.setattr(sys, "platform", system)
    made = boxes.choose("none", exercise)
    try:
        assert run(made, exercise, NAMED) == "IniConfig"
    finally:
        made.close()


WALK = """
import json, os, stat
found = {}
def walk(folder):
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode):
            walk(path)
        elif stat.S_ISREG(mode):
            found[path] = os.path.getsize(path)
walk("/")
print(json.dumps(found))
"""


def test_the_tree_holds_only_what_is_readable() -> None:
    """Seen from inside bubblewrap without Landlock, which would hide it: no file but the plan's."""
    program = bubblewrap.bwrap()
    if program is None:
        pytest.skip("bubblewrap is not installed")
    python = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    plan = readable.readable_paths(Path(python))
    command = [program, "--unshare-all", *bubblewrap.tree(plan), "--", python, "-I", "-S"]
    done = subprocess.run(
        [*command, "-c", WALK], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode != 0:
        pytest.skip(done.stderr)
    allowed = {os.path.realpath(path) for path in (*plan.paths, *plan.loaded)}
    folders = tuple(f"{path}/" for path in allowed if os.path.isdir(path))
    strangers = [
        path
        for path in json.loads(done.stdout)
        if path not in allowed and not path.startswith(folders)
    ]
    assert strangers == []
