"""What the kernel shall allow in the box, worked out on the trusted side as plain data.

Theory of operation
-------------------
This file runs in the grader, with the grader's rights, and restricts nothing itself. It makes a
**plan**: JSON-able data that crosses to the zygote, where `grader.inside.confine` carries it out.
The zygote and its workers thus decide nothing: what is readable, which system calls exist and
which uid is taken is settled here, before any submission is read.

**Readable** is named entry by entry. Many Pythons keep site-packages inside the library folder
and Landlock cannot subtract, so the library folder itself is never granted: only the modules
that the interpreter lists as its standard library, the shared libraries that a probe of it had
mapped after opening all their extension modules, and what `packages:` names. Dependencies of a
package are not followed: an exercise names each.

**The seccomp filter** is an allow-list: any other call fails with EPERM. No process, thread, exec,
socket, signal, limit, namespace or privilege call is on it, and files open for reading only.
clone3 answers ENOSYS, on which C libraries fall back to clone, which is denied. Another
architecture's or x32 calls kill the process, as their numbers mean other calls.

Why an own assembler and not libseccomp: pyseccomp needs the libseccomp2 system library, which is
absent from some small images, and `pip install` cannot bring it; isolation has to work without
it. The filter is a flat list of comparisons, so the assembler is a few dozen lines; the tests
hold its numbers against the kernel's headers and libseccomp where the machine has them, and run
it for both architectures in a small interpreter of BPF.

The numbers are those of arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h (arm64) in Linux.
"""

from __future__ import annotations

import base64
import errno
import importlib.machinery
import importlib.metadata
import json
import os
import platform
import stat
import struct
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.errors import Fault

NOBODY = 65534
PROBE_SECONDS = 30

# ---------------------------------------------------------------- system calls

# name:x86-64:arm64, "-" where the architecture has no such call
_ALLOWED = """
read:0:63 readv:19:65 pread64:17:67 write:1:64 writev:20:66 lseek:8:62 close:3:57
fstat:5:80 stat:4:- lstat:6:- newfstatat:262:79 statx:332:291 getdents64:217:61 getcwd:79:17
access:21:- faccessat:269:48 faccessat2:439:439 readlink:89:- readlinkat:267:78
open:2:- openat:257:56 fcntl:72:25 ioctl:16:29
poll:7:- ppoll:271:73 select:23:- pselect6:270:72 recvfrom:45:207 sendto:44:206
mmap:9:222 munmap:11:215 mremap:25:216 mprotect:10:226 madvise:28:233 brk:12:214 futex:202:98
clock_gettime:228:113 clock_getres:229:114 clock_nanosleep:230:115 nanosleep:35:101
gettimeofday:96:169 time:201:- times:100:153 getrusage:98:165 sysinfo:99:179 uname:63:160
getrandom:318:278 getcpu:309:168 sched_yield:24:124 sched_getaffinity:204:123
getpid:39:172 getppid:110:173 gettid:186:178 getuid:102:174 geteuid:107:175 getgid:104:176
getegid:108:177 getrlimit:97:163 prlimit64:302:261
rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigreturn:15:139 sigaltstack:131:132
restart_syscall:219:128 exit:60:93 exit_group:231:94
"""
_CLONE3 = 435
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000

_INT, _POINTER = (1 << 32) - 1, (1 << 64) - 1
_OPEN_FOR_WRITING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
_F_DUPFD, _F_GETFD, _F_SETFD, _F_GETFL, _F_SETFL, _F_DUPFD_CLOEXEC = 0, 1, 2, 3, 4, 1030
_TCGETS, _FIONBIO, _FIONCLEX, _FIOCLEX = 0x5401, 0x5421, 0x5450, 0x5451


@dataclass(frozen=True)
class _Zero:
    """All bits of the mask must be clear in the argument."""

    argument: int
    mask: int


@dataclass(frozen=True)
class _Among:
    """The argument, an int to the kernel, must be one of these."""

    argument: int
    values: tuple[int, ...]


