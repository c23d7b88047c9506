"""`grader doctor`: what isolates submissions here, what is missing, and how to get it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import exercise_option, load_exercise

if TYPE_CHECKING:
    from grader.box.inventory import LayerRecord, Survey

WIDTH = 88
MEANING = {
    "strict": "namespaces and the kernel's own layers",
    "kernel": "system call filter, and files out of reach",
}


@click.command()
@exercise_option
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def doctor(exercise_folder: Path | None, as_json: bool) -> None:
    """Say what isolates submissions here, what is missing and how to get it.

    Every layer is tried: it counts as active only if what it must deny was denied.

    Example: grader doctor
    """
    import msgspec

    from grader import box

    found = box.survey(load_exercise(exercise_folder))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        click.echo(_page(found))


def _page(found: Survey) -> str:
    lines = [" · ".join(found.place.values()), "", _headline(found), ""]
    for level, reason in found.levels.items():
        state = _wrapped(f"does not hold: {reason}", 11) if reason else "holds"
        lines.append(f"  {level:<8} {state}")
    lines.append("")
    for record in found.layers:
        lines += _layer(record)
    return "\n".join(lines)


def _headline(found: Survey) -> str:
    if found.level == "none":
        return (
            "NOT ISOLATED: a submission here can read and do what you can.\n"
            "`grader batch` refuses to grade others' code; `--isolation none` allows it anyway."
        )
    return f"Submissions are graded at level {found.level}: {MEANING[found.level]}."


def _layer(record: LayerRecord) -> list[str]:
    if record.active:
        tried = [attempt.partition(":")[0] for attempt in record.canary.split("; ")]
        proof = f"denied: {', '.join(tried)}" if ":" in record.canary else record.canary
        return [f"  yes  {record.layer:<11} {_wrapped(proof, 19)}"]
    lines = [f"  no   {record.layer:<11} {_wrapped(record.reason, 19)}"]
    if record.advice:
        lines.append(f"       {'':<11} {_wrapped(record.advice, 19)}")
    return lines


def _wrapped(text: str, indent: int) -> str:
    """The text on as many lines as it needs, all but the first indented."""
    lines = textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return ("\n" + " " * indent).join(lines)
