"""What an exercise asks for, as HTML: a page of its own, or a part of a platform's page."""

from __future__ import annotations

from grader.model.exercise import Exercise, Task
from grader.render.html.author import hints, stated
from grader.render.html.document import document
from grader.render.html.markup import Html, join, tag
from grader.text.words import _


def statement_page(exercise: Exercise) -> str:
    """The whole exercise as one file: statements, examples and hints, nothing that is hidden."""
    title = tag("header", tag("h1", exercise.title))
    main = tag("main", statements(exercise))
    return document(exercise.title, title, main, styles=("page.css",), scripts=())


def statements(exercise: Exercise) -> Html:
    """What to hand in, and a section a task; headings from the second level."""
    file = tag("p", _("To hand in:"), " ", tag("code", ", ".join(exercise.contract.files)))
    return join(file, [_section(task) for task in exercise.tasks])


def _section(task: Task) -> Html:
    heading = tag("h2", tag("code", task.id), " ", task.title)
    return tag("section", heading, stated(task), hints(task))
