"""`grader merge`: the parts of a class, joined."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.class_tables import ClassTables, tables_option
from grader.cli.common import console, load_exercise, verb
from grader.cli.logs import Log
from grader.cli.options import color_option, exercise_option
from grader.cli.policies import policy_of, policy_options, tell
from grader.model.errors import UsageProblem
from grader.text.words import _, ngettext, said


@verb()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR…")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=_("Where to (default: DIR, when it is one folder with shards in it)."),
)
@click.option("--anonymous", is_flag=True, help=_("Outputs without names, in DIR/anonymous."))
@policy_options
@tables_option
@exercise_option
@color_option
def merge(
    folders: tuple[Path, ...],
    out: Path | None,
    anonymous: bool,
    policy: Path | None,
    times: Path | None,
    exports: tuple[str, ...],
    exercise_folder: Path | None,
    color: bool | None,
) -> int:
    """Join what `grader batch --shard` wrote: one gradebook, one table, one class page.

    DIR is the --out folder of those batches, or several such folders.

    Example: grader merge grades
    """
    import time

    from grader.batch.given import files_given
    from grader.batch.merge import Merge, shard_folders
    from grader.batch.people import People
    from grader.batch.reports import Reports
    from grader.gradebook.store import FILE, Gradebook, lock
    from grader.render.terminal.class_summary import summary
    from grader.render.text import duration

    tables = ClassTables(exports)
    exercise = load_exercise(exercise_folder)
    ruled = policy_of(policy, times)
    shards = shard_folders(folders)
    target = out or folders[0]
    if out is None and (len(folders) > 1 or shards == [folders[0]]):
        raise UsageProblem(
            said("it is not clear where to write to"), next_move=said("Name a folder with --out.")
        )
    began = time.monotonic()
    with lock(target), tables.prepared(), Gradebook(target / FILE) as book:
        given = files_given(policy=policy, times=times)
        merging = Merge(exercise, book, target, anonymous=anonymous, policy=ruled, given=given)
        outcome = merging.run(shards)
        people = People(book, merging.names, ruled)
        tables.write(people, Reports(book, exercise, merging.names))
    how = ngettext(
        "{number} shard joined in {time}", "{number} shards joined in {time}", len(shards)
    ).format(number=len(shards), time=duration(time.monotonic() - began))
    tell(outcome, Log(False), whole=True)
    console(color, stderr=tables.takes_stdout).print(
        summary(outcome.view, str(outcome.folder), how)
    )
    return outcome.exit_code
