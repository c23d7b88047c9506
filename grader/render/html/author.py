"""What the exercise's author wrote: the statement, the hints, why it works, other right ways."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.model.check import Outcome
from grader.model.exercise import Task
from grader.model.report import TaskResult
from grader.render.html.markup import EMPTY, Html, fold, join, tag
from grader.render.html.prose import prose
from grader.render.text import exact, worth
from grader.text.words import _

Style = tuple[str, str, str]
"""Another right way to write the submission: its name, its docstring, its source."""


def statement(task: Task, *, open_: bool = False) -> Html:
    """What the task asks for, with its worked example."""
    return fold(_("The task"), stated(task), open_=open_, class_="statement")


def stated(task: Task) -> Html:
    """The statement itself, the worked example and the points."""
    points = tag("p", count_points(task), class_="quiet")
    return tag("div", prose(task.statement), example(task.example), points, class_="prose")


def example(text: str) -> Html:
    """A worked example: what is typed and what comes as code, the words between as words."""
    if not text.strip():
        return EMPTY
    parts: list[Html] = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        typed = block.lstrip().startswith(">>>")
        parts.append(tag("pre", tag("code", block), class_="example") if typed else prose(block))
    return join(tag("p", tag("strong", _("For example"))), parts)


def count_points(task: Task) -> str:
    """`3 points` and where the code goes."""
    points = worth(task.points, exact(task.points))
    if not task.hole:
        return f"{points}."
    return _("{points}. Yours to write: {hole}.").format(points=points, hole=task.hole)


def hints(task: Task) -> Html:
    """The hints, each behind the one before it, the most general first."""
    inner = EMPTY
    for number in range(len(task.hints), 0, -1):
        words = _("A hint") if number == 1 else _("A closer hint")
        title = tag(
            "span",
            words,
            " ",
            tag(
                "small",
                _("{number} of {total}").format(number=number, total=len(task.hints)),
                class_="quiet",
            ),
        )
        text = tag("div", prose(task.hints[number - 1]), id=f"hint-{task.id}-{number}")
        inner = fold(title, text, inner, class_="hint")
    return inner


def explanation(task: Task, result: TaskResult) -> Html:
    """Why it works, once it does."""
    if result.outcome is not Outcome.PASSED or not task.explanation:
        return EMPTY
    return fold(_("Explanation"), tag("div", prose(task.explanation), class_="prose"))


def other_ways(styles: Sequence[Style]) -> Html:
    """Other right ways to write it, each behind a fold."""
    if not styles:
        return EMPTY
    folds = []
    for name, docstring, source in styles:
        code = tag(
            "pre", tag("code", source.strip("\n")), tabindex=0, role="group", aria_label=name
        )
        folds.append(fold(name, tag("div", prose(docstring), class_="prose"), code, class_="style"))
    heading = tag("h3", _("Other right ways to write it"))
    return tag("div", heading, folds, class_="folds")
