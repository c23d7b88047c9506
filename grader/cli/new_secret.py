"""`grader new-secret`: a file with a secret, for its owner's eyes only."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

import click

from grader.cli.common import verb
from grader.model.errors import UsageProblem
from grader.text.words import _, said

BYTES = 32


@verb()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def new_secret(file: Path) -> None:
    """Write a secret for the random checks to FILE, which is new and only yours to read.

    Without one, the exercise's digest takes its place. It is in every report, so anyone can compute
    beforehand which random inputs a submission of theirs will meet. Give the same file to every
    machine that grades the course, and keep it: with another one, marks can differ.

    Example: grader new-secret course.secret
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageProblem(
            said("{target} is already there; nothing was written", target=file),
            next_move=said("A secret that was used must not be lost. Name another file."),
        ) from None
    except (OSError, ValueError) as error:
        raise _not_written(file, error) from None
    try:
        with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as stream:
            stream.write(f"{secrets.token_hex(BYTES)}\n")
    except OSError as error:
        with suppress(OSError):
            file.unlink()
        raise _not_written(file, error) from None
    click.echo(_("wrote {path}").format(path=file))
    click.echo(_("Use it with --secret-file in grade, batch and serve."))


def _not_written(file: Path, error: Exception) -> UsageProblem:
    words = getattr(error, "strerror", None) or error
    return UsageProblem(said("cannot write {path}: {error}", path=file, error=words))
