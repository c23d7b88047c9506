"""The kernel's part of the box, applied inside the process that is to be jailed.

Theory of operation
-------------------
Two processes run this file, both with the standard library alone (`python -I -S`):

* the **zygote** calls `prepare(plan)` once. It builds the Landlock ruleset (one rule per readable
  file, some milliseconds) and narrows the import system. Nothing is restricted yet.
* each **worker**, a fork of the zygote, calls `confine(plan, prepared)` before it sees a byte of
  the submission. That call is one-way: no layer can be taken off again.

The plan is data made by the trusted side (`grader.box.policy`). The caller has already made its
namespaces, closed its descriptors and replaced 0-2: opening /dev/null is impossible afterwards.

The order is forced:

1. `no_new_privs`: without it neither Landlock nor seccomp may be used by an ordinary user.
2. rlimits, while we may still lower anything. NPROC binds no process of root's: for root it is
   seccomp that denies fork.
3. The capability bounding set and securebits, which need CAP_SETPCAP; then groups and uid, which
   need CAP_SETUID; then all remaining capabilities at once, and a look whether any is left.
4. The parent-death signal and "not dumpable" again, since a change of uid resets them both.
5. Landlock, then seccomp last: its filter allows none of the calls above.

A layer that this machine does not offer is reported with its reason, and ends the worker if the
plan demands it. A layer that is offered and fails raises: nobody carries on half confined.
Landlock does not govern stat, chdir, readlink or chmod: seccomp denies the last, and the others
tell a submission whether a path exists, no more.
"""

from __future__ import annotations

import binascii
import ctypes
import errno
import os
import resource
import signal
import stat
import struct
import sys
from importlib.util import spec_from_file_location
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

Plan = dict[str, Any]

# linux/prctl.h, linux/securebits.h, linux/capability.h
_PR_GET_PDEATHSIG, _PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 2, 1, 4
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_PR_CAPBSET_DROP = 24
_PR_GET_SECUREBITS, _PR_SET_SECUREBITS = 27, 28
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_SECUREBITS = 0b11100011  # noroot, no ambient raise, both locked; keep_caps locked as it is
_CAP_SETPCAP = 8
_CAPABILITY_VERSION_3 = 0x20080522

_CLOSE_RANGE = 436  # the same number on every architecture, as are the next three

# linux/landlock.h
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ABI_QUERY, _RULE_PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# what each ABI added: (ABI, file rights, network rights, scopes)
_LANDLOCK_GAINS = (
    (1, (1 << 13) - 1, 0, 0),
    (2, 1 << 13, 0, 0),  # refer
    (3, 1 << 14, 0, 0),  # truncate
    (4, 0, 0b11, 0),  # TCP bind, connect
    (5, 1 << 15, 0, 0),  # ioctl on devices
    (6, 0, 0, 0b11),  # abstract sockets, signals
    (7, 0, 0, 0),
    (8, 0, 0, 0),
    (9, 1 << 16, 0, 0),  # sockets that have a path
    (10, 0, 0b1100, 0),  # UDP bind, connect and send
)
_LANDLOCK_ABSENT = {
    errno.ENOSYS: "this kernel has no Landlock (Linux 5.13 and later can have it)",
    errno.EOPNOTSUPP: "Landlock is switched off at boot (add it to the kernel's lsm= list)",
    errno.EPERM: "an outer filter, such as a container's, forbids Landlock",
}
_SECCOMP_ABSENT = {
    errno.EINVAL: "this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)",
    errno.ENOSYS: "this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)",
    errno.EPERM: "an outer filter, such as a container's, forbids seccomp filters",
    errno.EACCES: "an outer filter, such as a container's, forbids seccomp filters",
}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)


class ConfinementError(RuntimeError):
    """A layer that the plan demands is not to be had: the worker must end."""


class Prepared:
    """What the zygote made ready for its workers: the Landlock ruleset, or why there is none.

    A worker that closes the descriptors it inherited must spare `ruleset`, or move it and say so
    here; `confine` closes it. One that is lost ends the worker, as every failure does.
    """

    __slots__ = ("abi", "missing", "ruleset")

    def __init__(self, ruleset: int, abi: int, missing: dict[str, str]) -> None:
        self.ruleset = ruleset
        self.abi = abi
        self.missing = missing

    def close(self) -> None:
        """Close the ruleset; harmless when there is none or it is closed already."""
        if self.ruleset >= 0:
            os.close(self.ruleset)
            self.ruleset = -1


