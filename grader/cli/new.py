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
def new(folder: Path) -> None:
    """Write a small exercise into DIR, complete and sound, to start your own from.

    It asks for a stack. DIR must be new or empty: nothing is ever overwritten.

    Example: grader new my-exercise
    """
    from grader.author.new import write_exercise

    for path in write_exercise(folder):
        click.echo(_("wrote {path}").format(path=path))
    command = f"grader verify --exercise {shlex.quote(os.fspath(folder))}"
    click.echo(_("Next: {command}").format(command=command))
