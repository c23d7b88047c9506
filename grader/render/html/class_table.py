"""Tables of the class page: cells that know the number they sort by, and people to click on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from grader.model.class_report import Person
from grader.render.html.markup import Child, Html, join, tag
from grader.render.text import one_line
from grader.text.words import ngettext

LONGEST_NAME = 80


def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[Html]], numbers: int = 0
) -> Html:
    """A sortable table; its last `numbers` columns are numbers. Each row is made of `td`s."""
    first_number = len(headings) - numbers
    head = [
        tag("th", heading, scope="col", class_="number" if place >= first_number else None)
        for place, heading in enumerate(headings)
    ]
    body = [tag("tr", row) for row in rows]
    whole = tag(
        "table",
        tag("caption", caption, class_="unseen"),
        tag("thead", tag("tr", head)),
        tag("tbody", body),
        class_="sortable",
    )
    # a region that scrolls must be reachable by keyboard and have a name
    return tag("div", whole, class_="table", role="region", aria_label=caption, tabindex="0")


def words(*content: Child, wide: bool = False) -> Html:
    """A cell of words."""
    return tag("td", *content, class_="wide" if wide else None)


def heading(*content: Child) -> Html:
    """The cell that names its row."""
    return tag("th", *content, scope="row")


def number(value: float | None, shown: str | None = None) -> Html:
    """A cell with a number; a dash where there is none."""
    if value is None:
        return tag("td", "–", class_="number", data_value="-1e9")
    text = shown if shown is not None else f"{value:g}"
    return tag("td", text, class_="number", data_value=repr(float(value)))


def share(value: float) -> Html:
    """A share of 1 as a bar with its number."""
    width = f"{max(0.0, min(100.0, 100 * value)):.1f}"
    bar = tag(
        "svg",
        tag("rect", class_="ground", width="100", height="6"),
        tag("rect", class_="earned", width=width, height="6"),
        class_="bar", viewBox="0 0 100 6", preserveAspectRatio="none", aria_hidden="true",
    )  # fmt: skip
    return tag("td", bar, f"{100 * value:.0f} %", class_="number", data_value=repr(value))


def person(one: Person) -> Html:
    """A learner's name and id, linked to the feedback page, else to the report."""
    shown = one_line(one.id, limit=LONGEST_NAME)
    if one.name and one.name != one.id:
        shown = f"{one_line(one.name, limit=LONGEST_NAME)} ({shown})"
    place = one.page or one.report
    return tag("a", shown, href=quote(place, safe="/~")) if place else join(shown)


def people(ones: Sequence[Person], total: int) -> Html:
    """Some learners, and how many more there are."""
    parts: list[Child] = []
    for place, one in enumerate(ones):
        parts += [", " if place else "", person(one)]
    if total > len(ones):
        words = ngettext("and {number} other", "and {number} others", total - len(ones))
        parts.append(f" {words.format(number=total - len(ones))}")
    return tag("td", parts, class_="people")