def prepare(plan: Plan) -> Prepared:
    """Do once, in the zygote, whatever all its workers can share."""
    narrow_imports(plan["imports"])
    if plan["landlock"] is None:
        return Prepared(-1, 0, {})
    offered = _libc.syscall(*_longs(_CREATE_RULESET, 0, 0, _ABI_QUERY))
    if offered < 1:
        return Prepared(-1, 0, {"landlock": _absence("landlock", _LANDLOCK_ABSENT)})
    abi = min(offered, _LANDLOCK_GAINS[-1][0])
    return Prepared(_make_ruleset(abi, plan["landlock"]), abi, {})


def confine(plan: Plan, prepared: Prepared | None = None) -> tuple[list[str], dict[str, str]]:
    """Apply the plan to this process, for good: (layers applied, missing layer -> reason)."""
    prepared = prepare(plan) if prepared is None else prepared
    missing = {**plan["absent"], **prepared.missing}
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _lower_limits(plan["rlimits"])
    _drop_privileges(plan["uid"], plan["gid"])
    applied = ["rlimits", "caps"]
    if plan["uid"] is not None:
        applied.append("uid")
    if prepared.ruleset >= 0:
        _must("landlock_restrict_self", _libc.syscall(*_longs(_RESTRICT_SELF, prepared.ruleset, 0)))
        prepared.close()
        applied.append(f"landlock{prepared.abi}")
    if plan["seccomp"] is not None:
        reason = _seccomp_absence()
        if reason:
            missing["seccomp"] = reason
        else:
            _load_filter(binascii.a2b_base64(plan["seccomp"]))
            applied.append("seccomp")
    lost = [f"{layer} ({missing[layer]})" for layer in plan["demanded"] if layer in missing]
    if lost:
        raise ConfinementError("demanded, but missing here: " + "; ".join(lost))
    return applied, missing


def close_from(first: int) -> None:
    """Close every descriptor from `first` on.

    os.closerange does it one by one where Python was built for an older C library.
    """
    if _libc.syscall(*_longs(_CLOSE_RANGE, first, (1 << 32) - 1, 0)) != 0:
        os.closerange(first, 1 << 16)


