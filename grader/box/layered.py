"""A box with kernel layers: a zygote with a plan, proved by canaries before anybody's code runs.

Theory of operation. The constructor starts the zygote and returns; the proof goes on in the
zygote while the grader does other things. `spawn` may be called at once: such a worker is not
forked before the gate is met, and never if it is not. `protection` waits for the outcome, and
raises IsolationUnavailable where the level does not hold.

Level `kernel` is what a worker can lay on itself, on any Linux that has it and without root:
Landlock, or another uid where the grader is root and the exercise is closed to others, keeps files
away; seccomp everything else; limits bound what is left. Nothing is assumed: a canary decides
(`grader.box.canary`), so whichever layer carries the level here, it has been tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from grader.box.base import (
    LevelUnavailable,
    Protection,
    Undumpable,
    interpreter,
    quantities,
    settings,
)
from grader.box.canary import Bait, Findings, judge, trials
from grader.box.packages import THREADLESS, Bundle
from grader.box.policy import NOBODY, SWITCHED_OFF, can_drop_uid, kernel_plan, plain_plan
from grader.box.readable import ReadablePlan, kept_plan
from grader.box.reasons import of_the_island
from grader.box.syscalls import seccomp_filter
from grader.box.worker import ZygoteWorker
from grader.box.zygote import Zygote, ZygoteEnded
from grader.model.errors import Fault
from grader.model.exercise import Exercise, Limits
from grader.text.words import joined, said


class Recipe(Struct, frozen=True):
    """What a layered box is made of: the workers' plan, and what the zygote does around it.

    `warm` are modules it imports for all, `absent` layers and levels that it lacks, with reasons.
    """

    plan: dict[str, Any]
    warm: tuple[str, ...] = ()
    namespaces: int = 0
    prefix: tuple[str, ...] = ()
    absent: dict[str, str] = {}


def readable_for(exercise: Exercise) -> ReadablePlan:
    """What a box for the exercise may read."""
    return kept_plan(Path(interpreter()), exercise.packages)


def layered_recipe(
    level: str, exercise: Exercise, readable: ReadablePlan, *, parents: bool = True, **more: Any
) -> Recipe:
    """The recipe with every layer that a worker itself applies."""
    can_drop, reason = can_drop_uid(readable.paths, parents=parents)
    absent = {} if can_drop else {"uid": reason}
    try:
        seccomp = seccomp_filter()
    except Fault as error:
        seccomp, absent["seccomp"] = None, error.message
    plan = kernel_plan(
        readable=readable.paths,
        imports=readable.imports,
        seccomp=seccomp,
        drop_uid=NOBODY if can_drop else None,
        demanded=["seccomp"] if level != "none" else [],
        absent=absent,
        **quantities(exercise.limits),
    )
    packages = [names for at, names in readable.imports.items() if at not in readable.folders]
    return Recipe(plan, tuple(name for names in packages for name in names), **more)


class LayeredBox:
    """Workers of a level; see the module's theory of operation."""

    def __init__(self, level: str, exercise: Exercise, recipe: Recipe) -> None:
        self.level = level
        self.absent = recipe.absent
        self._left_out = {**recipe.plan["absent"], **recipe.absent}
        self.findings: Findings | None = None
        self._protection: Protection | None = None
        self._undumpable = Undumpable()
        self._bait = Bait(exercise, interpreter())
        self._trials = trials(level, recipe.plan, recipe.namespaces, self._bait)
        told = settings(
            exercise.limits,
            recipe.plan,
            namespaces=recipe.namespaces,
            trials={name: trial["plan"] for name, trial in self._trials.items()},
            warm=recipe.warm,
            environment=THREADLESS if recipe.warm else {},
        )
        try:
            questions = {"facts": self._bait.facts, "trials": self._trials}
            self.zygote = Zygote(told, recipe.prefix, questions)
        except BaseException:
            self._bait.close()
            self._undumpable.release()
            raise

    def decided(self) -> bool:
        """Whether `protection` would answer at once."""
        if self._protection is None:
            self.zygote.file_answers()
        return self.zygote.ready is not None or self.zygote.ended is not None

    @property
    def protection(self) -> Protection:
        """The proved protection. IsolationUnavailable when the level does not hold here."""
        if self._protection is None:
            self._protection = self._proved()
        return self._protection

    def _proved(self) -> Protection:
        try:
            told = self.zygote.await_ready()
        except ZygoteEnded as error:
            raise LevelUnavailable(self.level, _of_bubblewrap(error.reason)) from None
        finally:
            self._bait.close()
        self.findings = judge(self._trials, self.zygote.outcomes, self._left_out)
        if not told["open"]:
            self.zygote.close()
            raise LevelUnavailable(self.level, *_failing(self.findings))
        missing = {**self.absent, **self.findings.missing}
        return Protection(self.level, ("process", *self.findings.active), missing)

    def spawn(self) -> ZygoteWorker:
        """A worker, which the zygote forks once the level is proved. Fault."""
        return self.zygote.spawn()

    def close(self) -> None:
        """Ends every process of the box."""
        self._bait.close()
        self.zygote.close()
        self._undumpable.release()


def _failing(findings: Findings) -> tuple[str, str]:
    """Why a gate stayed shut, and the layers whose absence is behind it."""
    if findings.failure:
        return findings.failure, ""
    behind = joined("; ", [joined(": ", missing) for missing in findings.missing.items()])
    if findings.holes:
        return said(
            "not denied: {holes}", holes=joined(", ", map(of_the_island, findings.holes))
        ), behind
    return behind or said("the proof failed"), ""


def _of_bubblewrap(words: str) -> str:
    """Last words, those of bubblewrap (not ours: it has no codes) without its reading list."""
    if not words.startswith("bwrap: "):
        return words
    return "bubblewrap: " + words.removeprefix("bwrap: ").partition(" See <")[0].rstrip(".")


def kernel_box(exercise: Exercise, absent: dict[str, str], level: str = "kernel") -> LayeredBox:
    """A box of that level, proof pending; `absent` says why it has no namespaces.

    With level `none` it applies the same layers, as far as they go, and promises nothing.
    """
    recipe = layered_recipe(level, exercise, readable_for(exercise), absent=absent)
    return LayeredBox(level, exercise, recipe)


class PlainBox:
    """Workers without kernel layers: level `none`, where it was asked for.

    A worker has an empty environment, no descriptor but its channel and its output, no new
    privileges, no capabilities and resource limits; it can still read what the grader's user can
    read. That is why this level says NOT ISOLATED.
    """

    def __init__(
        self,
        limits: Limits,
        missing: Mapping[str, str] | None = None,
        packages: Sequence[Bundle] = (),
    ) -> None:
        layers: dict[str, str] = dict.fromkeys(
            ("namespaces", "uid", "landlock", "seccomp"), SWITCHED_OFF
        )
        layers.update(missing or {})
        self.protection = Protection("none", ("process", "rlimits", "caps"), layers)
        self._undumpable = Undumpable()
        try:
            self.zygote = Zygote(_plain_settings(limits, packages))
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


def _plain_settings(limits: Limits, packages: Sequence[Bundle]) -> dict[str, Any]:
    plan = plain_plan(limits)
    for one in packages:
        plan["imports"].setdefault(one.folder, {}).update(one.modules)
    warm = [module for one in packages for module, _ in one.modules]
    return settings(limits, plan, warm=warm, environment=THREADLESS if warm else {})
