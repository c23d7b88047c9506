"""`grader handout`: what learners get, in one zip or folder."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import load_exercise, verb
from grader.cli.options import exercise_option
from grader.cli.written import Container, refuse_name
from grader.text.words import _, listed, ngettext

ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")


@verb()
@click.argument("out", metavar="OUT")
@exercise_option
def handout(out: str, exercise_folder: Path | None) -> None:
    """Pack what learners get: OUT.zip (- for standard output), or a new folder OUT.

    Inside are the files that `handout:` in tasks.yaml names, the statement as a page, and
    exercise.json: with it `grader check`, `show`, `hint`, `tasks` and `init` work in that folder,
    without any solution. It holds the visible checks as programs with the right answers. Equal
    files give equal bytes, and a line of the battery or of the reference inside is refused.

    Example: grader handout exercise.zip
    """
    from grader.author.handout import handout_files
    from grader.author.publish import publish

    if out.endswith(ARCHIVES):
        refuse_name(out)
    exercise = load_exercise(exercise_folder)
    with Container(out) as container:
        public, left_out = publish(exercise)
        files = handout_files(exercise, public)
        container.write(files)
    if out != "-":
        names = ", ".join(sorted(files))
        click.echo(_("wrote {out}: {names}; nothing hidden is inside").format(out=out, names=names))
    if left_out:
        words = ngettext(
            "not given to learners, for it takes other answers than the reference's, too: {checks}",
            "not given to learners, for they take other answers than the reference's, too: "
            "{checks}",
            len(left_out),
        )
        click.echo(words.format(checks=listed(list(left_out))), err=True)
