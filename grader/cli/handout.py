"""`grader handout`: what learners get, in one zip."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import Output, load_exercise, verb
from grader.cli.options import exercise_option
from grader.model.errors import UsageProblem
from grader.text.words import _, said


@verb()
@click.argument("out", metavar="OUT.zip")
@exercise_option
def handout(out: str, exercise_folder: Path | None) -> None:
    """Pack the files that learners get into OUT.zip (- for standard output).

    Only what `handout:` in tasks.yaml names goes in, equal files give equal bytes, and the zip is
    refused when a line of the battery or of the reference is inside.

    Example: grader handout exercise.zip
    """
    from grader.author.handout import handout_files, handout_zip

    if out != "-" and not out.endswith(".zip"):
        raise UsageProblem(
            said("{out} is no name for a zip", out=out), next_move=said("Let it end in .zip.")
        )
    exercise = load_exercise(exercise_folder)
    packed = handout_zip(exercise)
    output = Output(out)
    try:
        output.write(packed)
    finally:
        output.discard()
    if out != "-":
        names = ", ".join(sorted(handout_files(exercise)))
        click.echo(_("wrote {out}: {names}; nothing hidden is inside").format(out=out, names=names))
