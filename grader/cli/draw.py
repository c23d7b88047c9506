"""`grader draw`: the graph of an expression, with its values."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import Output, console, load_exercise, take, verb
from grader.cli.options import color_option, exercise_option
from grader.text.words import _


@verb(context_settings={"ignore_unknown_options": True})
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
    from grader.render.terminal.tree import tree

    output = Output(svg_path) if svg_path is not None else None
    try:
        exercise = load_exercise(exercise_folder)
        steps = expressions.program(
            expression, expressions.values_of(values), exercise.contract.class_name
        )
        taken = take(submission, exercise) if submission is not None else None
        drawn = drawing.draw(exercise, steps, taken)
        assert drawn.graph is not None
        if output is not None:
            picture = pictures.svg(drawn.graph, title=expression, when="after backward")
            output.write(picture.encode())
        if dot:
            click.echo(pictures.dot(drawn.graph).rstrip())
        elif svg_path != "-":
            screen = console(color)
            screen.print(tree(drawn.graph))
            for line in drawn.steps:
                screen.print(f"  {line}", markup=False, highlight=False)
    finally:
        if output is not None:
            output.discard()
    return 0 if all(f.ok for node in drawn.graph.nodes for f in node.fields) else 1
