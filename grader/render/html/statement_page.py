"""What an exercise asks for, as HTML: a page of its own, or a part of a platform's page."""

from __future__ import annotations

import base64
import hashlib

from grader.model.exercise import Exercise, Task
from grader.render.html.author import count_points, example, hints
from grader.render.html.markup import Html, join, tag
from grader.render.html.prose import prose
from grader.render.resources import resource
from grader.text.words import _, language

STYLES = "page.css"


def statement_page(exercise: Exercise) -> str:
    """The whole exercise as one file: statements, examples and hints, nothing that is hidden."""
    style = resource(STYLES)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", exercise.title),
        tag("style", Html(style)),
    )
    title = tag("header", tag("h1", exercise.title))
    body = tag("body", title, tag("main", statements(exercise)))
    return "<!doctype html>\n" + tag("html", head, body, lang=language()) + "\n"


def statements(exercise: Exercise) -> Html:
    """What to hand in, and a section a task; headings from the second level."""
    file = tag("p", _("To hand in:"), " ", tag("code", exercise.module_file))
    return join(file, [_section(task) for task in exercise.tasks])


def _section(task: Task) -> Html:
    heading = tag("h2", tag("code", task.id), " ", task.title)
    points = tag("p", count_points(task), class_="quiet")
    return tag(
        "section", heading, prose(task.statement), example(task.example), points, hints(task)
    )
