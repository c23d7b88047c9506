"""A report as one screen of text: the score at a glance, one mistake explained, the rest folded.

The order is the message: who and what, a line a task, the total; then the one thing worth
looking at; then a line for all else; then the next command. A refusal and a fault have no table,
and a fault no number that could be taken for a mark.
"""

from __future__ import annotations

import io
import shlex
from collections.abc import Mapping

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

from grader.model.check import Audience
from grader.model.report import Report, Verdict
from grader.render.story import UNGUARDED, Story, ran_unguarded, story_of
from grader.render.terminal import endings
from grader.render.terminal.failing import failing
from grader.render.terminal.lines import CODE, QUIET, WARN, WARN_TEXT, Line, Page
from grader.render.terminal.panel import mistake
from grader.render.terminal.table import table
from grader.render.text import one_line, size
from grader.text.words import _, ngettext

Texts = Mapping[str, str]
_NOTHING: Texts = {}
DIGEST_SHOWN = 7
NAME_SHOWN = 32


def scorecard(
    report: Report,
    *,
    audience: Audience,
    task: str | None = None,
    everything: bool = False,
    hints: Texts = _NOTHING,
    explanations: Texts = _NOTHING,
) -> RenderableType:
    """What a terminal shows of a report; the width and the signs are the console's.

    `task` opens that task instead of the first wrong one; KeyError when the report has none of
    that name. With `everything`, each failing check has lines of its own. `hints` and
    `explanations` hold, for a task's id, its first hint and what to tell after full marks.
    """
    if task is not None and all(one.id != task for one in report.tasks):
        raise KeyError(task)
    return _Scorecard(report, audience, task, hints, explanations, everything=everything)


def scorecard_text(
    report: Report,
    *,
    audience: Audience,
    width: int,
    color: bool = False,
    ascii_only: bool = False,
    task: str | None = None,
    everything: bool = False,
    hints: Texts = _NOTHING,
    explanations: Texts = _NOTHING,
) -> str:
    """The scorecard as text of that width; without `color` free of terminal sequences."""
    file = _AsciiText() if ascii_only else io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=color,
        color_system="256" if color else None,
        no_color=not color,
        force_jupyter=False,
        legacy_windows=False,
    )
    console.print(
        scorecard(
            report,
            audience=audience,
            task=task,
            everything=everything,
            hints=hints,
            explanations=explanations,
        )
    )
    return file.getvalue()


class _AsciiText(io.StringIO):
    """A text file whose encoding tells rich that nothing beyond ASCII may be written."""

    encoding = "ascii"


class _Scorecard:
    """The renderable: sections of lines, a blank line between two of them."""

    def __init__(
        self,
        report: Report,
        audience: Audience,
        task: str | None,
        hints: Texts,
        leads: Texts,
        *,
        everything: bool,
    ) -> None:
        self.report = report
        self.audience = audience
        self.task = task
        self.hints = hints
        self.leads = leads
        self.everything = everything

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        page = Page(console, options)
        for section in self._sections(page):
            if section:
                yield from section
                yield page.line()

    def _sections(self, page: Page) -> list[list[Line]]:
        report, audience = self.report, self.audience
        top = [banner(page, report, audience), header(page, report, audience)]
        if report.outcome is Verdict.FAULT:
            return [*top, endings.fault(page, report)]
        if report.outcome is Verdict.REFUSED:
            return [*top, endings.refusal(page, report)]
        told = story_of(report, audience, self.task)
        last = [*self._next(page, told), *footer(page, report, audience)]
        notes = endings.notes(page, report)
        return [*top, *self._story(page, told), notes, last]

    def _story(self, page: Page, told: Story) -> list[list[Line]]:
        """The table; the one thing to look at, a panel right below it; the rest in a line each."""
        points = table(page, self.report)
        if told.unloaded:
            return [[*points, *endings.unloaded(page, told.unloaded)]]
        folded = endings.folded(page, told.folded)
        if self.everything:
            folded = failing(page, self.report, self.audience)
        if told.mistake:
            return [[*points, *mistake(page, told.mistake)], folded]
        if told.to_write:
            task, is_begun = told.to_write, told.is_begun
            return [points, endings.unwritten(page, task, self.hints, is_begun=is_begun), folded]
        return [points, endings.praise(page, self.report, told.passed, self.leads), folded]

    def _next(self, page: Page, told: Story) -> list[Line]:
        """The command that leads on, ready to copy."""
        if told.opened is None:
            return []
        commands = [f"grader {'hint' if told.mistake else 'show'} {told.opened.id}"]
        if drawn := draw_command(self.report, told):
            commands.append(drawn)
        is_learner = self.audience is Audience.LEARNER
        if told.mistake and told.folded and is_learner and not self.everything:
            commands.append("grader check --all")
        lead = _("next") + "  "
        room = page.width - cell_len(lead)
        dot = f"   {page.signs.dot}   "
        while len(commands) > 1 and cell_len(dot.join(commands)) > room:
            commands.pop()
        return [page.line((lead, QUIET), (dot.join(commands), CODE))]