_CONDITIONS: dict[str, tuple[_Zero | _Among, ...]] = {
    "open": (_Zero(1, _OPEN_FOR_WRITING),),
    "openat": (_Zero(2, _OPEN_FOR_WRITING),),
    # no F_SETOWN or F_SETSIG: they make the kernel send signals to others
    "fcntl": (_Among(1, (_F_GETFD, _F_SETFD, _F_GETFL, _F_SETFL, _F_DUPFD, _F_DUPFD_CLOEXEC)),),
    "ioctl": (_Among(1, (_TCGETS, _FIONBIO, _FIOCLEX, _FIONCLEX)),),
    "sendto": (_Zero(4, _POINTER),),  # along an existing connection, to no address
    "prlimit64": (_Zero(0, _INT), _Zero(2, _POINTER)),  # own limits, reading only
}

_Instruction = tuple[int, int, int, int]
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data


def seccomp_filter(arch: str = platform.machine()) -> bytes:
    """The BPF program for `x86_64` or `aarch64`; raises Fault for another architecture."""
    if arch not in _AUDIT_ARCH:
        raise Fault(f"there is no system call filter for the {arch} architecture yet")
    program = [_load(_ARCH_AT), _jump_equal(_AUDIT_ARCH[arch], 1, 0), _return(_KILL)]
    program += [_load(_NUMBER_AT)]
    if arch == "x86_64":
        program += [(0x35, 0, 1, _X32_BIT), _return(_KILL)]  # jump if greater or equal
    for name, number in syscall_numbers(arch).items():
        program += _block(number, _CONDITIONS.get(name, ()))
    program += [_jump_equal(_CLONE3, 0, 1), _return(_ERRNO | errno.ENOSYS)]
    program += [_return(_ERRNO | errno.EPERM)]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def syscall_numbers(arch: str) -> dict[str, int]:
    """The allowed system calls of an architecture, by name."""
    column = 1 + list(_AUDIT_ARCH).index(arch)
    rows = (entry.split(":") for entry in _ALLOWED.split())
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


def _block(number: int, conditions: Iterable[_Zero | _Among]) -> list[_Instruction]:
    """Decide one call for good: every path ends in a return, so no block sees another's state."""
    body: list[_Instruction] = []
    for condition in conditions:
        low = _ARGUMENTS_AT + 8 * condition.argument
        if isinstance(condition, _Among):
            count = len(condition.values)
            body.append(_load(low))
            body += [_jump_equal(value, count - i, 0) for i, value in enumerate(condition.values)]
            body.append(_return(_ERRNO | errno.EPERM))
            continue
        for offset, mask in ((low, condition.mask & _INT), (low + 4, condition.mask >> 32)):
            if mask:
                any_bit_set = (0x45, 0, 1, mask)
                body += [_load(offset), any_bit_set, _return(_ERRNO | errno.EPERM)]
    body.append(_return(_ALLOW))
    return [_jump_equal(number, 0, len(body)), *body]


def _load(offset: int) -> _Instruction:
    return (0x20, 0, 0, offset)


def _jump_equal(value: int, if_true: int, if_false: int) -> _Instruction:
    return (0x15, if_true, if_false, value)


def _return(action: int) -> _Instruction:
    return (0x06, 0, 0, action)


# -------------------------------------------------------------- what is readable

_NOT_IN_THE_BOX = frozenset({"idlelib", "tkinter", "turtledemo", "ensurepip", "test"})
_ALWAYS = ("/dev/null", "/dev/urandom", "/etc/ld.so.cache")

