"""`--policy` and `--times`: what late work loses, beside the marks of a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.logs import Log
from grader.cli.options import Decorated
from grader.model.errors import UsageProblem
from grader.text.words import _, said

if TYPE_CHECKING:
    from grader.batch.outputs import Outcome
    from grader.course.policy import Policy


def policy_options(command: Decorated) -> Decorated:
    """`--policy FILE` and `--times CSV`, as paths."""
    command = click.option(
        "--times",
        type=click.Path(path_type=Path),
        metavar="CSV",
        help=_("When they handed in (id, time), where the download does not tell."),
    )(command)
    return click.option(
        "--policy",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=_("What late work loses (YAML), shown beside the marks."),
    )(command)


def policy_of(path: Path | None, times: Path | None) -> Policy | None:
    """The policy that was asked for. UsageProblem when it cannot be read."""
    from grader.course.policy import read_policy

    if path is not None:
        return read_policy(path, times)
    if times is not None:
        raise UsageProblem(
            said("--times is of no use without --policy"), next_move=said("Give both, or neither.")
        )
    return None


def tell(outcome: Outcome, log: Log, *, whole: bool) -> None:
    """What is to be looked at, and what a policy could not be applied to; of a part of a class,
    nothing about other parts."""
    from grader.course.policy import strangers_words, untimed_words

    for remark in outcome.view.remarks:
        log.remark(remark.kind, remark.message)
    if outcome.untimed:
        log.remark("time_unknown", untimed_words(outcome.untimed))
    if whole and outcome.strangers:
        log.remark("extension_unused", strangers_words(outcome.strangers))
