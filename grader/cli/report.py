"""`grader report`: a saved report, shown again."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click

from grader.cli.common import load_exercise, scorecard_after, verb
from grader.cli.deliveries import Deliveries
from grader.cli.options import (
    audience_option,
    color_option,
    delivery_options,
    exercise_option,
    learner_given,
    learner_options,
)
from grader.model.check import Audience
from grader.model.errors import GraderError, UsageProblem
from grader.model.exercise import Exercise
from grader.model.report import Report
from grader.text.clean import clean_name
from grader.text.words import _, said, translated


@verb()
@click.argument("file", metavar="FILE")
@exercise_option
@delivery_options
@click.option(
    "--verify",
    "public_key",
    type=click.Path(path_type=Path),
    metavar="PUBKEY",
    help=_("Exit 1 unless it is signed with the key that belongs to this public key (PEM)."),
)
@audience_option
@learner_options
@color_option
def report(
    file: str,
    exercise_folder: Path | None,
    html_path: str | None,
    exports: tuple[str, ...],
    public_key: Path | None,
    audience: str | None,
    learner_id: str | None,
    learner_name: str | None,
    color: bool | None,
) -> int:
    """Show the saved JSON report in FILE again (- for standard input).

    With the exercise it is of, statements, hints and explanations are shown as well.

    Example: grader report report.json
    """
    from msgspec.structs import replace

    from grader.report import wire
    from grader.report.audience import for_audience

    learner = learner_given(learner_id, learner_name)
    eyes = Audience(audience) if audience is not None else None
    deliveries = Deliveries(None, html_path, exports, eyes)
    with deliveries.prepared():
        data = read_report(file)
        saved = wire.decode(data)
        if public_key is not None and not _verified(data, public_key):
            return 1
        if learner is not None:
            saved = replace(saved, learner=learner, signature=None)
        eyes = eyes or Audience.GRADER
        exercise = _exercise_of(saved, exercise_folder)
        shown, stderr = for_audience(saved, eyes), deliveries.takes_stdout
        with scorecard_after(shown, exercise, audience=eyes, color=color, stderr=stderr):
            deliveries.deliver(saved, exercise)
    return 0


def _exercise_of(saved: Report, folder: Path | None) -> Exercise | None:
    """The exercise asked for, else ours where the report is of it. UsageProblem for another one."""
    if folder is None:
        with contextlib.suppress(GraderError):
            ours = load_exercise(None)
            return ours if ours.digest == saved.exercise.digest else None
        return None
    exercise = load_exercise(folder)
    if exercise.id != saved.exercise.id:
        raise UsageProblem(
            said(
                "this report is of the exercise {theirs}, and {folder} holds {ours}",
                theirs=clean_name(saved.exercise.id),
                folder=folder,
                ours=exercise.id,
            )
        )
    return exercise


def _verified(data: bytes, public_key: Path) -> bool:
    from grader.report.signing import Mismatch, verify

    try:
        verify(data, public_key)
    except Mismatch as mismatch:
        words = _("this report is not verified: {why}").format(why=translated(str(mismatch)))
        click.echo(f"grader: {words}", err=True)
        return False
    click.echo("grader: " + _("the signature matches"), err=True)
    return True


def read_report(file: str) -> bytes:
    """The bytes of a saved report. UsageProblem when it cannot be read."""
    from grader.report.wire import LARGEST

    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST + 1) if sys.stdin is not None else b""
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageProblem(
            said("cannot read {file}: {error}", file=file, error=error.strerror or error)
        ) from None