# Runs in the box's interpreter, before any submission. Mapping an extension module tells which
# libraries it needs without running it. Prints one line of JSON, the last.
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
print()
print(json.dumps(found))
"""


@dataclass(frozen=True)
class ReadablePlan:
    """What the box may read, and the modules that each folder offers (`kernel_plan` takes both).

    `version` is the probed interpreter's `sys.version`: a zygote that says otherwise runs
    another Python than the one that was looked at.
    """

    paths: tuple[str, ...]
    imports: Mapping[str, Mapping[str, str]]
    version: str


def readable_paths(python: Path, packages: Sequence[str] = ()) -> ReadablePlan:
    """Name every file and folder that `python` needs in the box, and what `packages` adds."""
    bundles = [_distribution(name) for name in packages]
    found = _probe(python, bundles)
    paths = {path for path in _ALWAYS if os.path.exists(path)} | set(found["mapped"])
    imports: dict[str, dict[str, str]] = {}
    for folder in found["folders"]:
        imports[folder] = _library_modules(folder, found)
        paths.update(_entry(folder, file) for file in imports[folder].values())
        cache = os.path.join(folder, "__pycache__")
        paths.update([cache] if os.path.isdir(cache) else [])
    for bundle in bundles:
        paths.update(bundle.paths)
        imports.setdefault(bundle.folder, {}).update(bundle.modules)
    return ReadablePlan(tuple(sorted(paths)), imports, found["version"])


def _probe(python: Path, bundles: Sequence[_Bundle]) -> dict[str, Any]:
    wanted = {
        "folders": [bundle.folder for bundle in bundles],
        "modules": [module for bundle in bundles for module in bundle.modules],
    }
    command = [os.fspath(python), "-I", "-S", "-B", "-c", _PROBE, json.dumps(wanted)]
    try:
        done = subprocess.run(
            command, env={}, cwd="/", capture_output=True, timeout=PROBE_SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or f"no answer within {PROBE_SECONDS} s"
        raise Fault(f"the Python for the box, {python}, cannot be used: {reason}") from None
    except (ValueError, IndexError):
        said = (done.stderr.decode(errors="replace").splitlines() or ["no output"])[-1][:300]
        raise Fault(f"the Python for the box, {python}, cannot be used: {said}") from None
    for module, reason in found["failed"].items():
        raise Fault(
            f"the package module {module!r} cannot be imported by {python}: {reason}",
            next_move="Name the packages that it needs under `packages:` too.",
        )
    return found


def _library_modules(folder: str, found: Mapping[str, Any]) -> dict[str, str]:
    """Module name -> file, for the modules of the standard library that lie in `folder`."""
    allowed = set(found["names"]) - _NOT_IN_THE_BOX
    modules: dict[str, str] = {}
    for entry in sorted(os.listdir(folder)):
        file = _module_file(folder, entry, found["suffixes"])
        name = entry.partition(".")[0]
        if file and (name in allowed or name.startswith("_sysconfigdata_")):
            modules.setdefault(name, file)  # sorted: folder, extension, source, as Python prefers
    return modules


def _module_file(folder: str, entry: str, suffixes: Iterable[str]) -> str:
    """The file that defines the module of a folder's entry; empty when it is no module."""
    if os.path.isfile(os.path.join(folder, entry, "__init__.py")):
        return f"{entry}/__init__.py"
    name = entry.partition(".")[0]
    named = any(entry == name + suffix for suffix in suffixes)
    return entry if named and os.path.isfile(os.path.join(folder, entry)) else ""


def _entry(folder: str, file: str) -> str:
    return os.path.join(folder, file.partition("/")[0])


@dataclass(frozen=True)
class _Bundle:
    """An installed distribution: where it lies, its own entries there, its modules."""

    folder: str
    paths: tuple[str, ...]
    modules: Mapping[str, str]


def _distribution(name: str) -> _Bundle:
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise Fault(
            f"the exercise names the package {name!r}, which is not installed here",
            next_move=f"Install it for the grader's Python: pip install {name}",
        ) from None
    folder = os.path.abspath(str(found.locate_file("")))
    modules: dict[str, str] = {}
    paths = []
    for entry in _own_entries(found):
        path = os.path.join(folder, entry)
        file = _module_file(folder, entry, importlib.machinery.all_suffixes())
        if file:
            modules.setdefault(entry.partition(".")[0], file)
        elif not entry.endswith((".libs", "-info")):
            continue  # a .pth file, a cache, or a namespace folder that others share
        if os.path.exists(path):
            paths.append(path)
    if not modules:
        raise Fault(
            f"the package {name!r} has no module folder of its own (an editable install?)",
            next_move=f"Install it the ordinary way: pip install {name}",
        )
    return _Bundle(folder, tuple(paths), modules)


