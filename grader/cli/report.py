"""`grader report`: a saved report, shown again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli.common import color_option, print_scorecard
from grader.cli.deliveries import Deliveries, delivery_options
from grader.errors import UsageProblem
from grader.model import Audience


@click.command()
@click.argument("file", metavar="FILE")
@delivery_options
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    help="For whose eyes; a learner does not see hidden checks "
    "(default: grader, and learner for --html).",
)
@color_option
def report(
    file: str,
    html_path: str | None,
    exports: tuple[str, ...],
    audience: str | None,
    color: bool | None,
) -> None:
    """Show the saved JSON report in FILE again (- for standard input).

    Example: grader report report.json
    """
    from grader import wire

    eyes = Audience(audience) if audience is not None else None
    deliveries = Deliveries(None, html_path, exports, eyes)
    with deliveries.prepared():
        saved = wire.decode(read_report(file))
        deliveries.deliver(saved, None)
    shown = eyes or Audience.GRADER
    print_scorecard(saved, None, audience=shown, color=color, stderr=deliveries.takes_stdout)


def read_report(file: str) -> bytes:
    """The bytes of a saved report. UsageProblem when it cannot be read."""
    from grader.wire import LARGEST

    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST + 1) if sys.stdin is not None else b""
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageProblem(f"cannot read {file}: {error.strerror or error}") from None
