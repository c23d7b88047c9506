"""The screen of `grader check --watch`: as many lines as the terminal has, and the keys below.

Two lines say what holds now and how the tasks stand. Between two rules there is what is looked at,
a page of it: first the program that shows the mistake, then a hint that was asked for, then the
rest. The last line names the keys, `q` first, so that it is there however narrow the terminal is.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from rich.console import Console

from grader.model.check import Audience, Outcome
from grader.model.report import Report, TaskResult, Verdict
from grader.render.outcomes import NOT_DONE
from grader.render.story import Story, story_of
from grader.render.terminal import endings
from grader.render.terminal.failing import failing
from grader.render.terminal.lines import BAD, CODE, GOOD, QUIET, WARN, Line, Page
from grader.render.terminal.panel import at_a_glance, spaced, the_rest
from grader.render.terminal.scorecard import draw_command
from grader.render.text import exact, points
from grader.text.words import N_, _

SLOW_S = 1
"""So long a check may take before the last result makes way for it."""

KEYS = N_("q quit   ? keys   h hint   n next   a all   r again")

KEYS_TOLD = (
    ("h", N_("the next hint; where the task is done, why it works")),
    ("n", N_("the next task")),
    ("a", N_("every check that does not pass, and back")),
    ("c", N_("back to the first thing that is wrong")),
    ("r", N_("check again now")),
    ("?", N_("these keys, and back")),
    (N_("space, arrows, Page Up, Page Down, Home, End"), N_("turn the page")),
    (N_("q, Ctrl-C"), N_("quit")),
)


class State(Enum):
    """How what is shown stands to the file as it is."""

    CHECKED = auto()
    CHECKING = auto()
    GONE = auto()
    REFUSED = auto()


class Part(Enum):
    """What a learner looks at."""

    FIRST = auto()
    """The first thing that is wrong."""
    ALL = auto()
    KEYS = auto()


class View(NamedTuple):
    """All that the screen shows."""

    file: str
    state: State = State.CHECKING
    seconds: int = 0
    """For how long it is being checked."""
    refusal: str = ""
    report: Report | None = None
    attempt: int = 0
    glance: str = ""
    """What the attempt changed, in a few words."""
    changes: tuple[str, ...] = ()
    part: Part = Part.FIRST
    task: str | None = None
    """The task that was chosen."""
    aside: tuple[str, ...] = ()
    """A hint that was asked for: its heading and its text."""
    top: int | None = None
    """The first line of the page; None shows the beginning, or as far as the hint."""
    hints: Mapping[str, str] = {}
    explanations: Mapping[str, str] = {}


class Shown(NamedTuple):
    """The lines of the screen, the number of the first one of its page, and a page's height."""

    lines: list[Line]
    top: int
    room: int


def watch_screen(page: Page, view: View, rows: int) -> Shown:
    """The screen, `rows` lines high."""
    head = [_now(page, view), _tasks(page, view), page.rule()]
    room = max(1, rows - len(head) - 2)
    body, needed = _body(page, view)
    wanted = max(0, needed - room) if view.top is None else view.top
    top = max(0, min(wanted, len(body) - room))
    here = body[top : top + room]
    here += [page.line()] * (room - len(here))
    below = page.rule(_turned(top, len(here), len(body)) if len(body) > room else "")
    lines = [*head, *here, below][: rows - 1]
    return Shown(
        [*lines, page.line((page.fit(_(KEYS), page.width, spaced=True), QUIET))], top, room
    )


def rendered(console: Console, lines: list[Line]) -> str:
    """The lines as the console writes them."""
    with console.capture() as captured:
        for line in lines:
            console.print(line, overflow="crop", no_wrap=True)
    return captured.get()


# --- what holds now --------------------------------------------------------------------------


def _now(page: Page, view: View) -> Line:
    if view.state is State.CHECKING:
        words = _("checking {file} …").format(file=view.file)
        if view.seconds >= SLOW_S:
            words += f" {view.seconds} s"
        parts = [(f" {words} ", WARN)]
        if _is_old(view):
            parts += [("  " + _("below: attempt {number}").format(number=view.attempt), QUIET)]
        return page.line(*parts)
    if view.state is State.GONE:
        return page.line((" " + _("{file} is gone").format(file=view.file) + " ", WARN))
    if view.state is State.REFUSED:
        return page.line((" " + _("{file} was not checked").format(file=view.file) + " ", WARN))
    facts = [_("attempt {number}").format(number=view.attempt)]
    if view.report is not None and view.report.score is not None:
        most = view.report.max_score or 0.0
        score = f"{points(view.report.score, most)} / {exact(most)}"
        facts.append(_("{score} points").format(score=score))
    dot = f" {page.signs.dot} "
    return page.line((view.file, "bold"), dot, dot.join(filter(None, [*facts, view.glance])))