def draw_command(report: Report, told: Story) -> str:
    """The command that draws what shows the mistake, where it can be written so."""
    evidence = told.mistake.evidence if told.mistake else None
    if evidence is None or not evidence.expression:
        return ""
    file = shlex.quote(report.submission.id)
    return "grader draw " + one_line(f"{evidence.expression} --submission {file}")


def banner(page: Page, report: Report, audience: Audience) -> list[Line]:
    """The warning above everything, for a grader whose machine nothing protected."""
    if audience is not Audience.GRADER or not ran_unguarded(report):
        return []
    words = _(UNGUARDED)
    return [page.line((f" {_('NOT ISOLATED')} ", WARN), (f"  {words}", WARN_TEXT))]


def header(page: Page, report: Report, audience: Audience) -> list[Line]:
    """The exercise and the submission; on a narrow page the last facts are left out."""
    title = page.fit(report.exercise.title, page.width // 2)
    room = page.width - cell_len(title) - 3
    facts = _facts(page, report, audience)
    dot = f" {page.signs.dot} "
    while len(facts) > 1 and cell_len(dot.join(facts)) > room:
        facts.pop()
    return [page.line((title, "bold"), "   ", (page.fit(dot.join(facts), room), QUIET))]


def _facts(page: Page, report: Report, audience: Audience) -> list[str]:
    """Learner, file, size and digest, what identifies most first; a fault shows no number, and
    learners know which file they are at."""
    submission, learner, files = report.submission, report.learner, report.submission.files
    facts = [page.fit(learner.name or learner.id, NAME_SHOWN)] if learner else []
    name = submission.name or submission.id
    facts.append(page.fit(name, NAME_SHOWN))
    if len(files) > 1:
        number = len(files)
        facts.append(ngettext("{number} file", "{number} files", number).format(number=number))
    if report.outcome is Verdict.FAULT or not files or audience is Audience.LEARNER:
        return facts
    digest = files[0].sha256 if len(files) == 1 else submission.digest
    facts.append(size(sum(file.bytes for file in files)))
    return [*facts, f"sha256 {digest[:DIGEST_SHOWN]}"]


def footer(page: Page, report: Report, audience: Audience) -> list[Line]:
    """For graders, how the submission was kept apart, and the seed that repeats the run."""
    isolation = report.isolation
    if audience is Audience.LEARNER:
        return []
    layers = f" ({', '.join(isolation.layers)})" if isolation.layers else ""
    seed = f" {page.signs.dot} " + _("seed {seed}").format(seed=report.seed)
    level = _("isolation {level}").format(level=isolation.level)
    words = page.fit(f"{level}{layers}", page.width - cell_len(seed))
    return [page.line((words + seed, QUIET))]
