"""`grader schema`: the contract for platforms."""

from __future__ import annotations

import click

from grader.cli.common import verb


@verb()
@click.argument("which", type=click.Choice(["report", "tasks"]), default="report")
def schema(which: str) -> None:
    """Print the JSON Schema of the report or of tasks.yaml.

    Example: grader schema report > report.schema.json
    """
    from grader.report.schema import committed

    click.echo(committed(which).decode().rstrip())
