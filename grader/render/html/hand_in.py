"""The page to hand in, for a course without a platform: a form, and the tasks beside it."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from grader.model.exercise import Exercise
from grader.render.html.author import hints, stated
from grader.render.html.document import two_columns
from grader.render.html.markup import Child, Html, fold, join, tag
from grader.render.text import one_line, worth
from grader.text.words import _, ngettext

ACCEPTED = ".py,.ipynb,.zip"


class Filled(NamedTuple):
    """What stands in the form: what was handed in before, so that it can be mended."""

    source: str = ""
    name: str = ""
    job: str = ""


def hand_in_page(exercise: Exercise, filled: Filled, problem: str = "") -> str:
    """The page with the form; `problem` says why what was sent was not taken."""
    title = one_line(exercise.title, limit=200)
    skip = tag("a", _("To the form"), href="#form", class_="skip")
    heading = tag(
        "header",
        tag("p", worth(exercise.points, f"{exercise.points:g}"), class_="facts quiet"),
        _h1(title),
    )
    return two_columns(title, skip, (heading, tag("main", form(filled, problem))), tasks(exercise))


def waiting_page(exercise: Exercise, before: int) -> str:
    """The page of what waits; whoever sends it lets the browser look again by itself."""
    words = _("It is being graded.")
    if before:
        words = ngettext(
            "{number} submission is before yours.", "{number} submissions are before yours.", before
        ).format(number=before)
    link = tag("p", tag("a", _("Look again"), href=""))
    return _told(exercise, _("Handed in"), tag("p", words), link)


def replaced_page(exercise: Exercise, newer: str) -> str:
    """The page of what a later submission took the place of."""
    link = tag("p", tag("a", _("To the later one"), href=newer))
    return _told(exercise, _("You handed in again before this was graded"), link)


def beside(exercise: Exercise, filled: Filled) -> Html:
    """What stands beside the feedback: the form to hand in again, and the tasks."""
    return join(form(filled, heading=_("Hand in again")), tasks(exercise, open_=False))


def form(filled: Filled, problem: str = "", heading: str = "") -> Html:
    """The form. It needs no script; with one, a file may be dropped anywhere on the page."""
    told = tag("p", problem, class_="warning", role="alert") if problem else None
    code = tag(
        "textarea",
        # a browser takes the first newline away, and nothing else may change in it
        Html("\n" + escape(filled.source)),
        id="code",
        name="code",
        rows=16,
        spellcheck="false",
        autocapitalize="off",
        autocomplete="off",
    )
    drop = tag("span", _("You can drop it anywhere on this page."), hidden=True, class_="drop")
    file = tag("input", type="file", id="file", name="file", accept=ACCEPTED)
    name = tag(
        "input", id="name", name="name", value=filled.name, maxlength=200, autocomplete="name"
    )
    return tag(
        "form",
        tag("h2", heading or _("Hand in"), id="form-title"),
        told,
        _field("code", _("Your code")),
        code,
        _field("file", _("or a file: Python, a notebook or a zip")),
        file,
        drop,
        _field("name", _("Your name, if your teacher wants it")),
        name,
        tag("input", type="hidden", name="after", value=filled.job) if filled.job else None,
        tag("p", tag("button", _("Hand in"))),
        id="form",
        method="post",
        action="./",
        enctype="multipart/form-data",
        aria_labelledby="form-title",
    )


def tasks(exercise: Exercise, *, open_: bool = True) -> Html:
    """Every task as it is stated, with its hints."""
    folds = []
    for task in exercise.tasks:
        title = tag("h3", tag("code", task.id), " ", task.title)
        folds.append(fold(title, stated(task), hints(task), open_=open_, class_="task"))
    return tag(
        "section",
        tag("h2", _("The tasks"), id="statements"),
        folds,
        class_="folds",
        aria_labelledby="statements",
    )


def _told(exercise: Exercise, heading: str, *body: Child) -> str:
    title = one_line(exercise.title, limit=200)
    skip = tag("a", _("To what matters first"), href="#first", class_="skip")
    section = tag("section", tag("h2", heading), *body, id="first", class_="first", role="status")
    return two_columns(
        f"{heading} · {title}",
        skip,
        (tag("header", _h1(title)), tag("main", section)),
        tasks(exercise, open_=False),
    )


def _h1(title: str) -> Html:
    return tag("h1", title)


def _field(name: str, words: str) -> Html:
    return tag("label", words, for_=name)
