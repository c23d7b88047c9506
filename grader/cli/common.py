"""What several verbs share: what they read and show, and outputs that are proved beforehand."""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.verbs import ASKING_FOR_HELP
from grader.model.check import Audience
from grader.model.errors import ExerciseProblem, Fault, UsageProblem
from grader.model.exercise import Exercise, Limits, Submission
from grader.model.files import Replacement, sweep
from grader.model.report import Report
from grader.text.words import _, said

if TYPE_CHECKING:
    from rich.console import Console


class Verb(click.Command):
    """A command whose docstring is its help, in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # a command keeps the first help option it was asked for, also without the group around it
        kwargs.setdefault("context_settings", ASKING_FOR_HELP)
        text = inspect.cleandoc(kwargs.get("help") or "")
        kwargs["help"] = _(text)
        super().__init__(*args, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; some of its errors do not know the verb that they are about."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise


def verb(cls: type[Verb] = Verb, **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """As `click.command`, for one of ours."""
    return click.command(cls=cls, **settings)


def load_exercise(folder: Path | None) -> Exercise:
    """The exercise asked for. ExerciseProblem when it is broken."""
    from grader.exercise.load import load

    return load(folder)


def learners_exercise(folder: Path | None, *places: Path) -> Exercise:
    """The exercise that a learner works at: the one asked for, be it a handout; else that of the
    first of these folders that has a handout's file; else as `load_exercise`. ExerciseProblem.

    Nothing else in those folders is taken for an exercise: whoever checks a learner's folder must
    not run what is in it.
    """
    from grader.exercise import handed_out
    from grader.exercise.find import EXERCISE_VARIABLE

    if folder is not None:
        return handed_out.read_named(folder) or load_exercise(folder)
    for place in places:
        given = handed_out.read_named(place)
        if given is not None:
            return _whole_of(given)
    usual = os.environ.get(EXERCISE_VARIABLE)
    return (handed_out.read_named(Path(usual)) if usual else None) or load_exercise(None)


def _whole_of(given: Exercise) -> Exercise:
    """The very exercise of a handout, with all that it has, where the default one is that; else
    what was given."""
    with contextlib.suppress(ExerciseProblem):
        whole = load_exercise(None)
        if (whole.id, whole.digest) == (given.id, given.digest):
            return whole
    return given


def take(submission: str, exercise: Exercise) -> Submission:
    """The submission a person named on the command line. SubmissionRefused."""
    from grader.intake.take import LARGEST_CONTAINER, take, take_source

    if submission != "-":
        return take(Path(submission), exercise.module_file)
    if sys.stdin is None:
        raise UsageProblem(said("cannot read a submission from -: standard input is closed"))
    data = sys.stdin.buffer.read(LARGEST_CONTAINER + 1)
    return take_source(exercise.module_file, data, exercise.module_file)


def limits_within(exercise: Exercise, timeout: float | None) -> Limits:
    """The exercise's limits, with `--timeout` seconds for the whole submission."""
    from msgspec.structs import replace

    limits = exercise.limits
    return limits if timeout is None else replace(limits, submission_s=timeout)


def console(color: bool | None, *, stderr: bool = False) -> Console:
    """A console that draws in ASCII where the stream cannot do better."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            """Goes on without a word: the exit code still tells what the command found."""
            self.quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())

    return Screen(
        stderr=stderr,
        force_terminal=True if color else None,
        no_color=None if color is None else not color,
        highlight=False,
        soft_wrap=False,
    )


def print_scorecard(
    report: Report,
    exercise: Exercise | None,
    *,
    audience: Audience,
    color: bool | None,
    stderr: bool = False,
    task: str | None = None,
    everything: bool = False,
) -> None:
    """Draws the scorecard, with the exercise's first hints and explanations where it is known."""
    from grader.render.terminal.scorecard import scorecard

    tasks = exercise.tasks if exercise is not None else ()
    console(color, stderr=stderr).print(
        scorecard(
            report,
            audience=audience,
            task=task,
            everything=everything,
            hints={one.id: one.hints[0] for one in tasks if one.hints},
            explanations={one.id: lead(one.explanation) for one in tasks if one.explanation},
        )
    )


@contextlib.contextmanager
def scorecard_after(report: Report, exercise: Exercise | None, **how: Any) -> Iterator[None]:
    """Draws the scorecard when all is written, and also when a disk was full: it is graded."""
    try:
        yield
    except Fault:
        print_scorecard(report, exercise, **how)
        raise
    print_scorecard(report, exercise, **how)


def lead(explanation: str) -> str:
    """The first sentences of a task's explanation, without Markdown's marks: one short line."""
    first = explanation.strip().split("\n\n")[0]
    plain = " ".join(first.replace("**", "").split())
    sentences = plain.split(". ")
    kept = ". ".join(sentences[:3]).rstrip(".")
    return f"{kept}."


class Output:
    """A file that is proved writable before grading and replaced in one step afterwards.

    `-` is standard output. Raises UsageProblem at once when the path cannot be written.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.replacement: Replacement | None = None
        if path == "-":
            if sys.stdout is None:
                raise UsageProblem(said("cannot write to -: standard output is closed"))
            return
        target = Path(path)
        try:
            if target.exists() and not target.is_file():
                if target.is_dir():
                    raise IsADirectoryError(21, said("it is a folder"))
                return
            sweep(target.parent, target.name)
            self.replacement = Replacement(target)
        except OSError as error:
            raise UsageProblem(
                said("cannot write {path}: {error}", path=path, error=error.strerror or error),
                next_move=said("Name a file in a folder that can be written to."),
            ) from None

    def write(self, data: bytes) -> None:
        """Writes it all or leaves the old file as it was. Fault when that fails."""
        try:
            if self.path == "-":
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
            elif self.replacement is None:
                Path(self.path).write_bytes(data)
            else:
                self.replacement.commit(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            where = said("standard output") if self.path == "-" else self.path
            raise Fault(
                said("cannot write {where}: {error}", where=where, error=error.strerror or error)
            ) from None
        finally:
            self.discard()

    def discard(self) -> None:
        """Removes what was prepared and not written."""
        if self.replacement is not None:
            self.replacement.discard()
