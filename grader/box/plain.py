"""Level `none` on Linux, where it was asked for: a process of its own, limits, no other layers.

The worker has an empty environment, no descriptor but its channel and its output, no new
privileges, no capabilities and resource limits; it can still read what the grader's user can
read. That is why this level says NOT ISOLATED.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.box.base import Protection, Undumpable, settings
from grader.box.packages import THREADLESS, Bundle
from grader.box.policy import SWITCHED_OFF, plain_plan
from grader.box.worker import ZygoteWorker
from grader.box.zygote import Zygote
from grader.model.exercise import Limits


class PlainBox:
    """Workers without kernel layers."""

    def __init__(
        self,
        limits: Limits,
        missing: Mapping[str, str] | None = None,
        packages: Sequence[Bundle] = (),
    ) -> None:
        layers = dict.fromkeys(("namespaces", "uid", "landlock", "seccomp"), SWITCHED_OFF)
        layers.update(missing or {})
        self.protection = Protection("none", ("process", "rlimits", "caps"), layers)
        self._undumpable = Undumpable()
        try:
            self.zygote = Zygote(_told(limits, packages))
        except BaseException:
            self._undumpable.release()
            raise

    def spawn(self) -> ZygoteWorker:
        """A fresh worker. Fault when none can be had."""
        return self.zygote.spawn()

    def close(self) -> None:
        """Ends every process of the box."""
        self.zygote.close()
        self._undumpable.release()


def _told(limits: Limits, packages: Sequence[Bundle]) -> dict[str, Any]:
    plan = plain_plan(limits)
    for one in packages:
        plan["imports"].setdefault(one.folder, {}).update(one.modules)
    warm = [module for one in packages for module in one.modules]
    return settings(limits, plan, warm=warm, environment=THREADLESS if warm else {})
