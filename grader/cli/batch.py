"""`grader batch`: a class in one command."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import color_option, console, exercise_option, load_exercise
from grader.cli.grade import secret_in
from grader.errors import UsageProblem

if TYPE_CHECKING:
    from grader.batch import Batch, BatchOptions
    from grader.batch_plan import Shard
    from grader.batch_source import ClassSource
    from grader.gradebook import Gradebook
    from grader.model import Exercise
    from grader.render.class_shown import Shown


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DIR",
    help="Folder for the gradebook, grades.csv, reports and class.html.",
)
@click.option("--jobs", type=click.IntRange(1, 512), help="Grading processes (default: cores).")
@click.option("--fresh", is_flag=True, help="Grade everybody again.")
@click.option("--only", multiple=True, metavar="ID", help="Grade this learner only; repeatable.")
@click.option(
    "--anonymous", is_flag=True,
    help="Outputs without names, in DIR/anonymous: for marking twice.",
)
@click.option("--shard", metavar="i/N", help="Grade part i of N only; `grader merge` joins them.")
@click.option(
    "--roster", type=click.Path(path_type=Path), metavar="CSV",
    help="Who is in the course: everybody gets a row.",
)
@click.option(
    "--overrides", type=click.Path(path_type=Path), metavar="CSV",
    help="Your own marks (id, score, reason): they hold through every regrade.",
)
@exercise_option
@click.option(
    "--isolation", type=click.Choice(["auto", "strict", "kernel", "none"]), default="auto",
    show_default=True, help="How much must stand between submissions and this machine.",
)
@click.option("--seed", type=click.IntRange(0, 2**48 - 1), help="The same random checks for all.")
@click.option(
    "--secret-file", type=click.Path(path_type=Path), metavar="FILE",
    help="Secret that seeds the random checks (default: $AUTOGRAD_GRADER_SECRET).",
)
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), metavar="SECONDS",
    help="Budget for each submission (default: the exercise's).",
)
@click.option("--each", is_flag=True, help="A line for each learner as they are settled, in order.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster: tcp://host:8786.")
@click.option("--tls-ca-file", metavar="FILE", help="For tls:// schedulers, as Dask names them.")
@click.option("--tls-cert", metavar="FILE", help="Certificate of this client.")
@click.option("--tls-key", metavar="FILE", help="Key of this client.")
@color_option
def batch(
    source: Path,
    out: Path,
    jobs: int | None,
    fresh: bool,
    only: tuple[str, ...],
    anonymous: bool,
    shard: str | None,
    roster: Path | None,
    overrides: Path | None,
    exercise_folder: Path | None,
    isolation: str,
    seed: int | None,
    secret_file: Path | None,
    timeout: float | None,
    each: bool,
    scheduler: str | None,
    tls_ca_file: str | None,
    tls_cert: str | None,
    tls_key: str | None,
    color: bool | None,
) -> int:
    """Grade a class: a folder, a zip, or a download of Canvas, Moodle, Gradescope or GitHub
    Classroom. Run the same command again to go on, or to grade only what changed.

    Example: grader batch submissions.zip --out grades
    """  # fmt: skip
    from msgspec.structs import replace

    from grader.batch import BatchOptions
    from grader.batch_plan import Shard
    from grader.batch_source import open_class

    exercise = load_exercise(exercise_folder)
    part = Shard.parse(shard) if shard else None
    limits = exercise.limits
    if timeout is not None:
        limits = replace(limits, submission_s=timeout)
    tls = (tls_ca_file, tls_cert, tls_key)
    with open_class(source, exercise.module_file, roster) as given:
        options = BatchOptions(
            jobs=jobs,
            fresh=fresh,
            only=frozenset(only),
            anonymous=anonymous,
            shard=part,
            isolation=isolation,
            seed=seed,
            secret=secret_in(secret_file),
            limits=limits,
            overrides=_overrides(given, overrides, exercise, part),
            source=source.name,
        )
        place = out / _shard_folder(part) if part else out
        cluster = (scheduler, tls) if scheduler else None
        return _run(exercise, given, place, options, cluster, each, color)


def _overrides(
    given: ClassSource, path: Path | None, exercise: Exercise, part: Shard | None
) -> dict[str, tuple[float, str]] | None:
    if path is None:
        return None
    return given.overrides(path, sum(task.points for task in exercise.tasks), part)


def _shard_folder(part: Shard) -> str:
    return f"shard-{part.number}-of-{part.count}"


Cluster = tuple[str, tuple[str | None, str | None, str | None]]


def _run(
    exercise: Exercise,
    given: ClassSource,
    out: Path,
    options: BatchOptions,
    cluster: Cluster | None,
    each: bool,
    color: bool | None,
) -> int:
    from grader.batch_shown import Watcher
    from grader.gradebook import FILE, Gradebook, lock
    from grader.render.class_summary import summary

    screen = console(color)
    with lock(out), Gradebook(out / FILE) as book:
        watcher = Watcher(screen, options.source, book, each=each)
        with _batch(exercise, book, out, options, watcher, cluster) as made:
            made.names.tell(watcher)
            with watcher:
                outcome = made.run(given.handed(options.shard, options.only))
        screen.print(summary(outcome.view, str(outcome.folder), watcher.took(), made.jobs_words))
        return outcome.exit_code
