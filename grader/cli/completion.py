"""What a shell is offered for a word that is being typed, beside verbs, options and choices.

A shell is told nothing of what goes wrong: then there is nothing to offer.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.model.errors import GraderError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def offered_tasks(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The exercise's tasks that begin so."""
    from grader.cli.common import learners_exercise

    try:
        tasks = learners_exercise(context.params.get("exercise_folder"), Path()).tasks
    except (GraderError, OSError):
        return []
    return [task.id for task in tasks if task.id.startswith(begun)]


def offered_learners(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The ids in SOURCE, where that stands before, that begin so."""
    from grader.course.downloads import open_download
    from grader.exercise.load import load

    given = context.params
    # where the option lacks its value, click leaves what was read so far among the arguments
    source = given.get("source") or next(iter(context.args), None)
    if source is None:
        return []
    try:
        module_file = load(given.get("exercise_folder")).module_file
        found = open_download(
            Path(source),
            module_file,
            layout=given.get("layout"),
            id_pattern=given.get("id_pattern"),
        )
    except (GraderError, OSError):
        return []
    with found as download:
        ids = [claim.learner_id for claim in download.claims]
    return [one for one in ids if one.startswith(begun)]


def offered_formats(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Platforms' formats, each with its `=`; after that, files."""
    from click.shell_completion import CompletionItem

    from grader import export

    if "=" in begun:
        return [CompletionItem(begun, type="file")]
    return [CompletionItem(f"{name}=") for name in export.names() if name.startswith(begun)]
