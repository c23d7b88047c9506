"""`grader batch`: a class in one command."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.batch_options import batch_options
from grader.cli.class_tables import ClassTables, tables_option
from grader.cli.common import console, load_exercise, verb
from grader.cli.logs import ClassLog, Log
from grader.cli.options import color_option, exercise_option
from grader.cli.policies import policy_of, tell
from grader.cli.systems import refuse_windows
from grader.text.words import _, translated

if TYPE_CHECKING:
    from rich.console import Console

    from grader.batch.options import BatchOptions
    from grader.batch.outputs import Outcome
    from grader.batch.source import ClassSource
    from grader.batch.told import Settled
    from grader.course.downloads import Summary
    from grader.model.exercise import Exercise


@verb()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=_("Folder for the gradebook, grades.csv, reports and class.html."),
)
@exercise_option
@tables_option
@batch_options
@color_option
def batch(
    source: Path,
    out: Path,
    exercise_folder: Path | None,
    exports: tuple[str, ...],
    shard: str | None,
    layout: str | None,
    id_pattern: str | None,
    roster: Path | None,
    overrides: Path | None,
    policy: Path | None,
    times: Path | None,
    log_json: bool,
    color: bool | None,
    **asked: Any,
) -> int:
    """Grade a class: a folder, a zip, or what a course platform lets you download.

    Run the same command again to go on after a stop, or to grade only what changed.

    Example: grader batch submissions.zip --out grades
    """
    from msgspec.structs import replace

    from grader.batch.given import files_given
    from grader.batch.plan import Shard
    from grader.batch.source import open_class
    from grader.cli.batch_options import options_of
    from grader.gradebook.handed_in import PLATFORM, Given

    refuse_windows("batch")
    tables = ClassTables(exports)
    exercise = load_exercise(exercise_folder)
    part = Shard.parse(shard) if shard else None
    scheduler = tuple(
        asked.pop(name) for name in ("scheduler", "tls_ca_file", "tls_cert", "tls_key")
    )
    options = options_of(exercise, part, source.name, **asked)
    options = replace(options, policy=policy_of(policy, times))
    with open_class(
        source, exercise.module_file, roster, layout=layout, id_pattern=id_pattern
    ) as given:
        beside = files_given(roster=roster, policy=policy, times=times)
        beside[PLATFORM] = Given(given.download.platform)
        options = replace(options, doubts=given.doubts(), given=beside)
        if overrides is not None:
            points = exercise.points
            options = replace(options, overrides=given.overrides(overrides, points, part))
        folder = out / part.folder if part else out
        log = Log(log_json, aloud=True)
        shown = _Shown(console(color, stderr=tables.takes_stdout), source.name)
        with log.faults():
            log.line("started", source=str(source), exercise=exercise.id, digest=exercise.digest)
            shown.recognised(given.download.summary)
            if given.roster is not None and given.roster.choice is not None:
                log.remark("roster_column", given.roster.choice)
            return _grade(exercise, given, folder, options, scheduler, tables, shown, log)


def _grade(
    exercise: Exercise,
    given: ClassSource,
    folder: Path,
    options: BatchOptions,
    scheduler: tuple[str | None, ...],
    tables: ClassTables,
    shown: _Shown,
    log: Log,
) -> int:
    from msgspec.structs import asdict, replace

    from grader.batch.options import cores
    from grader.batch.people import People
    from grader.batch.reports import Reports
    from grader.batch.run import Batch
    from grader.gradebook.store import FILE, Gradebook, lock

    runner = level = None
    started = time.monotonic()
    where = _("jobs {number}").format(number=options.jobs or cores())
    with contextlib.ExitStack() as stack:
        stack.enter_context(lock(folder))
        stack.enter_context(tables.prepared())  # now, for a table may go into this folder
        book = stack.enter_context(Gradebook(folder / FILE))
        if scheduler[0] is not None:
            from grader.batch.cluster import Cluster, files_of

            cluster = stack.enter_context(Cluster(scheduler[0], *scheduler[1:]))
            options = replace(options, exercise_files=files_of(exercise))
            level = cluster.level(options.isolation)
            runner, where = cluster.runner, translated(cluster.words())
        batch = Batch(exercise, book, folder, options, shown, runner=runner, level=level)
        shown.log = ClassLog(log, book, batch.names)
        with shown:
            outcome = batch.run(given.handed(options.shard, options.only))
            people = People(book, batch.names, options.policy)
            tables.write(people, Reports(book, exercise, batch.names))
        tell(outcome, log, whole=not (options.shard or options.only))
        log.line(
            "finished",
            counts=asdict(outcome.view.counts),
            isolation=batch.level,
            duration_s=round(time.monotonic() - started, 3),
        )
        isolation = _("isolation {level}").format(level=batch.level)
        shown.end(outcome, f"{where} · {isolation}")
    return outcome.exit_code


class _Shown:
    """Tells a person how the batch goes on."""

    def __init__(self, screen: Console, label: str) -> None:
        from grader.render.terminal.progress import Progress
        from grader.render.text import one_line

        self.screen = screen
        self.log: ClassLog | None = None
        self.progress = Progress(screen, one_line(label, limit=60))
        self.read, self.begin, self.tick = (
            self.progress.read,
            self.progress.begin,
            self.progress.tick,
        )

    def __enter__(self) -> _Shown:
        self.progress.__enter__()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.progress.__exit__(kind, error, trace)
        if error is not None and self.progress.total is not None:
            kept = _("What is graded is kept: the same command goes on.")
            self.screen.print(
                f"  {self.progress.line()}\n  {kept}",
                markup=False,
            )

    def recognised(self, what: Summary) -> None:
        """How the download was read, before anything is graded."""
        for line in what.lines():
            self.screen.print(translated(line), markup=False, emoji=False, soft_wrap=True)

    def settled(self, what: Settled) -> None:
        """Counts a learner."""
        from grader.batch.told import standing

        self.progress.count(standing(what), cached=what.cached)
        if self.log is not None:
            self.log.settled(what)

    def end(self, outcome: Outcome, how: str) -> None:
        """The last words."""
        from grader.render.terminal.class_summary import summary

        took = _("in {time}").format(time=self.progress.took())
        told = f"{took} · {how}"
        self.screen.print(summary(outcome.view, str(outcome.folder), told))
