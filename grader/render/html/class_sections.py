"""The sections of the class page, each drawn from the view or left out when it has nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from grader.model.check import Outcome, Visibility
from grader.model.class_report import Bin, ClassView, FailureGroup, Item, Mistake, Person
from grader.render.html.class_people import (
    changes_section,
    learners_section,
    overrides_section,
    problems_section,
)
from grader.render.html.class_table import heading, number, people, share, table, words
from grader.render.html.markup import EMPTY, Html, around, inline, join, tag
from grader.render.outcomes import mistake_words, value_words
from grader.render.text import exact, listing, one_line
from grader.text.words import N_, _, translated

DISCRIMINATION = N_(
    "Ease is the mean share of the points. Discrimination is the correlation with the rest of the "
    "total, from -1 to 1: near 0 the item says little about how somebody does otherwise, and below "
    "0 it deserves a look; a dash stands where everybody did the same."
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
    return tag("ul", bars, class_="bars", aria_label=_("Learners by score"))


def _bar(one: Bin, most: int, total: int) -> Html:
    scale = (
        f"{one.lower:g}"
        if one.lower == one.upper
        else _("{lower:g} to {upper:g}").format(lower=one.lower, upper=one.upper)
    )
    drawn = tag(
        "svg",
        tag("rect", class_="earned", width=f"{100 * one.learners / most:.1f}", height="6"),
        class_="bar", viewBox="0 0 100 6", preserveAspectRatio="none", aria_hidden="true",
    )  # fmt: skip
    percent = f"{100 * one.learners / total:.0f} %" if total else ""
    return tag(
        "li",
        tag("span", scale, tag("span", f" {_('points:')} ", class_="unseen"), class_="scale"),
        drawn,
        tag("span", f"{one.learners} ", tag("span", percent, class_="quiet")),
    )


def _mistakes(view: ClassView) -> Html:
    graded = view.counts.graded
    found: list[tuple[int, Html, str, Sequence[Person]]] = [
        (one.learners, _name(one), _tasks_of(one), one.examples) for one in view.mistakes
    ]
    found += [
        (one.learners, join(_("no known mistake fits")), one.task, one.examples)
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
        told = around(
            _("{number} of {total}: {mistake}."),
            number=str(first.learners),
            total=str(graded),
            mistake=_name(first),
        )
        lead = tag("p", told)
    headings = (_("mistake"), _("task"), _("examples"), _("learners"), _("of the class"))
    return join(lead, table(_("Known mistakes, the most frequent first"), headings, rows, 2))


def _name(one: Mistake) -> Html:
    return inline(translated(mistake_words(one.title, one.rule)))


def _tasks_of(one: Mistake) -> str:
    if not one.also:
        return one.task
    return _("{task}; the same in {others}").format(task=one.task, others=listing(one.also))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _tasks(view: ClassView) -> Html:
    if not view.tasks:
        return EMPTY
    rows = [
        [heading(one.title, _small(one.id)), *_numbers(one, view.counts.graded)]
        for one in view.tasks
    ]
    headings = (_("task"), _("points"), _("ease"), _("full marks"), _("discrimination"))
    return join(
        tag("p", _(DISCRIMINATION), class_="prose"),
        table(_("Tasks in their order"), headings, rows, 4),
    )


def _checks(view: ClassView) -> Html:
    if not view.checks:
        return EMPTY
    rows = [
        [
            heading(inline(one.title), _small(_id_words(one))),
            words(_outcomes(one), wide=True),
            *_numbers(one, view.counts.graded),
        ]
        for one in view.checks
    ]
    headings = (
        _("check"),
        _("not passed"),
        _("points"),
        _("ease"),
        _("passed"),
        _("discrimination"),
    )
    return table(_("Checks in their order"), headings, rows, 4)


def _id_words(one: Item) -> str:
    is_visible = one.visibility == Visibility.VISIBLE
    return one.id if is_visible else f"{one.id} · {value_words(one.visibility)}"


def _small(name: str) -> Html:
    """What programs call a thing, under its title."""
    return tag("div", name, class_="id")


def _numbers(one: Item, graded: int) -> list[Html]:
    value = one.discrimination
    return [
        number(one.max_score, exact(one.max_score)),
        share(one.ease),
        number(one.full, _("{number} of {total}").format(number=one.full, total=graded)),
        number(value, None if value is None else f"{value:.2f}"),
    ]


def _outcomes(one: Item) -> str:
    others = {name: many for name, many in one.outcomes.items() if name != "passed"}
    return ", ".join(f"{many} {value_words(name)}" for name, many in others.items()) or "–"


def _failures(view: ClassView) -> Html:
    rows = []
    for one in view.failures:
        rows.append(
            [
                heading(inline(one_line(_why(one), limit=300))),
                words(_failing(one.checks, view.checks), wide=True),
                people(one.examples, one.learners),
                number(one.score, exact(one.score)),
                number(one.learners),
            ]
        )
    headings = (_("why"), _("failing checks"), _("examples"), _("score"), _("learners"))
    return table(_("Groups that fail the same checks"), headings, rows, 2) if rows else EMPTY


def _why(one: FailureGroup) -> str:
    """The mistakes by name, what is said of the whole submission, or how the checks ended."""
    if one.mistakes or one.message:
        return listing([*map(translated, one.mistakes or (one.message,))])
    if Outcome.FAILED in one.outcomes or Outcome.ERROR in one.outcomes:
        return _("no known mistake fits")
    return listing([*map(value_words, one.outcomes)])


def _failing(failing: Sequence[str], every: Sequence[Item]) -> str:
    """The failing checks by name, or by number where a task has many of them."""
    parts: list[str] = []
    for task in dict.fromkeys(item.task for item in every):
        checks = [item.id for item in every if item.task == task]
        mine = [name for name in checks if name in failing]
        if len(mine) > MOST_NAMED:
            told = _("{told} of {number} in {task}")
            parts.append(told.format(told=len(mine), number=len(checks), task=task))
        else:
            parts += mine
    return ", ".join(parts) or "–"


SECTIONS = (
    Section("scores", N_("Scores"), _scores),
    Section("mistakes", N_("What went wrong most"), _mistakes),
    Section("changes", N_("Changed marks"), changes_section),
    Section("learners", N_("Everybody"), learners_section),
    Section("problems", N_("Without a mark"), problems_section),
    Section("overrides", N_("Set by a grader"), overrides_section),
    Section("tasks", N_("Tasks"), _tasks),
    Section("checks", N_("Checks"), _checks),
    Section("failures", N_("Groups that fail alike"), _failures),
)
