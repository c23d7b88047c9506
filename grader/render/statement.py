"""A task's statement for the terminal: Markdown with readable mathematics, never raw TeX."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.text import Text

from grader.model.exercise import Task
from grader.model.running import PYTHON
from grader.render.text import worth
from grader.text.words import _, language

MEASURE = 79
"""Columns of a text to be read: it fits a plain terminal, and the eye finds the next line."""


def statement(task: Task, where: str) -> RenderableType:
    """Title and points, the statement, the example, where the hole is and which Python grades."""
    from rich.markdown import Markdown
    from rich.syntax import Syntax

    from grader.render.mathematics import unicode

    points = worth(task.points, f"{task.points:g}")
    heading = Text.assemble((task.id, "bold"), "  ", (task.title, "bold"), f"  {points}")
    parts: list[RenderableType] = [heading, *from_the_course(), Text("")]
    if task.needs:
        parts += [Text(_("Comes after {tasks}.").format(tasks=", ".join(task.needs))), Text("")]
    parts.append(Markdown(unicode(task.statement), hyperlinks=False))
    if task.example:
        example = Syntax(task.example.strip(), "pycon", theme="ansi_light", word_wrap=True)
        parts += [Text(""), Text(_("For example"), style="bold"), Padding(example, (0, 0, 0, 2))]
    if where:
        parts += [Text(""), Text.assemble(f"{_('Yours to write:')} ", (where, "bold"))]
    parts.append(Text(_("Graded here with Python {version}.").format(version=PYTHON)))
    return Constrain(Group(*parts), MEASURE)


def from_the_course() -> list[Text]:
    """Where people read another language: that what follows is in the course's own words."""
    if language() == "en":
        return []
    return [Text(_("In the course's own words:"), style="italic")]


def hint_heading(task: Task, place: int, *, repeated: bool = False) -> str:
    """Which hint it is, of how many; a repeated one says that it is the last."""
    words = _("{task} · hint {number} of {total}")
    if repeated:
        words = _("{task} · hint {number} of {total} (the last one)")
    return words.format(task=task.id, number=place + 1, total=len(task.hints))
