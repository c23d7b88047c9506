"""`grader grade`: one submission, one scorecard."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import limits_within, load_exercise, scorecard_after, take, verb
from grader.cli.deliveries import Deliveries
from grader.cli.logs import Log, log_option
from grader.cli.options import (
    audience_option,
    color_option,
    delivery_options,
    exercise_option,
    isolation_option,
    learner_given,
    learner_options,
    secret_option,
    seed_option,
    task_option,
    timeout_option,
)
from grader.model.check import Audience
from grader.model.errors import ExerciseProblem, SubmissionMissing, SubmissionRefused
from grader.model.exercise import Exercise, known_task
from grader.model.report import Report, Verdict
from grader.text.words import _, said

EXIT_BY_VERDICT = {Verdict.GRADED: 0, Verdict.REFUSED: 4, Verdict.FAULT: 5}


@verb()
@click.argument("submission", metavar="SUBMISSION")
@exercise_option
@click.option("--json", "json_path", metavar="PATH|-", help=_("Write the JSON report there."))
@delivery_options
@click.option(
    "--sign",
    "sign_key",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help=_("Sign the JSON report with this Ed25519 private key (PEM)."),
)
@audience_option
@learner_options
@task_option("--task", _("Grade this task only."))
@seed_option(_("Repeat a report's random checks."))
@secret_option
@isolation_option
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PCT",
    help=_("End with exit code 1 below this percentage of the points."),
)
@timeout_option
@click.option(
    "--expect-exercise", metavar="DIGEST", help=_("Refuse any exercise whose digest is another.")
)
@log_option
@color_option
def grade(
    submission: str,
    exercise_folder: Path | None,
    json_path: str | None,
    html_path: str | None,
    exports: tuple[str, ...],
    sign_key: Path | None,
    audience: str | None,
    learner_id: str | None,
    learner_name: str | None,
    task_id: str | None,
    seed: int | None,
    secret: str | None,
    isolation: str,
    fail_under: float | None,
    timeout: float | None,
    expect_exercise: str | None,
    log_json: bool,
    color: bool | None,
) -> int:
    """Grade one SUBMISSION (a file, a folder, a zip, a notebook, or - for standard input).

    Example: grader grade value.py --json report.json
    """
    from msgspec.structs import replace

    from grader.report.audience import for_audience

    learner = learner_given(learner_id, learner_name)
    eyes = Audience(audience) if audience is not None else None
    deliveries = Deliveries(json_path, html_path, exports, eyes, sign_key)
    with deliveries.prepared():
        exercise = load_exercise(exercise_folder)
        _expect(exercise, expect_exercise)
        log = Log(log_json)
        log.line("started", submission=submission, exercise=exercise.id, digest=exercise.digest)
        report = _report(exercise, submission, task_id, seed, secret, isolation, timeout)
        report = replace(report, learner=learner or report.learner)
        shown = for_audience(report, eyes or Audience.GRADER)
        log.report(shown)
        with scorecard_after(
            shown,
            exercise,
            audience=eyes or Audience.GRADER,
            color=color,
            stderr=deliveries.takes_stdout,
            task=task_id if report.tasks else None,
        ):
            deliveries.deliver(report, exercise)
    if report.outcome is Verdict.GRADED and fail_under is not None:
        share = 100 * (report.score or 0.0) / (report.max_score or 1.0)
        return 1 if share < fail_under else 0
    return EXIT_BY_VERDICT[report.outcome]


def _expect(exercise: Exercise, digest: str | None) -> None:
    if digest is not None and exercise.digest != digest.lower():
        raise ExerciseProblem(
            said(
                "this exercise has the digest {digest}, not {wanted}",
                digest=exercise.digest,
                wanted=digest,
            ),
            next_move=said("Nothing was graded. Name the right folder with --exercise."),
        )


def _report(
    exercise: Exercise,
    submission: str,
    task_id: str | None,
    seed: int | None,
    secret: str | None,
    isolation: str,
    timeout: float | None,
) -> Report:
    from grader.grading import pipeline as grading
    from grader.report.make import refused_report

    known_task(exercise, task_id)
    options = grading.Options(
        isolation=isolation,
        seed=seed,
        secret=secret,
        task=task_id,
        limits=limits_within(exercise, timeout),
    )
    try:
        taken = take(submission, exercise)
    except SubmissionMissing:
        raise
    except SubmissionRefused as refusal:
        return refused_report(exercise, submission, refusal)
    return grading.grade(exercise, taken, options)
