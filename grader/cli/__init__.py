"""The command line: one file a verb, loaded when it is used; errors become exit codes here.

Exit codes: 0 graded · 1 below --fail-under, a defect, or failures in `check` · 2 wrong usage ·
3 exercise broken · 4 submission refused · 5 our fault · 6 a class is graded, but look ·
129 / 130 / 143 on SIGHUP / SIGINT / SIGTERM.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

import click

from grader.cli.click_words import lend
from grader.cli.streams import write_what_can_be_written
from grader.cli.verbs import ASKING_FOR_HELP, VERBS, WELCOME
from grader.model.errors import NO_TEMPORARY_FILE, GraderError
from grader.text.words import _, translated

DEBUG_VARIABLE = "AUTOGRAD_GRADER_DEBUG"
INTERRUPTED = 128 + signal.SIGINT
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """As click does; it would make exit code 1 of a closed pipe."""
        with _quiet_about_closed_pipe():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """As click does, with the same care."""
        with _quiet_about_closed_pipe():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order people meet them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in VERBS:
            return None
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"grader.cli.{name}")
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs without importing them all."""
        with formatter.section(_("Verbs")):
            formatter.write_dl([(name, _(words)) for name, words in VERBS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a did-you-mean."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], VERBS, n=1)
            words = _("there is no verb `{word}`.").format(word=args[0])
            if near:
                words += " " + _("Did you mean `{verb}`?").format(verb=near[0])
            raise click.UsageError(words, ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    subcommand_metavar="VERB ...",
    context_settings=ASKING_FOR_HELP,
    help=_("Grades an implementation of a small exercise and says what is wrong."),
)
@click.version_option(
    package_name="autograd-grader", prog_name="grader", help=_("Show the version and exit.")
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Grades an implementation of a small exercise and says what is wrong."""
    if context.invoked_subcommand is None:
        click.echo(_(WELCOME))


def run(arguments: Sequence[str]) -> int:
    """Carries a command out; its exit code. No error of any kind ends in a traceback."""
    stop = _Stop()
    stop.listen()
    _fill_standard_descriptors()
    write_what_can_be_written()
    lend()
    return carry_out(arguments, stop)


def carry_out(arguments: Sequence[str], stop: _Stop | None = None) -> int:
    """As `run`, in a process that is set up already."""
    try:
        with _quiet_about_closed_pipe():
            result = cli.main(list(arguments), prog_name="grader", standalone_mode=False)
            if sys.stdout is not None:
                sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        return _say(_called_wrongly(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _say(_("stopped"), stop.code if stop is not None else INTERRUPTED)
    except GraderError as error:
        return _say(told(error), error.exit_code)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except Exception as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            _drop_output()
            words = _("cannot write: {error}. What was written is not complete.")
            return _say(words.format(error=error.strerror), 5)
        if _lacks_temporary_folder(error):
            return _say(translated(NO_TEMPORARY_FILE), 5)
        return _unexpected(error)


def _lacks_temporary_folder(error: Exception) -> bool:
    """Whether the error is that of `tempfile`, which has no class of its own: asked once more."""
    import tempfile

    if not isinstance(error, FileNotFoundError) or error.filename is not None:
        return False
    try:
        return not tempfile.gettempdir()
    except FileNotFoundError:
        return True


def _fill_standard_descriptors() -> None:
    """What the caller closed must not become the box's sockets, or stand for the terminal."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # the lowest free number is taken, which is this one
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


class Terminated(KeyboardInterrupt):
    """A signal. A class of its own: should a plain KeyboardInterrupt pass through `exec` of a text
    (every named tuple is made so), Python 3.11 ends by SIGINT at exit, though it was caught."""


class _Stop:
    """The exit code of a command that was stopped from outside."""

    def __init__(self) -> None:
        self.code = INTERRUPTED
        names = ("SIGINT", "SIGTERM", "SIGHUP")
        # Windows has no SIGHUP; what the caller has us ignore, as nohup does, stays ignored
        found = [getattr(signal, name) for name in names if hasattr(signal, name)]
        self.numbers = [one for one in found if signal.getsignal(one) is not signal.SIG_IGN]

    def listen(self) -> None:
        """Has the signals end the command in an orderly way."""
        for number in self.numbers:
            signal.signal(number, self.on_signal)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """As an interrupt, which pytest lets pass; a SystemExit it would hold against a check."""
        # one is enough: what is being cleaned up must not be interrupted again
        for other in self.numbers:
            signal.signal(other, signal.SIG_IGN)
        self.code = 128 + number
        raise Terminated


def told(error: GraderError) -> str:
    """An error in the reader's language, its next move on a line of its own."""
    parts = (error.message, error.next_move)
    return "\n".join(translated(part) for part in parts if part)


def _called_wrongly(error: click.ClickException) -> str:
    """click's complaint in the form of ours: what is wrong, then how it is called."""
    lines = [error.format_message()]
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        command = f"{context.command_path} {context.help_option_names[0]}"
        lines += [context.get_usage(), _("`{command}` says more.").format(command=command)]
    return "\n".join(lines)


def _say(text: str, code: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        print(f"grader: {text}", file=sys.stderr)
    return code


@contextlib.contextmanager
def _quiet_about_closed_pipe() -> Iterator[None]:
    """The reader of our output has gone: nothing to say, and nobody to say it to."""
    try:
        yield
    except BrokenPipeError:
        _drop_output()
        raise click.exceptions.Exit(0) from None


def _drop_output() -> None:
    """What is still in a buffer goes nowhere: flushing it at the end would fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _unexpected(error: Exception) -> int:
    if os.environ.get(DEBUG_VARIABLE):
        raise error
    return _say(
        _(
            "an error of the grader's own: {error}\nSet {variable}=1 to see where, and report it."
        ).format(error=f"{type(error).__name__}: {error}", variable=DEBUG_VARIABLE),
        5,
    )


def registry() -> dict[str, Any]:
    """Every verb with its loaded command, for tests and documentation."""
    context = click.Context(cli)
    return {name: cli.get_command(context, name) for name in VERBS}
