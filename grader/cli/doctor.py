"""`grader doctor`: what isolates submissions here, what is missing, and how to get it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import learners_exercise, verb
from grader.cli.options import exercise_option
from grader.text.words import N_, _, translated

if TYPE_CHECKING:
    from grader.box.inventory import LayerRecord, Survey

WIDTH = 88
MEANING = {
    "strict": N_("namespaces and the kernel's own layers"),
    "kernel": N_("system call filter, and files out of reach"),
}


@verb()
@exercise_option
@click.option("--json", "as_json", is_flag=True, help=_("Print what was found as JSON."))
def doctor(exercise_folder: Path | None, as_json: bool) -> None:
    """Say what isolates submissions here, what is missing and how to get it.

    Every layer is tried: it counts as active only if what it must deny was denied.

    Example: grader doctor
    """
    from grader import box
    from grader.model.encoding import indented

    found = box.survey(learners_exercise(exercise_folder, Path()))
    if as_json:
        click.echo(indented(found))
    else:
        click.echo(_page(found))


def _page(found: Survey) -> str:
    place = " · ".join(translated(word) for word in found.place.values())
    lines = [place, "", _headline(found), ""]
    for level, reason in found.levels.items():
        state = _("holds")
        if reason:
            state = _wrapped(_("does not hold: {reason}").format(reason=translated(reason)), 11)
        lines.append(f"  {level:<8} {state}")
    lines.append("")
    for record in found.layers:
        lines += _layer(record)
    return "\n".join(lines)


def _headline(found: Survey) -> str:
    if found.level == "none":
        return _(
            "NOT ISOLATED: a submission here can read and do what you can.\n"
            "`grader batch` refuses to grade others' code; `--isolation none` allows it anyway."
        )
    return _("Submissions are graded at level {level}: {meaning}.").format(
        level=found.level, meaning=_(MEANING[found.level])
    )


def _layer(record: LayerRecord) -> list[str]:
    if record.active:
        tried = [translated(attempt.partition(":")[0]) for attempt in record.canary.split("; ")]
        proof = _("denied: {tried}").format(tried=", ".join(tried))
        return _told(_("yes"), record.layer, proof if ":" in record.canary else tried[0])
    told = _told(_("no"), record.layer, translated(record.reason))
    return [*told, *_told("", "", translated(record.advice))] if record.advice else told


def _told(mark: str, layer: str, words: str) -> list[str]:
    return [f"  {mark:<4} {layer:<11} {_wrapped(words, 19)}"]


def _wrapped(text: str, indent: int) -> str:
    """The text on as many lines as it needs, all but the first indented."""
    lines = textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return ("\n" + " " * indent).join(lines)
