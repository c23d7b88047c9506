"""Places to grade in: as another user, in a simulated container, with a closed exercise.

A place is simulated by a launcher that lays a seccomp filter over itself (a deny-list, as a
container's profile looks from inside), gives up capabilities, changes its uid and then execs
`visit.py`, which builds a box and prints what it found. No real container is started.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import platform
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.box import readable

ROOT = Path(__file__).resolve().parents[2]
VISIT = Path(__file__).with_name("visit.py")
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NOBODY = 65534
MACHINE = platform.machine()
COLUMN = {"x86_64": 1, "aarch64": 2}.get(MACHINE)
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# name, its numbers on x86-64 and arm64, what a container answers
NAMESPACE_CALLS = [
    ("unshare", 272, 97, errno.EPERM),
    ("setns", 308, 268, errno.EPERM),
    ("mount", 165, 40, errno.EPERM),
    ("umount2", 166, 39, errno.EPERM),
    ("pivot_root", 155, 41, errno.EPERM),
    ("open_tree", 428, 428, errno.EPERM),
    ("move_mount", 429, 429, errno.EPERM),
    ("fsopen", 430, 430, errno.EPERM),
    ("mount_setattr", 442, 442, errno.EPERM),
    ("clone3", 435, 435, errno.ENOSYS),
]
CLONE = ("clone", 56, 220, errno.EPERM)
LANDLOCK_CALLS = [
    ("landlock_create_ruleset", 444, 444, errno.EPERM),
    ("landlock_add_rule", 445, 445, errno.EPERM),
    ("landlock_restrict_self", 446, 446, errno.EPERM),
]
NEW_NAMESPACES = 0x7E020000
# what a container engine leaves its root: no CAP_SYS_ADMIN, no CAP_SYS_PTRACE
CONTAINER_CAPABILITIES = 0xA80425FB

LAUNCH = """
import ctypes, json, os, struct, sys
job = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
def must(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "launcher")
def prctl(*values):
    must(libc.prctl(*[ctypes.c_ulong(value) for value in (values + (0, 0, 0, 0))[:5]]))
if job["filter"]:
    code = bytes.fromhex(job["filter"])
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(held))
    program = ctypes.create_string_buffer(program, len(program))
    if os.geteuid() != 0:
        prctl(38, 1)
    prctl(22, 2, ctypes.addressof(program))
if job["capabilities"] is not None:
    for number in range(64):
        if not job["capabilities"] >> number & 1 and libc.prctl(24, number, 0, 0, 0) != 0:
            break
if job["uid"] is not None:
    os.setgroups([])
    os.setresgid(*[job["uid"]] * 3)
    os.setresuid(*[job["uid"]] * 3)
os.execve(sys.argv[2], sys.argv[2:], job["environment"])
"""


def deny_filter(calls: list[tuple[str, int, int, int]], *, namespaces: bool = False) -> bytes:
    """A BPF program that answers these calls with their errors and allows the rest."""
    assert COLUMN is not None
    allow, refuse = 0x7FFF0000, 0x00050000
    program = [(0x20, 0, 0, 4), (0x15, 1, 0, AUDIT[MACHINE]), (0x06, 0, 0, allow), (0x20, 0, 0, 0)]
    for call in calls:
        program += [(0x15, 0, 1, call[COLUMN]), (0x06, 0, 0, refuse | call[3])]
    if namespaces:
        program += [
            (0x15, 0, 3, CLONE[COLUMN]),
            (0x20, 0, 0, 16),
            (0x45, 0, 1, NEW_NAMESPACES),
            (0x06, 0, 0, refuse | CLONE[3]),
        ]
    program.append((0x06, 0, 0, allow))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


@dataclass(frozen=True)
class Place:
    """Where a visit happens."""

    name: str
    namespaces: bool = True
    landlock: bool = True

    @property
    def filter(self) -> bytes:
        """The outer filter, empty where nothing is denied."""
        calls = [] if self.namespaces else list(NAMESPACE_CALLS)
        calls += [] if self.landlock else LANDLOCK_CALLS
        return deny_filter(calls, namespaces=not self.namespaces) if calls else b""


OPEN = Place("an open machine")
CONTAINER = Place("a container", namespaces=False)
BARE = Place("neither namespaces nor Landlock", namespaces=False, landlock=False)
PLACES = (OPEN, CONTAINER, BARE)


@functools.cache
def open_python() -> str | None:
    """An interpreter of our version that every user can run, with our packages."""
    others = [shutil.which(name, path="/usr/bin:/usr/local/bin") for name in ("python3",)]
    wanted = "import sys, msgspec; print(sys.version_info[:2])"
    for python in filter(None, (sys.executable, *others)):
        real = os.path.realpath(python)
        try:
            if readable.first_closed([real]) or readable.first_closed(import_path()):
                continue
            found = subprocess.run(
                [real, "-c", wanted], env=environment(), capture_output=True, text=True, check=False
            )
        except OSError:
            continue
        if found.stdout.strip() == str(sys.version_info[:2]):
            return real
    return None


@functools.cache
def import_path() -> list[str]:
    """Where the grader and its packages are imported from; the grader from a copy if it must."""
    packages = sysconfig.get_path("purelib")
    if not readable.first_closed([str(ROOT / "grader"), str(ROOT / "grader" / "box")]):
        return [str(ROOT), packages]
    folder = Path(tempfile.mkdtemp(prefix="grader-"))
    folder.chmod(0o755)
    copy_exercise(folder, 0o755)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "grader", folder / "grader", ignore=ignored)
    return [str(folder), packages]


def environment() -> dict[str, str]:
    """Of a visit: nothing but where to import from."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "PYTHONPATH": os.pathsep.join(import_path()),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SECRET_OF_THE_GRADER": "the environment's secret",
    }


def copy_exercise(folder: Path, mode: int) -> Path:
    """The bundled exercise, copied there, all of it with that mode."""
    for part in ("starter", "reference", "tests/battery"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy(ROOT / "tasks.yaml", folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(mode if path.is_dir() else mode & 0o666)
    return folder


def visit(
    place: Place,
    job: dict[str, Any],
    *,
    user: int | None = None,
    python: str | None = None,
    wall_s: float = 60,
) -> dict[str, Any]:
    """What `visit.py` found there; `user` None is ourselves."""
    command = visit_command(place, job, user=user, python=python)
    done = subprocess.run(
        command, env=environment(), cwd="/", capture_output=True, timeout=wall_s, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def visit_command(
    place: Place, job: dict[str, Any], *, user: int | None = None, python: str | None = None
) -> list[str]:
    """The command line of a visit."""
    python = python or sys.executable
    launch = {
        "filter": place.filter.hex(),
        "uid": user,
        "environment": environment(),
        "capabilities": None if place.namespaces else CONTAINER_CAPABILITIES,
    }
    job = {"exercise": import_path()[0], **job}
    return [
        *(os.path.realpath(python), "-I", "-S", "-B", "-c", LAUNCH, json.dumps(launch)),
        *(python, "-B", str(_readable_visit()), json.dumps(job)),
    ]


@functools.cache
def _readable_visit() -> Path:
    """`visit.py`, where every user can read it."""
    if not readable.first_closed([str(VISIT)]):
        return VISIT
    return Path(shutil.copy(VISIT, import_path()[0]))
