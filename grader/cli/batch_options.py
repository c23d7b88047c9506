"""The options of `grader batch`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import limits_within
from grader.cli.completion import offered_learners
from grader.cli.logs import log_option
from grader.cli.options import (
    Decorated,
    isolation_option,
    secret_option,
    seed_option,
    timeout_option,
)
from grader.cli.policies import policy_options
from grader.course.downloads import FORMATS
from grader.text.words import _

if TYPE_CHECKING:
    from grader.batch.options import BatchOptions
    from grader.batch.plan import Shard
    from grader.model.exercise import Exercise

_CSV = click.Path(path_type=Path)

_OPTIONS = (
    click.option(
        "--jobs",
        type=click.IntRange(1, 512),
        metavar="N",
        help=_("Grading processes (default: cores)."),
    ),
    click.option("--fresh", is_flag=True, help=_("Grade everybody again.")),
    click.option(
        "--only",
        multiple=True,
        metavar="ID",
        shell_complete=offered_learners,
        help=_("This learner only; repeatable."),
    ),
    click.option(
        "--anonymous",
        is_flag=True,
        help=_("Outputs without names, in DIR/anonymous: to mark twice."),
    ),
    click.option("--shard", metavar="i/N", help=_("Part i of N only; `grader merge` joins them.")),
    click.option(
        "--format",
        "layout",
        type=click.Choice(list(FORMATS)),
        metavar="NAME",
        help=_("Where the download comes from (default: its names tell)."),
    ),
    click.option(
        "--id-pattern",
        metavar="REGEX",
        help=_("Names of your own: a pattern with (?P<id>), perhaps name, attempt and late."),
    ),
    click.option("--roster", type=_CSV, metavar="CSV", help=_("The course: everybody gets a row.")),
    click.option(
        "--overrides",
        type=_CSV,
        metavar="CSV",
        help=_("Your own marks (id, score, reason); they hold through every regrade."),
    ),
    policy_options,
    isolation_option,
    seed_option(_("The same seed for everybody.")),
    secret_option,
    timeout_option,
    log_option,
    click.option("--scheduler", metavar="ADDRESS", help=_("A Dask cluster: tcp://host:8786.")),
    click.option("--tls-ca-file", metavar="FILE", help=_("Authority of a tls:// scheduler.")),
    click.option("--tls-cert", metavar="FILE", help=_("Our certificate for it.")),
    click.option("--tls-key", metavar="FILE", help=_("Our key for it.")),
)


def batch_options(command: Decorated) -> Decorated:
    """Everything but what to grade, where to, and by which exercise."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def options_of(
    exercise: Exercise,
    part: Shard | None,
    source: str,
    *,
    jobs: int | None,
    fresh: bool,
    only: tuple[str, ...],
    anonymous: bool,
    isolation: str,
    seed: int | None,
    secret: str | None,
    timeout: float | None,
) -> BatchOptions:
    """What was asked for, as a record."""
    from grader.batch.options import BatchOptions

    return BatchOptions(
        jobs=jobs,
        fresh=fresh,
        only=frozenset(only),
        anonymous=anonymous,
        shard=part,
        isolation=isolation,
        seed=seed,
        secret=secret,
        limits=limits_within(exercise, timeout),
        source=source,
    )
