"""`grader serve`: resident, over standard input and output or over HTTP."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import click
from click.core import ParameterSource

from grader.cli.common import load_exercise, verb
from grader.cli.logs import Log, log_option
from grader.cli.options import exercise_option, isolation_option, secret_option
from grader.model.errors import UsageProblem
from grader.model.exercise import Exercise
from grader.text.words import _, said

STORE = Path("grader-jobs.sqlite")


@verb()
@click.option("--stdio", is_flag=True, help=_("Serve standard input and output."))
@click.option("--http", metavar="[HOST:]PORT", help=_("Serve HTTP (default host: 127.0.0.1)."))
@exercise_option
@isolation_option
@secret_option
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_("Courses with their tokens; without it HTTP is for this machine alone."),
)
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    metavar="FILE",
    default=STORE,
    show_default=True,
    help=_("Where jobs over HTTP are kept."),
)
@click.option(
    "--keep",
    type=click.FloatRange(min=0),
    metavar="DAYS",
    default=30,
    show_default=True,
    help=_("Forget jobs this long after they ended."),
)
@click.option(
    "--queue",
    type=click.IntRange(min=1),
    metavar="N",
    default=1000,
    show_default=True,
    help=_("How many submissions may wait."),
)
@click.option(
    "--on-resubmit",
    type=click.Choice(["queue", "replace"]),
    default="queue",
    show_default=True,
    help=_("What becomes of a learner's submission that waits when the next one comes."),
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help=_("How many to grade at once over HTTP (default: one for each processor)."),
)
@log_option
def serve(
    stdio: bool,
    http: str | None,
    exercise_folder: Path | None,
    isolation: str,
    secret: str | None,
    token_file: Path | None,
    store: Path,
    keep: float,
    queue: int,
    on_resubmit: str,
    jobs: int | None,
    log_json: bool,
) -> int:
    """Grade what comes in until the input ends, or over HTTP until a signal ends it.

    A line in: {"id": 1, "path": "value.py"} or {"id": 2, "source": "class Value: ..."}.
    A line out: {"id": 1, "report": {...}} or {"id": 2, "error": {"kind": ..., "message": ...}}.
    Over HTTP, POST /v1/grade takes the second of these; /v1/openapi.json describes the rest.

    Example: echo '{"id": 1, "path": "value.py"}' | grader serve --stdio
    """
    if stdio == (http is not None):
        raise UsageProblem(
            said("serve needs --stdio or --http, and not both"),
            next_move=said("For a page on this machine: grader serve --http 8000"),
        )
    log = Log(log_json)
    if http is None:
        _refuse_options_of_http()
        return _over_stdio(load_exercise(exercise_folder), isolation, secret, log)
    _need_http()
    from grader.batch.options import cores
    from grader.service import listen
    from grader.service.courses import local_course, read_courses
    from grader.service.desk import Rules
    from grader.service.store import Store

    host, port = listen.address_of(http)
    if token_file is None:
        listen.refuse_afar(host)
        courses = local_course(load_exercise(exercise_folder))
    else:
        courses = read_courses(token_file, load_exercise, exercise_folder)
    rules = Rules(queue, on_resubmit == "replace", keep, jobs or cores())
    setups = listen.setups(isolation, secret, courses, rules)
    with log.faults(), closing(Store(store)) as jobs_kept, listen.bound(host, port) as listening:
        address = listen.url_of(listening)
        click.echo(_("Serving at {address}").format(address=address))
        if token_file is None:
            click.echo(_("The page to hand in: {address}c/local/").format(address=address))
        sys.stdout.flush()
        log.line("started", address=address, courses=[one.name for one in courses.all])
        listen.serve(listening, courses, jobs_kept, rules, setups, log.line)
        log.line("finished")
    return 0


def _over_stdio(exercise: Exercise, isolation: str, secret: str | None, log: Log) -> int:
    from grader.grading.pipeline import Options
    from grader.service.stdio import Server

    with log.faults():
        log.line("started", exercise=exercise.id, digest=exercise.digest)
        server = Server(exercise, sys.stdin.buffer, sys.stdout.buffer, log.line)
        server.serve(Options(isolation=isolation, secret=secret))
        log.line("finished")
    return 0


def _refuse_options_of_http() -> None:
    """UsageProblem for an option that would be passed over."""
    given = click.get_current_context().get_parameter_source
    for name in ("token_file", "store", "keep", "queue", "on_resubmit", "jobs"):
        if given(name) is ParameterSource.COMMANDLINE:
            option = f"--{name.replace('_', '-')}"
            raise UsageProblem(said("{option} is of use with --http alone", option=option))


def _need_http() -> None:
    """UsageProblem where what HTTP needs is not installed."""
    try:
        import python_multipart  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ModuleNotFoundError as error:
        raise UsageProblem(
            said("serving HTTP needs the package {name}", name=error.name),
            next_move=said("pip install 'autograd-grader[http]' brings it."),
        ) from None