def _own_entries(found: importlib.metadata.Distribution) -> list[str]:
    """The distribution's top-level names; systems' own packagers list modules only."""
    if found.files:
        tops = {PurePosixPath(file).parts[0] for file in found.files}
        return sorted(top for top in tops if top not in ("..", "/"))
    listed = (found.read_text("top_level.txt") or "").split()
    return sorted({*listed, *(f"{name}.py" for name in listed)})


# ------------------------------------------------------------------- the plan


def can_drop_uid(readable: Iterable[str], uid: int = NOBODY) -> tuple[bool, str]:
    """Whether a worker can become `uid` and still read all this; if not, why."""
    if os.geteuid() != 0:
        return False, "not started as root: the submission runs under this user's own uid"
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    if effective >> 6 & 3 != 3:  # CAP_SETGID, CAP_SETUID
        return False, "root may not change its uid here (a container without CAP_SETUID)"
    for kind in ("uid", "gid"):
        rows = Path(f"/proc/self/{kind}_map").read_text().splitlines()
        spans = [[int(field) for field in row.split()] for row in rows]
        if not any(start <= uid < start + count for start, _, count in spans):
            return False, f"this user namespace has no {kind} {uid}"
    if Path("/proc/self/setgroups").read_text().strip() != "allow":
        return False, "this user namespace may not drop its groups"
    closed = _first_closed(readable)
    if closed:
        return False, f"{closed} is closed to other users, and Python's own files need it"
    return True, ""


def _first_closed(paths: Iterable[str]) -> str:
    """The first of the paths, or of the folders above them, that an unrelated user cannot read."""
    looked_at = set()
    for path in paths:
        real = os.path.realpath(path)
        for place in (*reversed(PurePosixPath(real).parents), PurePosixPath(real)):
            if place in looked_at:
                continue
            looked_at.add(place)
            mode = os.stat(place).st_mode
            needed = stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
            if os.fspath(place) == real:
                needed |= stat.S_IROTH
            if mode & needed != needed:
                return os.fspath(place)
    return ""


def kernel_plan(
    *,
    readable: Sequence[str],
    memory_bytes: int,
    cpu_seconds: int,
    seccomp: bytes | None,
    drop_uid: int | None,
    imports: Mapping[str, Mapping[str, str]] | None = None,
    landlock: bool = True,
    output_bytes: int = 64 * 1024,
    open_files: int = 32,
    demanded: Sequence[str] = (),
    absent: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything `grader.inside.confine` needs, as JSON-able data.

    `demanded` names layers (`uid`, `landlock`, `seccomp`) without which a worker must not start;
    `absent` gives the reason for each layer that is left out on purpose.
    """
    left_out = {
        layer: "left out of the plan"
        for layer, there in (
            ("uid", drop_uid is not None),
            ("landlock", landlock),
            ("seccomp", seccomp is not None),
        )
        if not there
    }
    limits = {
        "RLIMIT_AS": memory_bytes,
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_FSIZE": output_bytes,
        "RLIMIT_NOFILE": open_files,
        "RLIMIT_STACK": 8 * 1024 * 1024,
        **dict.fromkeys(("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_NPROC", "RLIMIT_MSGQUEUE"), 0),
    }
    # one second more in the hard limit: the softer signal names the cause in the wait status
    ceilings = {"RLIMIT_CPU": cpu_seconds + 1}
    return {
        "rlimits": {name: [value, ceilings.get(name, value)] for name, value in limits.items()},
        "uid": drop_uid,
        "gid": drop_uid,
        "landlock": list(readable) if landlock else None,
        "seccomp": None if seccomp is None else base64.b64encode(seccomp).decode("ascii"),
        "imports": {folder: dict(files) for folder, files in (imports or {}).items()},
        "demanded": list(demanded),
        "absent": left_out | dict(absent or {}),
    }
