"""Options that several verbs have, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grader.cli.completion import offered_formats, offered_tasks
from grader.model.check import Audience
from grader.model.errors import UsageProblem
from grader.text.words import _, said

if TYPE_CHECKING:
    from grader.model.report import Learner

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def exercise_option(command: Decorated) -> Decorated:
    """`--exercise DIR`."""
    return click.option(
        "--exercise",
        "exercise_folder",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help=_("Exercise folder (default: the one that came with the grader)."),
    )(command)


def task_argument(command: Decorated) -> Decorated:
    """`[TASK]`."""
    return click.argument(
        "task_id", metavar="[TASK]", required=False, shell_complete=offered_tasks
    )(command)


def task_option(name: str, words: str) -> Callable[[Decorated], Decorated]:
    """`--task TASK`, under the name it has in the verb, with what it is for."""
    return click.option(name, "task_id", metavar="TASK", shell_complete=offered_tasks, help=words)


def color_option(command: Decorated) -> Decorated:
    """`--color/--no-color`."""
    return click.option(
        "--color/--no-color",
        default=None,
        help=_("Colour or none (default: colour on a terminal, unless NO_COLOR is set)."),
    )(command)


def delivery_options(command: Decorated) -> Decorated:
    """`--html PATH` and `--export FORMAT=PATH`."""
    command = export_option(_("Write a platform's format (repeatable; - is standard output)."))(
        command
    )
    return click.option("--html", "html_path", metavar="PATH", help=_("Write the feedback page."))(
        command
    )


def export_option(words: str) -> Callable[[Decorated], Decorated]:
    """`--export FORMAT=PATH`, repeatable, with what it is for."""
    return click.option(
        "--export",
        "exports",
        multiple=True,
        metavar="FORMAT=PATH",
        shell_complete=offered_formats,
        help=words,
    )


def learner_options(command: Decorated) -> Decorated:
    """`--learner-id ID` and `--learner-name NAME`; `learner_given` makes a learner of them."""
    command = click.option(
        "--learner-name", metavar="NAME", help=_("Name of the learner, for the report.")
    )(command)
    return click.option(
        "--learner-id",
        metavar="ID",
        help=_("Whose submission it is: an id for the report, as gradebooks want one."),
    )(command)


def learner_given(learner: str | None, name: str | None) -> Learner | None:
    """The learner that the options name. UsageProblem for a name without an id, or an empty id."""
    if learner is None and name is None:
        return None
    from grader.course.downloads import learner_id
    from grader.model.report import Learner
    from grader.text.clean import clean_text

    known = learner_id((learner or "").strip())
    if not known:
        raise UsageProblem(
            said("--learner-id is empty")
            if learner is not None
            else said("--learner-name is of use with --learner-id alone"),
            next_move=said("Give the id that the gradebook knows: --learner-id ID."),
        )
    return Learner(known, clean_text(name or "", limit=200) or None)


def audience_option(command: Decorated) -> Decorated:
    """`--audience learner|grader`."""
    return click.option(
        "--audience",
        type=click.Choice([audience.value for audience in Audience]),
        help=_(
            "For whose eyes; a learner does not see hidden checks (default: grader, and "
            "learner for --html)."
        ),
    )(command)


def isolation_option(command: Decorated) -> Decorated:
    """`--isolation LEVEL`."""
    return click.option(
        "--isolation",
        type=click.Choice(["auto", "strict", "kernel", "none"]),
        default="auto",
        show_default=True,
        help=_("How much must stand between a submission and this machine."),
    )(command)


def seed_option(words: str) -> Callable[[Decorated], Decorated]:
    """`--seed N`, with what it is for."""
    return click.option("--seed", type=click.IntRange(0, 2**48 - 1), metavar="N", help=words)


def secret_option(command: Decorated) -> Decorated:
    """`--secret-file FILE`; the verb gets the secret."""
    return click.option(
        "--secret-file",
        "secret",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_secret,
        help=_("Secret that seeds the random checks (default: $AUTOGRAD_GRADER_SECRET)."),
    )(command)


def timeout_option(command: Decorated) -> Decorated:
    """`--timeout SECONDS`."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0.1),
        metavar="SECONDS",
        help=_("Budget for a whole submission (default: the exercise's)."),
    )(command)


def _secret(_: click.Context, __: click.Parameter, path: Path | None) -> str | None:
    """The secret that the file holds, without the space around it. UsageProblem."""
    if path is None:
        return None
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(
            said(
                "cannot read the secret in {path}: {error}",
                path=path,
                error=getattr(error, "strerror", None) or error,
            )
        ) from None
    if not text:
        raise UsageProblem(said("the secret in {path} is empty", path=path))
    return text
