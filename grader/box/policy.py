"""The plan of a box: plain data that says what the kernel shall allow a worker.

Theory of operation. This file runs in the grader, with the grader's rights, and restricts
nothing itself. It makes a **plan**: JSON-able data that crosses to the zygote, where
`grader.inside.confine` carries it out. The zygote and its workers thus decide nothing: what is
readable (`grader.box.readable`), which system calls exist (`grader.box.syscalls`) and which uid
is taken is settled here, before any submission is read.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.box.base import quantities
from grader.box.readable import first_closed
from grader.box.reasons import NOT_ROOT, closed_to_others
from grader.model.exercise import Limits
from grader.text.words import said

NOBODY = 65534
SWITCHED_OFF = said("switched off by --isolation none")


def can_drop_uid(
    readable: Iterable[str], uid: int = NOBODY, *, parents: bool = True
) -> tuple[bool, str]:
    """Whether a worker can become `uid` and still read all this; if not, why.

    Without `parents` the folders above do not matter: a tree of bind mounts makes them anew.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        return False, NOT_ROOT
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    if effective >> 6 & 3 != 3:  # CAP_SETGID, CAP_SETUID
        return False, said("root may not change its uid here (a container without CAP_SETUID)")
    for kind in ("uid", "gid"):
        rows = Path(f"/proc/self/{kind}_map").read_text().splitlines()
        spans = [[int(field) for field in row.split()] for row in rows]
        if not any(start <= uid < start + count for start, _, count in spans):
            return False, said("this user namespace has no {kind} {uid}", kind=kind, uid=uid)
    if Path("/proc/self/setgroups").read_text().strip() != "allow":
        return False, said("this user namespace may not drop its groups")
    closed = first_closed(readable, parents=parents)
    if closed:
        return False, closed_to_others(closed)
    return True, ""


def kernel_plan(
    *,
    readable: Sequence[str],
    memory_bytes: int,
    cpu_seconds: int,
    output_bytes: int,
    open_files: int,
    seccomp: bytes | None,
    drop_uid: int | None,
    imports: Mapping[str, Mapping[str, str]] | None = None,
    landlock: bool = True,
    demanded: Sequence[str] = (),
    absent: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything `grader.inside.confine` needs, as JSON-able data.

    `demanded` names layers (`uid`, `landlock`, `seccomp`) without which a worker must not start;
    `absent` gives the reason for each layer that is left out on purpose.
    """
    left_out = {
        layer: said("left out of the plan")
        for layer, there in (
            ("uid", drop_uid is not None),
            ("landlock", landlock),
            ("seccomp", seccomp is not None),
        )
        if not there
    }
    return {
        "rlimits": _rlimits(memory_bytes, cpu_seconds, output_bytes, open_files),
        "uid": drop_uid,
        "gid": drop_uid,
        "landlock": list(readable) if landlock else None,
        "seccomp": None if seccomp is None else base64.b64encode(seccomp).decode("ascii"),
        "imports": {folder: dict(files) for folder, files in (imports or {}).items()},
        "demanded": list(demanded),
        "absent": left_out | dict(absent or {}),
    }


def _rlimits(
    memory_bytes: int, cpu_seconds: int, output_bytes: int, open_files: int
) -> dict[str, list[int]]:
    """Soft and hard resource limits by name."""
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
    return {name: [value, ceilings.get(name, value)] for name, value in limits.items()}


def plain_plan(limits: Limits, reason: str = SWITCHED_OFF) -> dict[str, Any]:
    """A confinement plan without kernel layers."""
    return kernel_plan(
        readable=(),
        seccomp=None,
        drop_uid=None,
        landlock=False,
        absent=dict.fromkeys(("uid", "landlock", "seccomp"), reason),
        **quantities(limits),
    )
