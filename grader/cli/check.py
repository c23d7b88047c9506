"""`grader check`: a learner's own look at the work so far."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grader.cli.common import learners_exercise, print_scorecard, take, verb
from grader.cli.logs import Log, log_option
from grader.cli.options import color_option, exercise_option, task_option
from grader.model.check import Audience
from grader.model.errors import SubmissionRefused, UsageProblem
from grader.model.exercise import known_task
from grader.model.report import Report, Verdict
from grader.text.words import _, said


@verb()
@click.argument("file", required=False)
@exercise_option
@task_option("--task", _("Check this task only."))
@click.option("--all", "everything", is_flag=True, help=_("List every check that fails."))
@click.option(
    "--watch", "watching", is_flag=True, help=_("Check again at every save; keys for hints.")
)
@log_option
@color_option
def check(
    file: str | None,
    exercise_folder: Path | None,
    task_id: str | None,
    everything: bool,
    watching: bool,
    log_json: bool,
    color: bool | None,
) -> int:
    """Check FILE (default: value.py here) and explain the first thing that is wrong.

    In place of FILE a task may be named: it is checked alone.

    Example: grader check add
    """
    from grader.grading.pipeline import Options, grade
    from grader.report.audience import for_learner
    from grader.report.make import refused_report

    exercise = learners_exercise(exercise_folder, *_places(file))
    if task_id is None and file in {task.id for task in exercise.tasks} and not Path(file).exists():
        file, task_id = None, file
    known_task(exercise, task_id)
    if exercise.public is not None and task_id not in (None, *exercise.public.points):
        raise UsageProblem(
            said("{task} has no visible check", task=task_id),
            next_move=said("It is looked at when your work is handed in."),
        )
    if file is None and not Path(exercise.module_file).exists():
        raise UsageProblem(
            said("there is no {module_file} in this folder", module_file=exercise.module_file),
            next_move=said("`grader init` writes the starter here; or name your file."),
        )
    name = file or exercise.lone_file or os.curdir
    if watching and log_json:
        raise UsageProblem(said("--log-json logs one look: it does not go with --watch"))
    if watching and file == "-":
        raise UsageProblem(said("--watch looks at a file, and not at standard input"))
    if watching:
        from grader.cli.watch import watch

        return watch(exercise, name, task_id, color)
    log = Log(log_json, aloud=True)
    log.line("started", submission=name, exercise=exercise.id, digest=exercise.digest)
    try:
        submission = take(name, exercise)
    except SubmissionRefused as refusal:
        log.report(refused_report(exercise, name, refusal))
        raise
    report = for_learner(grade(exercise, submission, Options(task=task_id)))
    log.report(report)
    print_scorecard(
        report,
        exercise,
        audience=Audience.LEARNER,
        color=color,
        task=task_id,
        everything=everything,
    )
    _remember(report, exercise.id, Path(name))
    if report.outcome is Verdict.FAULT:
        return 5
    return 0 if report.score == report.max_score else 1


def _places(file: str | None) -> list[Path]:
    """Where a handout's file may lie: beside what is checked, or here."""
    if file in (None, "-") or not Path(file).exists():
        return [Path()]
    path = Path(file)
    return [path if path.is_dir() else path.parent, Path()]


def _remember(report: Report, exercise_id: str, file: Path) -> None:
    """Says what changed since the last attempt, and keeps this one beside the learner's file."""
    from grader.cli.attempts import Memory, change_lines

    folder = file if file.is_dir() else file.parent
    if report.outcome is not Verdict.GRADED or not folder.is_dir():
        return
    kept = Memory(folder, exercise_id).attempt(report)
    for line in change_lines(kept.change, kept.number):
        click.echo(f"  {line}")
