"""Level `none` on Linux: an own process per submission under a zygote, limits, no kernel layers.

Theory of operation: see `grader.box.zygote`. The worker has an empty environment, no descriptor
but its channel and its output, no new privileges, no capabilities and resource limits; it can
still read what the grader's user can read. That is why this level says NOT ISOLATED.
"""

from __future__ import annotations

from typing import Any

from grader.box.base import Protection
from grader.box.zygote import Zygote, ZygoteWorker
from grader.model import Limits

RECURSION = 1000
CPU_MARGIN_S = 5


def rlimits(limits: Limits) -> dict[str, list[int]]:
    """Soft and hard limits of a worker, by the names of `resource`."""
    cpu = int(limits.submission_s) + CPU_MARGIN_S
    return {
        "RLIMIT_AS": [limits.memory_mb << 20] * 2,
        "RLIMIT_CPU": [cpu, cpu + 1],
        "RLIMIT_FSIZE": [limits.output_kb << 10] * 2,
        "RLIMIT_NOFILE": [64, 64],
        "RLIMIT_CORE": [0, 0],
        "RLIMIT_MEMLOCK": [0, 0],
    }


def plain_plan(limits: Limits) -> dict[str, Any]:
    """A confinement plan without kernel layers."""
    return {
        "imports": {},
        "landlock": None,
        "seccomp": None,
        "rlimits": rlimits(limits),
        "uid": None,
        "gid": None,
        "absent": {},
        "demanded": [],
    }


def settings(limits: Limits, plan: dict[str, Any]) -> dict[str, Any]:
    """What a zygote tells its workers."""
    return {"plan": plan, "recursion": RECURSION, "output_bytes": limits.output_kb << 10}


class PlainBox:
    """Workers without kernel layers."""

    def __init__(self, limits: Limits, missing: dict[str, str]) -> None:
        self.protection = Protection("none", ("process", "rlimits"), missing)
        self.zygote = Zygote(settings(limits, plain_plan(limits)))

    def spawn(self) -> ZygoteWorker:
        """A fresh worker. Fault when none can be had."""
        return self.zygote.spawn()

    def close(self) -> None:
        """Ends every process of the box."""
        self.zygote.close()
