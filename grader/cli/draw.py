"""`grader draw`: the graph of an expression, with its values."""

from __future__ import annotations

import re
from pathlib import Path

import click

from grader.cli.common import Output, Verb, console, load_exercise, take, verb
from grader.cli.options import color_option, exercise_option
from grader.text.words import _, translated

NEGATIVE = re.compile(r"-[^-]")


class Draw(Verb):
    """A verb whose words may begin with a minus sign."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, which would take the letters of `-a*h` for options but for the space."""
        help_names = ctx.help_option_names
        spaced = [
            f" {word}" if NEGATIVE.match(word) and word not in help_names else word for word in args
        ]
        return super().parse_args(ctx, spaced)


@verb(cls=Draw)
@click.argument("expression")
@click.argument("values", nargs=-1, metavar="[NAME=NUMBER]...")
@click.option(
    "--submission",
    metavar="FILE",
    help=_("Draw what this file computes, beside what is right."),
)
@click.option("--dot", is_flag=True, help=_("Print the graph in Graphviz's language instead."))
@click.option("--svg", "svg_path", metavar="PATH|-", help=_("Write the picture there."))
@exercise_option
@color_option
def draw(
    expression: str,
    values: tuple[str, ...],
    submission: str | None,
    dot: bool,
    svg_path: str | None,
    exercise_folder: Path | None,
    color: bool | None,
) -> int:
    """Draw EXPRESSION with the values given: data and gradient of every node.

    Example: grader draw "relu(a*b + a)" a=2 b=-3
    """
    from grader.grading import drawing
    from grader.program import expression as expressions
    from grader.render.graph import draw as pictures
    from grader.render.terminal.drawing import Drawing

    expression, *words = (word.strip() for word in (expression, *values))
    output = Output(svg_path) if svg_path is not None else None
    try:
        exercise = load_exercise(exercise_folder)
        written = expressions.program(
            expression, expressions.values_of(words), exercise.contract.class_name
        )
        taken = take(submission, exercise) if submission is not None else None
        drawn = drawing.draw(exercise, written, taken)
        for name in written.unused:
            unused = _("{name} is not in the expression: its value was not used")
            click.echo(unused.format(name=f"`{name}`"), err=True)
        if output is not None:
            picture = pictures.svg(drawn.graph, title=expression, when="after backward")
            output.write(picture.encode())
        called = taken.name if taken is not None else ""
        if drawn.trouble and (dot or svg_path == "-"):
            click.echo(f"{called}: {translated(drawn.trouble)}", err=True)
        if dot:
            click.echo(pictures.dot(drawn.graph).rstrip())
        elif svg_path != "-":
            console(color).print(Drawing(drawn.true, called, drawn.own, drawn.trouble))
    finally:
        if output is not None:
            output.discard()
    return 0 if drawn.is_right else 1
