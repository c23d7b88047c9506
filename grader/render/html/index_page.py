"""The index of a class's feedback pages: whose page is where, for who hands them out."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.class_report import Line
from grader.render.html.class_page import class_head
from grader.render.html.class_people import state_words
from grader.render.html.class_table import heading, number, person, table, words
from grader.render.html.markup import Html, tag
from grader.render.resources import resource
from grader.render.text import counted_learners, exact, one_line
from grader.text.words import _, language


def index_page(title: str, lines: Sequence[Line]) -> str:
    """The page; the `page` of each line's person is the path of the learner's page."""
    name = _("{exercise}: feedback").format(exercise=one_line(title))
    headings = (_("learner"), _("what"), _("score"))
    body = tag(
        "body",
        tag("header", tag("h1", name), tag("p", counted_learners(len(lines)), class_="quiet")),
        tag("main", table(_("Everybody"), headings, map(_row, lines), 1)),
        tag("script", Html(resource("class.js"))),
    )
    return "<!doctype html>\n" + tag("html", class_head(name), body, lang=language()) + "\n"


def _row(one: Line) -> list[Html]:
    score = one.score_after_rule
    shown = None if score is None else exact(score)
    return [heading(person(one.person)), words(state_words(one.state)), number(score, shown)]
