"""`grader report`: a saved report, shown again."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import color_option, print_scorecard
from grader.errors import UsageProblem
from grader.model import Audience


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.GRADER.value,
    show_default=True,
    help="For whose eyes: a learner does not see hidden checks.",
)
@color_option
def report(file: str, audience: str, color: bool | None) -> None:
    """Show the saved JSON report in FILE again (- for standard input).

    Example: grader report report.json
    """
    from grader import wire

    saved = wire.decode(read_report(file))
    print_scorecard(saved, None, audience=Audience(audience), color=color)


def read_report(file: str) -> bytes:
    """The bytes of a saved report. UsageProblem when it cannot be read."""
    from grader.wire import LARGEST

    try:
        if file == "-":
            data: bytes = click.get_binary_stream("stdin").read(LARGEST + 1)
            return data
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageProblem(f"cannot read {file}: {error.strerror or error}") from None
