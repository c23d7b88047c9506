"""`grader verify`: proves an exercise."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.common import console, load_exercise, verb
from grader.cli.options import color_option, exercise_option
from grader.text.words import _, ngettext, translated

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from grader.author.proof import Verification
    from grader.author.survivors import Judged

SHOWN_ALIKE = 10
WIDE = 120


@verb()
@exercise_option
@click.option("--json", "as_json", is_flag=True, help=_("Print the whole proof as JSON."))
@click.option(
    "--mutants",
    type=click.IntRange(0, 10_000),
    default=0,
    metavar="N",
    help=_("Also try N generated faults of the reference."),
)
@click.option(
    "--repeat",
    type=click.IntRange(0, 100),
    default=0,
    metavar="N",
    help=_("Also grade every file N times, and compare the reports."),
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**48 - 1),
    default=0,
    metavar="N",
    show_default=True,
    help=_("Seed of the random checks and of the faults."),
)
@color_option
def verify(
    exercise_folder: Path | None,
    as_json: bool,
    mutants: int,
    repeat: int,
    seed: int,
    color: bool | None,
) -> int:
    """Prove an exercise: it asks for work, accepts what is right, and names what is wrong.

    Ends with 1 when something has to be mended, and says what and how.

    Example: grader verify --exercise my-exercise --mutants 100
    """
    from grader.author.verify import verify as proved
    from grader.model.encoding import indented

    exercise = load_exercise(exercise_folder)
    with _Progress(color) as progress:
        found = proved(exercise, seed=seed, mutants=mutants, repeat=repeat, listen=progress.listen)
    if as_json:
        text = indented(found)
        click.echo(text)
    else:
        _draw(found, console(color))
    return 1 if found.defects else 0


class _Progress:
    """A bar on standard error, where that is a terminal."""

    def __init__(self, color: bool | None) -> None:
        from rich.progress import Progress

        self.console = console(color, stderr=True)
        self.console.file = sys.stderr
        self.progress = Progress(console=self.console, transient=True)
        self.bars: dict[str, Any] = {}

    def __enter__(self) -> _Progress:
        if self.console.is_terminal:
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def listen(self, what: str, done: int, of: int) -> None:
        """Moves the bar of what is being done."""
        if what not in self.bars:
            self.bars[what] = self.progress.add_task(translated(what), total=of)
        self.progress.update(self.bars[what], completed=done, total=of)


# --- drawing ---------------------------------------------------------------------------------


def _draw(found: Verification, screen: Console) -> None:
    from rich.text import Text

    screen.print(Text(found.exercise.title, style="bold"))
    screen.print(_proofs(found))
    screen.print(Text("\n" + _("Known mistakes that each check fails"), style="bold"))
    screen.print(_checks(found, with_titles=screen.width >= WIDE))
    groups = {use.group for use in found.mistakes if use.named == "group"}
    if groups:
        screen.print(Text("\n" + _("Nothing observed can tell these apart"), style="bold"))
        for group in sorted(groups):
            screen.print(Text(f"  {' = '.join(group)}"))
    if found.mutants is not None:
        full = _("Generated faults that get full marks: {number}")
        alike = _("Full marks, and like the reference: {number}")
        _draw_faults(full, found.mutants.survivors, screen)
        _draw_faults(alike, found.mutants.alike, screen)
    _draw_defects(found, screen)


def _table(*headings: str, right: Collection[int] = ()) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place in right else "left")
    return table


def _proofs(found: Verification) -> Table:
    from rich.text import Text

    table = _table("", _("proof"), _("shown with"))
    for proof in found.proofs:
        mark = Text(_("no"), style="bold red") if proof.defects else Text(_("yes"), style="green")
        table.add_row(mark, Text(translated(proof.title)), Text(translated(proof.detail)))
    return table


def _checks(found: Verification, *, with_titles: bool) -> Table:
    from rich.text import Text

    table = _table(
        _("check"),
        _("failed by"),
        _("only by"),
        *([_("title")] if with_titles else []),
        right=(1, 2),
    )
    for use in found.checks:
        style = "bold red" if not use.failed_by else ""
        alone = str(len(use.only_by)) if use.only_by else ""
        title = [Text(use.title)] if with_titles else []
        table.add_row(Text(use.id, style=style), str(use.failed_by), alone, *title)
    return table


def _draw_faults(title: str, faults: tuple[Judged, ...], screen: Console) -> None:
    from rich.text import Text

    if not faults:
        return
    screen.print(Text("\n" + title.format(number=len(faults)), style="bold"))
    has_several = len({one.file for one in faults}) > 1
    template = _("{file} line {line}, {kind}") if has_several else _("line {line}, {kind}")
    for one in faults[:SHOWN_ALIKE]:
        words = template.format(file=one.file, line=one.line, kind=translated(one.kind))
        screen.print(Text(f"  {words}"))
        for line in one.diff.splitlines()[1:]:
            screen.print(Text(f"    {line}", style="red" if line.startswith("-") else "green"))
    if len(faults) > SHOWN_ALIKE:
        screen.print(
            Text(
                "  "
                + _("and {number} more: --json lists them all").format(
                    number=len(faults) - SHOWN_ALIKE
                )
            )
        )


def _draw_defects(found: Verification, screen: Console) -> None:
    from rich.text import Text

    screen.print()
    if not found.defects:
        screen.print(Text(_("The exercise is sound."), style="bold green"))
        return
    number = len(found.defects)
    words = ngettext("One thing has to be mended.", "{number} things have to be mended.", number)
    screen.print(Text(words.format(number=number), style="bold red"))
    for defect in found.defects:
        screen.print(Text(f"\n{translated(defect.where)}", style="bold"))
        screen.print(Text(f"  {translated(defect.what)}"))
        screen.print(Text("  " + _("Next: {command}").format(command=translated(defect.next_move))))
