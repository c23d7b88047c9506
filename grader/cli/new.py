"""`grader new`: an exercise to start from."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from grader.cli.common import verb
from grader.text.words import _


@verb()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--template",
    type=click.Choice(["stack", "functions", "two-classes", "autograd-more"]),
    default="stack",
    show_default=True,
    help=_(
        "What to start from. stack: one class; the one to read first. functions: functions and no "
        "class. two-classes: objects that work together. autograd-more: the exercise after the one "
        "that came with the grader, up to a network that learns."
    ),
)
def new(folder: Path, template: str) -> None:
    """Write a small exercise into DIR, complete and sound, to start your own from.

    DIR must be new or empty: nothing is ever overwritten.

    Example: grader new my-exercise --template functions
    """
    from grader.author.new import write_exercise

    for path in write_exercise(folder, template):
        click.echo(_("wrote {path}").format(path=path))
    command = f"grader verify --exercise {shlex.quote(os.fspath(folder))}"
    click.echo(_("Next: {command}").format(command=command))
