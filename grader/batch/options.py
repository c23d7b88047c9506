"""What is asked of a batch, and what its marks depend on because of that."""

from __future__ import annotations

import hashlib
import os
from importlib import metadata

from msgspec import Struct

from grader.batch.messages import Setup
from grader.batch.plan import Shard
from grader.box import choose
from grader.box.allowance import refuse_scarcity
from grader.course.policy import Policy
from grader.gradebook.conditions import Conditions
from grader.gradebook.doubts import Doubt
from grader.gradebook.handed_in import Given
from grader.grading.pipeline import SECRET_VARIABLE
from grader.model.errors import IsolationUnavailable
from grader.model.exercise import Exercise, Limits
from grader.model.running import PYTHON
from grader.text.words import said


class BatchOptions(Struct, frozen=True):
    """What a grader asks of a batch; `overrides` None leaves those that are kept already.

    `doubts` are those about the class that is given, `given` the files beside it.
    """

    jobs: int | None = None
    fresh: bool = False
    only: frozenset[str] = frozenset()
    anonymous: bool = False
    shard: Shard | None = None
    isolation: str = "auto"
    seed: int | None = None
    secret: str | None = None
    limits: Limits | None = None
    overrides: dict[str, tuple[float, str]] | None = None
    source: str = ""
    doubts: tuple[Doubt, ...] = ()
    exercise_files: dict[str, bytes] | None = None
    policy: Policy | None = None
    given: dict[str, Given] = {}


def guarded_level(isolation: str, exercise: Exercise, jobs: int) -> str:
    """The level of isolation this machine gives. IsolationUnavailable below what a class needs.

    Fault where there may be too few files or processes for so many jobs.
    """
    refuse_scarcity(jobs)
    box = choose(isolation, exercise)
    try:
        level = box.protection.level
    finally:
        box.close()
    return refuse_unguarded(level, isolation)


def refuse_unguarded(level: str, asked: str) -> str:
    """The level, where it may be used for other people's code. IsolationUnavailable."""
    if level == "none" and asked != "none":
        raise IsolationUnavailable(
            said(
                "nothing here keeps submissions away from this machine, and a class is other "
                "people's code"
            ),
            next_move=said(
                "`grader doctor` says what is missing. `--isolation none` grades all the same, "
                "at your own risk."
            ),
        )
    return level


def conditions_of(exercise: Exercise, options: BatchOptions, level: str) -> Conditions:
    """What the marks of this run depend on."""
    if options.seed is not None:
        seed = f"fixed {options.seed}"
    else:
        secret = _secret(exercise, options)
        # marks may be told from each other by their secret; the secret itself is not kept
        seed = "of exercise and submission"
        if secret != exercise.digest:
            seed = "secret " + hashlib.sha256(b"seed policy\0" + secret.encode()).hexdigest()[:16]
    return Conditions(
        exercise=exercise.id,
        exercise_digest=exercise.digest,
        grader=metadata.version("autograd-grader"),
        python=PYTHON,
        seed=seed,
        limits=exercise.limits,
        isolation=level,
    )


def setup_of(exercise: Exercise, options: BatchOptions, level: str) -> Setup:
    """How helpers are to grade."""
    return Setup(
        exercise_root=str(exercise.root),
        exercise_digest=exercise.digest,
        isolation=level,
        limits=options.limits or exercise.limits,
        secret=_secret(exercise, options),
        seed=options.seed,
        exercise_files=options.exercise_files,
    )


def _secret(exercise: Exercise, options: BatchOptions) -> str:
    return options.secret or os.environ.get(SECRET_VARIABLE) or exercise.digest


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