def die_with(parent: int | None) -> None:
    """Have the kernel kill this process when its parent dies, at once if it has died already.

    In a new pid namespace the parent has no number, and None skips that comparison.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(0)


class _NamedFiles:
    """A path entry finder that knows its files by name and never lists their folder.

    Python's own finder lists the folder, and Landlock grants a listing only together with
    everything beneath: that would disclose the names in site-packages, which many Pythons keep
    inside the library folder. It also makes an import that is not allowed end in an honest
    ModuleNotFoundError.
    """

    def __init__(self, folder: str, files: dict[str, str]) -> None:
        self._folder = folder
        self._files = files

    def find_spec(self, fullname: str, target: object = None) -> ModuleSpec | None:
        """Find a top-level module among the named files."""
        file = self._files.get(fullname)
        if file is None:
            return None
        path = os.path.join(self._folder, file)
        inner = [os.path.dirname(path)] if "/" in file else None
        return spec_from_file_location(fullname, path, submodule_search_locations=inner)


def narrow_imports(imports: dict[str, dict[str, str]]) -> None:
    """Let each folder offer exactly the modules named for it; new folders join the search path."""
    for folder, files in imports.items():
        if folder not in sys.path:
            sys.path.append(folder)
        sys.path_importer_cache[folder] = _NamedFiles(folder, files)


def _make_ruleset(abi: int, paths: list[str]) -> int:
    """Deny all that this ABI can deny, then allow the reading of `paths`."""
    gains = [gain for gain in _LANDLOCK_GAINS if gain[0] <= abi]
    fields = [sum(gain[column] for gain in gains) for column in (1, 2, 3)]
    # older kernels know a shorter struct and take a longer one only if its tail is zero
    attributes = struct.pack("<3Q", *fields)
    ruleset = int(_libc.syscall(*_longs(_CREATE_RULESET, attributes, len(attributes), 0)))
    if ruleset < 0:
        _must("landlock_create_ruleset", ruleset)
    os.set_inheritable(ruleset, False)
    for path in paths:
        _allow_reading(ruleset, path)
    return ruleset


def _allow_reading(ruleset: int, path: str) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        folder = stat.S_ISDIR(os.fstat(fd).st_mode)
        rule = struct.pack("<Qi", _READ_FILE | (_READ_DIR if folder else 0), fd)
        call = _longs(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
        _must(f"landlock_add_rule for {path}", _libc.syscall(*call))
    finally:
        os.close(fd)


def _lower_limits(limits: dict[str, list[int]]) -> None:
    for name, wanted in limits.items():
        which = getattr(resource, name)
        ceiling = resource.getrlimit(which)[1]
        bounded = ceiling != resource.RLIM_INFINITY
        soft, hard = (min(value, ceiling) if bounded else value for value in wanted)
        resource.setrlimit(which, (soft, hard))


def _drop_privileges(uid: int | None, gid: int | None) -> None:
    death_signal = ctypes.c_int()
    _prctl(_PR_GET_PDEATHSIG, ctypes.addressof(death_signal))
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    if _capabilities()[0] >> _CAP_SETPCAP & 1:
        _empty_bounding_set()
        _prctl(_PR_SET_SECUREBITS, _libc.prctl(_PR_GET_SECUREBITS, 0, 0, 0, 0) | _SECUREBITS)
    if uid is not None and gid is not None:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    header = struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)
    _must("capset", _libc.capset(header, bytes(24)))
    if any(_capabilities()):
        raise ConfinementError("capabilities are left after they were all dropped")
    _prctl(_PR_SET_PDEATHSIG, death_signal.value)
    _prctl(_PR_SET_DUMPABLE, 0)


def _empty_bounding_set() -> None:
    capability = 0
    while _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1
    # the first number that this kernel has no capability for ends the set; all else is a failure
    if capability == 0 or ctypes.get_errno() != errno.EINVAL:
        _must("prctl capbset_drop", -1)


def _capabilities() -> tuple[int, int, int]:
    """The effective, permitted and inheritable sets."""
    header = ctypes.create_string_buffer(struct.pack("<Ii", _CAPABILITY_VERSION_3, 0), 8)
    sets = ctypes.create_string_buffer(24)
    _must("capget", _libc.capget(header, sets))
    low, high = struct.unpack("<3I", sets.raw[:12]), struct.unpack("<3I", sets.raw[12:])
    effective, permitted, inheritable = (a | b << 32 for a, b in zip(low, high, strict=True))
    return effective, permitted, inheritable


def _seccomp_absence() -> str:
    """Why seccomp filters cannot be used here; empty when they can.

    A filter at address 0 is refused with EFAULT by exactly those kernels that would take one.
    """
    if _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, 0, 0, 0) == 0:
        raise ConfinementError("prctl accepted a filter at address 0")
    return "" if ctypes.get_errno() == errno.EFAULT else _absence("seccomp", _SECCOMP_ABSENT)


def _load_filter(code: bytes) -> None:
    instructions = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: a count of 8-byte instructions, then their address
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(instructions))
    holder = ctypes.create_string_buffer(program, len(program))
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(holder))


def _absence(layer: str, reasons: dict[int, str]) -> str:
    """The reason that errno stands for; any other errno is a failure, not an absence."""
    number = ctypes.get_errno()
    if number not in reasons:
        raise OSError(number, f"{layer}: {os.strerror(number)}")
    return reasons[number]


def _longs(*values: int | bytes) -> list[Any]:
    """Arguments for libc's variadic `syscall`, where a plain int would cross as 32 bits."""
    return [value if isinstance(value, bytes) else ctypes.c_long(value) for value in values]


def _prctl(option: int, *values: int) -> None:
    padded = (*values, 0, 0, 0, 0)[:4]
    _must(f"prctl {option}", _libc.prctl(option, *padded))


def _must(name: str, result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
