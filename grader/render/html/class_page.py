"""The class at a glance as one file of HTML: no request, no need of JavaScript, any width.

Every chart carries its numbers, nothing is told by colour alone, and the order of the sections is
the order of a grader's questions: how did they do, what went wrong most, how did each one do, who
has no mark, which check is too hard.
"""

from __future__ import annotations

from grader.model.class_report import ClassView
from grader.render.html.class_people import list_words
from grader.render.html.class_sections import SECTIONS, Section
from grader.render.html.markup import EMPTY, Html, join, tag
from grader.render.resources import resource
from grader.render.text import counted_learners, one_line
from grader.text.clean import spell_out
from grader.text.words import N_, _, language

UNGUARDED = N_(
    "Not isolated: these submissions ran with nothing between them and the machine that graded "
    "them, so a mark may have been cheated for."
)


def class_page(view: ClassView) -> str:
    """The page of a class."""
    title = _("{exercise}: the class at a glance").format(exercise=one_line(view.title))
    shown = [(section, section.draw(view)) for section in SECTIONS]
    full = [(section, body) for section, body in shown if body]
    body = tag(
        "body",
        tag("a", _("Skip to the content"), href="#content", class_="skip"),
        _header(view, [section for section, _ in full]),
        tag("main", [_section(section, body) for section, body in full], id="content"),
        _footer(view),
        tag("script", Html(resource("class.js"))),
    )
    return "<!doctype html>\n" + tag("html", class_head(title), body, lang=language()) + "\n"


def class_head(title: str) -> Html:
    """The head of a page about a class, with all of its styles."""
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Html(resource("page.css") + resource("class.css"))),
    )


def _header(view: ClassView, sections: list[Section]) -> Html:
    links = [tag("li", tag("a", _(section.title), href=f"#{section.name}")) for section in sections]
    warning = (
        tag("p", _(UNGUARDED), class_="warning")
        if view.isolation == "none" and view.counts.graded
        else EMPTY
    )
    return tag(
        "header",
        tag("h1", one_line(view.title)),
        tag("p", _lead(view), class_="quiet"),
        warning,
        _figures(view),
        tag("nav", tag("ul", links), aria_label=_("Sections")),
    )


def _lead(view: ClassView) -> str:
    counts = view.counts
    parts = [counted_learners(counts.learners), _("{number} graded").format(number=counts.graded)]
    if counts.late:
        parts.append(_("{number} late").format(number=counts.late))
    if counts.stale:
        words = _("{number} with a mark from earlier conditions")
        parts.append(words.format(number=counts.stale))
    return " · ".join(parts)


def _figures(view: ClassView) -> Html:
    scores, counts = view.scores, view.counts
    figures: list[tuple[str, str, bool]] = []
    if scores.mean is not None and scores.median is not None:
        figures += [
            (
                _("mean of {maximum:g}").format(maximum=scores.max_score),
                f"{scores.mean:.1f}",
                False,
            ),
            (_("median"), f"{scores.median:.1f}", False),
        ]
    figures += [
        (_("full marks"), str(counts.full), False),
        (_("partial"), str(counts.partial), False),
        (_("zero"), str(counts.zero), False),
        (_("refused"), str(counts.refused), counts.refused > 0),
        (_("nothing handed in"), str(counts.absent), False),
        (_("not graded (our fault)"), str(counts.fault), counts.fault > 0),
    ]
    cells = [
        tag("div", tag("dt", name), tag("dd", value), class_="bad" if alarming else None)
        for name, value, alarming in figures
    ]
    return tag("dl", cells, class_="figures")


def _section(section: Section, body: Html) -> Html:
    return tag("section", tag("h2", _(section.title)), body, id=section.name)


def _footer(view: ClassView) -> Html:
    facts = {
        _("Exercise"): f"{view.exercise} {view.exercise_digest[:12]}",
        _("Grader"): view.grader,
        _("Isolation"): view.isolation,
        _("Begun"): view.started_at,
    }
    pairs = [join(tag("dt", name), tag("dd", spell_out(value))) for name, value in facts.items()]
    left = ", ".join(
        _("{number} of {section}").format(number=number, section=list_words(name))
        for name, number in view.left_out.items()
    )
    words = _("Not on this page for its length: {parts}. grades.csv has everybody.")
    more = tag("p", words.format(parts=left))
    return tag("footer", more if left else EMPTY, tag("dl", pairs))
