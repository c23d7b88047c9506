"""The sections of the class page, each drawn from the view or left out when it has nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from grader.render.class_table import heading, number, people, person, share, table, words
from grader.render.class_view import Bin, ClassView, Item
from grader.render.page_html import EMPTY, Html, inline, join, tag
from grader.render.text import count, exact, listing, one_line

KINDS = {
    "file": "the same file",
    "text": "the same but for layout and comments",
    "shape": "the same but for names, layout and comments",
    "near": "nearly the same",
}
STATES = {
    "fault": "not graded: our fault, the next run tries again",
    "refused": "refused",
    "absent": "nothing handed in",
    "graded": "graded",
    "override": "set by a grader",
    "waiting": "not graded yet",
}
DISCRIMINATION = (
    "Ease is the mean share of the points. Discrimination is the correlation with the rest of the "
    "total, from -1 to 1: near 0 the item says little about how somebody does otherwise, and below "
    "0 it deserves a look; a dash stands where everybody did the same."
)
POINTER = (
    "A pointer to look at, and no accusation. A small exercise has few right answers, and people "
    "who learn together write alike. Compared are tokens, without what was handed out and without "
    "what many in this class share."
)
MOST_NAMED = 3


class Section(NamedTuple):
    """A part of the page: its anchor, its title, and what draws it."""

    name: str
    title: str
    draw: Callable[[ClassView], Html]


def _scores(view: ClassView) -> Html:
    if not view.scores.bins:
        return EMPTY
    most = max(one.learners for one in view.scores.bins) or 1
    bars = [_bar(one, most, view.counts.graded) for one in view.scores.bins]
    return tag("ul", bars, class_="bars", aria_label="Learners by score")


def _bar(one: Bin, most: int, total: int) -> Html:
    scale = f"{one.lower:g}" if one.lower == one.upper else f"{one.lower:g} to {one.upper:g}"
    drawn = tag(
        "svg",
        tag("rect", class_="earned", width=f"{100 * one.learners / most:.1f}", height="6"),
        class_="bar", viewBox="0 0 100 6", preserveAspectRatio="none", aria_hidden="true",
    )  # fmt: skip
    percent = f"{100 * one.learners / total:.0f} %" if total else ""
    return tag(
        "li",
        tag("span", scale, tag("span", " points: ", class_="unseen"), class_="scale"),
        drawn,
        tag("span", f"{one.learners} ", tag("span", percent, class_="quiet")),
    )


def _mistakes(view: ClassView) -> Html:
    graded = view.counts.graded
    found = [(one.learners, inline(one.title), one.task, one.examples) for one in view.mistakes]
    found += [
        (one.learners, join("no known mistake fits"), one.task, one.examples)
        for one in view.unexplained
    ]
    if not found:
        return EMPTY
    rows = [
        [
            heading(title),
            words(task),
            people(examples, learners),
            number(learners),
            number(learners / graded if graded else None, _percent(learners, graded)),
        ]
        for learners, title, task, examples in sorted(found, key=lambda one: -one[0])
    ]
    lead = EMPTY
    if view.mistakes:
        first = view.mistakes[0]
        lead = tag("p", f"{first.learners} of {graded}: ", inline(first.title), ".")
    headings = ("mistake", "task", "examples", "learners", "of the class")
    return join(lead, table("Known mistakes, the most frequent first", headings, rows, 2))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _tasks(view: ClassView) -> Html:
    if not view.tasks:
        return EMPTY
    rows = [
        [heading(one.title), words(one.id), *_numbers(one, view.counts.graded)]
        for one in view.tasks
    ]
    headings = ("task", "id", "points", "ease", "full marks", "discrimination")
    return join(
        tag("p", DISCRIMINATION, class_="prose"),
        table("Tasks in their order", headings, rows, 4),
    )


def _checks(view: ClassView) -> Html:
    if not view.checks:
        return EMPTY
    rows = [
        [
            heading(inline(one.title)),
            words(one.id, tag("span", f" {one.visibility}", class_="quiet")),
            words(_outcomes(one), wide=True),
            *_numbers(one, view.counts.graded),
        ]
        for one in view.checks
    ]
    headings = ("check", "id", "not passed", "points", "ease", "passed", "discrimination")
    return table("Checks in their order", headings, rows, 4)


def _numbers(one: Item, graded: int) -> list[Html]:
    value = one.discrimination
    return [
        number(one.max_score, exact(one.max_score)),
        share(one.ease),
        number(one.full, f"{one.full} of {graded}"),
        number(value, None if value is None else f"{value:.2f}"),
    ]


def _outcomes(one: Item) -> str:
    others = {name: many for name, many in one.outcomes.items() if name != "passed"}
    return ", ".join(f"{many} {name}" for name, many in others.items()) or "–"


def _failures(view: ClassView) -> Html:
    rows = []
    for one in view.failures:
        why = one.mistakes or ((one.message,) if one.message else ())
        rows.append(
            [
                heading(inline(one_line(listing(why) or "no known mistake fits", limit=300))),
                words(_failing(one.checks, view.checks), wide=True),
                people(one.examples, one.learners),
                number(one.score, exact(one.score)),
                number(one.learners),
            ]
        )
    headings = ("why", "failing checks", "examples", "score", "learners")
    return table("Groups that fail the same checks", headings, rows, 2) if rows else EMPTY


def _failing(failing: Sequence[str], every: Sequence[Item]) -> str:
    """The failing checks by name, or by number where a task has many of them."""
    parts: list[str] = []
    for task in dict.fromkeys(item.task for item in every):
        checks = [item.id for item in every if item.task == task]
        mine = [name for name in checks if name in failing]
        if len(mine) > MOST_NAMED:
            parts.append(f"{len(mine)} of {len(checks)} in {task}")
        else:
            parts += mine
    return ", ".join(parts) or "–"


def _alike(view: ClassView) -> Html:
    alike = view.alike
    rows = [
        [
            heading(KINDS.get(one.kind, one.kind)),
            people(one.members, one.learners),
            number(one.score, None if one.score is None else exact(one.score)),
            number(one.learners),
        ]
        for one in alike.groups
    ]
    parts = [tag("p", POINTER, class_="prose")]
    if alike.common:
        which = count(alike.common, "larger group")
        parts.append(tag("p", f"Not listed: {which}, each more than a tenth of the class."))
    if not alike.searched_near:
        parts.append(tag("p", "Nearly the same code is not looked for in a class of this size."))
    if not rows:
        parts.append(tag("p", f"Among {alike.compared} there are no groups to point at."))
        return join(parts) if alike.compared > 1 else EMPTY
    headings = ("what is alike", "learners", "score", "how many")
    return join(parts, table("Groups of alike code", headings, rows, 2))


def _problems(view: ClassView) -> Html:
    rows = [
        [
            heading(person(one.person)),
            words(STATES.get(one.state, one.state)),
            words(one_line(one.message, limit=400), wide=True),
        ]
        for one in view.problems
    ]
    headings = ("learner", "what", "why")
    return table("Learners without a mark", headings, rows) if rows else EMPTY


def _changes(view: ClassView) -> Html:
    rows = [
        [
            heading(person(one.person)),
            words(one_line(one.reason, limit=300)),
            number(one.before, exact(one.before)),
            number(one.after, exact(one.after)),
        ]
        for one in view.changes
    ]
    headings = ("learner", "why", "before", "now")
    return table("Marks that changed since the last run", headings, rows, 2) if rows else EMPTY


def _overrides(view: ClassView) -> Html:
    rows = [
        [
            heading(person(one.person)),
            words(one_line(one.reason, limit=300)),
            number(one.graded, None if one.graded is None else exact(one.graded)),
            number(one.score, exact(one.score)),
        ]
        for one in view.overrides
    ]
    headings = ("learner", "reason", "as graded", "set to")
    return table("Marks set by a grader", headings, rows, 2) if rows else EMPTY


def _learners(view: ClassView) -> Html:
    rows = []
    for one in view.learners:
        state = STATES.get(one.state, one.state) + (", late" if one.late else "")
        rows.append(
            [
                heading(person(one.person)),
                words(state),
                words(_names(one.mistakes)),
                number(one.attempts or None),
                number(one.best_score, _points(one.best_score)),
                number(one.score, _points(one.score)),
            ]
        )
    headings = ("learner", "what", "mistakes", "attempts", "best", "score")
    return table("Everybody", headings, rows, 3) if rows else EMPTY


def _names(mistakes: Sequence[str]) -> str:
    return ", ".join(mistakes) or "–"


def _points(value: float | None) -> str | None:
    return None if value is None else exact(value)


SECTIONS = (
    Section("scores", "Scores", _scores),
    Section("mistakes", "What went wrong most", _mistakes),
    Section("changes", "Changed marks", _changes),
    Section("tasks", "Tasks", _tasks),
    Section("checks", "Checks", _checks),
    Section("failures", "Groups that fail alike", _failures),
    Section("alike", "Alike code", _alike),
    Section("problems", "Without a mark", _problems),
    Section("overrides", "Set by a grader", _overrides),
    Section("learners", "Everybody", _learners),
)
