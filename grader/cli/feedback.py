"""`grader feedback`: what goes back to the learners of a graded class, and to its platform."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import console, load_exercise, verb
from grader.cli.options import color_option, exercise_option
from grader.cli.policies import policy_of, policy_options
from grader.model.errors import UsageProblem
from grader.text.words import _, ngettext, said, translated

if TYPE_CHECKING:
    from rich.console import Console

    from grader.batch.feedback import Written


@verb()
@click.argument("folder", type=click.Path(path_type=Path), metavar="OUT")
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help=_("The platform's own table to fill in (default: the roster of the batch)."),
)
@click.option("--column", metavar="TITLE", help=_("Its column for the marks."))
@policy_options
@exercise_option
@color_option
def feedback(
    folder: Path,
    roster: Path | None,
    column: str | None,
    policy: Path | None,
    times: Path | None,
    exercise_folder: Path | None,
    color: bool | None,
) -> int:
    """Write a page for every learner, and what the platform of the class takes back.

    OUT is the --out folder of a batch or a merge; everything goes into OUT/feedback. Run it again
    after another batch: it writes what changed.

    Example: grader feedback grades
    """
    from grader.batch.feedback import Feedback
    from grader.batch.given import files_given, kept_policy
    from grader.gradebook.handed_in import ROSTER, given_with
    from grader.gradebook.store import FILE, Gradebook, lock
    from grader.render.terminal.pages_bar import PagesBar

    exercise = load_exercise(exercise_folder)
    ruled = policy_of(policy, times)
    if not (folder / FILE).is_file():
        raise UsageProblem(
            said("there is no gradebook in {folder}", folder=folder),
            next_move=said("Name the --out folder of a batch, or join its shards first."),
        )
    screen = console(color)
    with lock(folder), Gradebook(folder / FILE) as book:
        ruled = ruled or kept_policy(given_with(book))
        table = files_given(roster=roster).get(ROSTER)
        giving = Feedback(exercise, book, folder, ruled, roster=table, column=column)
        with PagesBar(screen) as bar:
            written = giving.give(bar)
    _tell(screen, written)
    return 0


def _tell(screen: Console, written: Written) -> None:
    pages = len(written.pages)
    words = [ngettext("{number} page", "{number} pages", pages).format(number=pages)]
    if written.without:
        words.append(_("{number} without one").format(number=written.without))
    changed = written.changed
    told = ngettext("{number} file new or changed", "{number} files new or changed", changed)
    words.append(told.format(number=changed))
    screen.print(f"  {' · '.join(words)}", markup=False, soft_wrap=True)
    lead = _("written")
    for name in ("pages/", "index.html", *written.uploads):
        screen.print(f"  {lead}  {written.folder / name}", markup=False, soft_wrap=True)
        lead = " " * len(lead)
    for remark in written.remarks:
        click.echo(f"grader: {translated(remark)}", err=True)