def _is_old(view: View) -> bool:
    """Whether what stands below is the result of an earlier attempt."""
    if view.state is not State.CHECKING or view.report is None:
        return False
    return view.seconds < SLOW_S


def _has_result(view: View) -> bool:
    return view.report is not None and (view.state is State.CHECKED or _is_old(view))


def _tasks(page: Page, view: View) -> Line:
    """Each task's sign, and its name; the one that was chosen is marked."""
    if view.report is None or not _has_result(view):
        return page.line()
    parts: list[str | Line | tuple[str, str]] = []
    for task in view.report.tasks:
        parts += ["   "] if parts else []
        parts += [_sign(page, task), (task.id, "bold underline" if task.id == view.task else "")]
        parts.append((f" {points(task.score, task.max_score)}/{exact(task.max_score)}", QUIET))
    return page.line(*parts)


def _sign(page: Page, task: TaskResult) -> tuple[str, str]:
    if task.outcome is Outcome.PASSED:
        return f"{page.signs.good} ", GOOD
    if task.outcome in NOT_DONE:
        return f"{page.signs.todo} ", QUIET
    return f"{page.signs.bad} ", BAD


def _turned(top: int, shown: int, number: int) -> str:
    words = _("lines {first} to {last} of {number}, space turns the page")
    return words.format(first=top + 1, last=top + shown, number=number)


# --- what is looked at -----------------------------------------------------------------------


def _body(page: Page, view: View) -> tuple[list[Line], int]:
    """All there is to page through, and how many of its lines lead to the end of the hint."""
    if view.part is Part.KEYS:
        return _keys(page), 0
    if view.state is State.GONE:
        return page.prose(_("It is checked again as soon as it is back.")), 0
    if view.state is State.REFUSED:
        return page.prose(view.refusal, BAD), 0
    if view.report is None or not _has_result(view):
        words = _("Each check has its limit of time: one that never ends is stopped.")
        return page.prose(words, QUIET) if view.seconds >= SLOW_S else [], 0
    if view.report.outcome is Verdict.FAULT:
        return endings.fault(page, view.report), 0
    if view.part is Part.ALL:
        listed = failing(page, view.report, Audience.LEARNER)
        return listed or page.prose(_("Every check passes.")), 0
    told = story_of(view.report, Audience.LEARNER, view.task)
    first, rest = _first(page, view, view.report, told), _rest(page, view.report, told)
    hint = _aside(page, view)
    changes = [line for words in view.changes for line in page.prose(words, QUIET)]
    needed = len(spaced(page, [*first, hint])) if hint else 0
    return spaced(page, [*first, hint, *rest, changes]), needed


def _keys(page: Page) -> list[Line]:
    width = 3
    lines: list[Line] = []
    for key, does in KEYS_TOLD:
        name = _(key) if len(key) > 1 else key
        if len(name) > width:
            lines += [page.line((name, "bold")), page.line(" " * width, _(does))]
        else:
            lines.append(page.line((name.ljust(width), "bold"), _(does)))
    return lines


def _aside(page: Page, view: View) -> list[Line]:
    if not view.aside:
        return []
    heading, *text = view.aside
    told = [line for words in text for line in page.prose(words, reflow=True)]
    return [*page.prose(heading, "bold"), *told]


def _first(page: Page, view: View, report: Report, told: Story) -> list[list[Line]]:
    """What is seen at a glance."""
    if told.unloaded:
        return endings.not_loaded(page, told.unloaded)
    if told.mistake:
        return at_a_glance(page, told.mistake)
    chosen = next((task for task in report.tasks if task.id == view.task), None)
    if chosen is not None and chosen.outcome is Outcome.PASSED:
        return [page.prose(_("{task} is done.").format(task=chosen.id), f"bold {GOOD}")]
    if told.to_write:
        hints = {} if view.aside else view.hints
        return [endings.unwritten(page, told.to_write, hints, is_begun=told.is_begun)]
    return [endings.praise(page, report, told.passed, view.explanations)]


def _rest(page: Page, report: Report, told: Story) -> list[list[Line]]:
    """What there is to read after that."""
    if told.unloaded:
        return [endings.notes(page, report)]
    blocks = the_rest(page, told.mistake) if told.mistake else []
    command = draw_command(report, told)
    drawn = [page.line((command, CODE))] if command else []
    return [*blocks, drawn, endings.folded(page, told.folded), endings.notes(page, report)]
