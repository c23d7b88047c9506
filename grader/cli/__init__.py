"""The command line: one file a verb, loaded when it is used; errors become exit codes here.

Exit codes: 0 graded · 1 below --fail-under, a defect, or failures in `check` · 2 wrong usage ·
3 exercise broken · 4 submission refused · 5 our fault · 130 / 143 on SIGINT / SIGTERM.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import click

from grader.errors import GraderError

VERBS = {
    "grade": "Grade one submission and show its scorecard.",
    "check": "Check your own work: the visible checks, explained.",
    "tasks": "List the tasks of the exercise.",
    "show": "Show a task: what to write, and the mathematics.",
    "init": "Write the starter files into a folder.",
    "report": "Show a saved JSON report again.",
    "schema": "Print the JSON Schema of the report or of tasks.yaml.",
    "doctor": "Say what isolates submissions here, and what is missing.",
}
DEBUG_VARIABLE = "AUTOGRAD_GRADER_DEBUG"
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)

WELCOME = """\
autograd-grader grades an implementation of a small exercise and says what is wrong.

  You are learning       grader init my-work      write the starter files
                         grader show add          what the first task asks for
                         grader check             what works so far, and what does not
  You are grading        grader grade value.py    the scorecard of one submission
                         grader doctor            what isolates submissions here
  You run a platform     grader grade value.py --json report.json
                         grader schema report     what the report holds

`grader VERB --help` shows an example of each verb."""


class Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order people meet them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"grader.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs without importing them all."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a did-you-mean."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], VERBS, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"there is no verb `{args[0]}`.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, invoke_without_command=True)
@click.version_option(package_name="autograd-grader", prog_name="grader")
@click.pass_context
def cli(context: click.Context) -> None:
    """Grades an implementation of a small exercise and says what is wrong."""
    if context.invoked_subcommand is None:
        click.echo(WELCOME)


def run(arguments: Sequence[str]) -> int:
    """Carries a command out; its exit code. No error of any kind ends in a traceback."""
    signal.signal(signal.SIGTERM, _end_on_sigterm)
    _fill_standard_descriptors()
    try:
        result = cli.main(list(arguments), prog_name="grader", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _say("stopped", 130)
    except GraderError as error:
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        return _closed_pipe()
    except SystemExit as stop:
        # click and older rich make this of a closed pipe
        if isinstance(stop.__context__, BrokenPipeError):
            return _closed_pipe()
        return stop.code if isinstance(stop.code, int) else 1
    except Exception as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            return _say(f"cannot write: {error.strerror}. What was written is not complete.", 5)
        return _unexpected(error)


def _fill_standard_descriptors() -> None:
    """Descriptors 0 to 2 that the caller closed must not become the box's sockets."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # the lowest free number is taken, which is this one
            os.open(os.devnull, os.O_RDWR)


def _end_on_sigterm(number: int, frame: FrameType | None) -> None:
    # one is enough: what is being cleaned up must not be interrupted again
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + number)


def _say(text: str, code: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        print(f"grader: {text}", file=sys.stderr)
    return code


def _closed_pipe() -> int:
    """The reader of our output has gone: nothing to say, and nobody to say it to."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _unexpected(error: Exception) -> int:
    if os.environ.get(DEBUG_VARIABLE):
        raise error
    return _say(
        f"an error of the grader's own: {type(error).__name__}: {error}\n"
        f"Nothing was graded. Set {DEBUG_VARIABLE}=1 to see where, and report it.",
        5,
    )


def registry() -> dict[str, Any]:
    """Every verb with its loaded command, for tests and documentation."""
    context = click.Context(cli)
    return {name: cli.get_command(context, name) for name in VERBS}
