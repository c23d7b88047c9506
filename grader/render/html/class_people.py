"""The sections of the class page that are about people: everybody, and who needs a second look."""

from __future__ import annotations

from grader.model.class_report import ClassView, Line
from grader.render.html.class_table import heading, number, person, table, words
from grader.render.html.markup import EMPTY, Html, inline, tag
from grader.render.text import exact, one_line
from grader.text.words import N_, _, translated

STATES = {
    "fault": N_("not graded: our fault, the next run tries again"),
    "refused": N_("refused"),
    "absent": N_("nothing handed in"),
    "graded": N_("graded"),
    "override": N_("set by a grader"),
    "waiting": N_("not graded yet"),
}
LONGEST_REASON = 300


def problems_section(view: ClassView) -> Html:
    """Everybody without a mark, and why."""
    rows = [
        [
            heading(person(one.person)),
            words(state_words(one.state)),
            words(one_line(translated(one.message), limit=400), wide=True),
        ]
        for one in view.problems
    ]
    headings = (_("learner"), _("what"), _("why"))
    return table(_("Learners without a mark"), headings, rows) if rows else EMPTY


def changes_section(view: ClassView) -> Html:
    """Marks that are not what they were."""
    rows = [
        [
            heading(person(one.person)),
            words(one_line(translated(one.reason), limit=LONGEST_REASON)),
            number(one.before, exact(one.before)),
            number(one.after, exact(one.after)),
        ]
        for one in view.changes
    ]
    headings = (_("learner"), _("why"), _("before"), _("now"))
    return table(_("Marks that changed since the last run"), headings, rows, 2) if rows else EMPTY


def overrides_section(view: ClassView) -> Html:
    """Marks that a grader set; one below the graded mark says so."""
    rows = [
        [
            heading(person(one.person)),
            words(
                one_line(one.reason, limit=LONGEST_REASON),
                tag("div", _("below the graded mark"), class_="mark") if one.lowers else EMPTY,
            ),
            number(one.graded, None if one.graded is None else exact(one.graded)),
            number(one.score, exact(one.score)),
        ]
        for one in view.overrides
    ]
    headings = (_("learner"), _("reason"), _("as graded"), _("set to"))
    return table(_("Marks set by a grader"), headings, rows, 2) if rows else EMPTY


def learners_section(view: ClassView) -> Html:
    """Everybody, with what is recognised in the work or why it has no points."""
    rows = []
    ruled = any(one.rule is not None for one in view.learners)
    for one in view.learners:
        rows.append(
            [
                heading(person(one.person)),
                words(_state(one)),
                words(inline(_why(one)), wide=True),
                *([words(translated(one.rule or "") or "–", wide=True)] if ruled else []),
                number(one.attempts or None),
                number(one.best_score, _points(one.best_score)),
                number(one.score, _points(one.score)),
                *([number(one.final_score, _points(one.final_score))] if ruled else []),
            ]
        )
    told = (
        _("learner"),
        _("what"),
        _("mistakes, or why no points"),
        *([_("rule")] if ruled else []),
    )
    marks = (_("attempts"), _("best"), _("score"), *([_("after the rule")] if ruled else []))
    return table(_("Everybody"), (*told, *marks), rows, len(marks)) if rows else EMPTY


def _state(one: Line) -> str:
    state = state_words(one.state)
    if one.late:
        state = _("{state}, late").format(state=state)
    if one.lowered:
        words = _("{state}, below the graded mark of {graded}")
        state = words.format(state=state, graded=_points(one.graded_score))
    return state


def _why(one: Line) -> str:
    """The mistakes by name; else why there are no points, or no mark."""
    named = "; ".join(map(translated, one.titles))
    return one_line(named or translated(one.message), limit=LONGEST_REASON) or "–"


def state_words(state: str) -> str:
    """What became of a learner's submission."""
    return _(STATES[state]) if state in STATES else state


LISTS = frozenset({N_("learners"), N_("problems"), N_("changes")})
"""What a page may be too short for, by its name in `left_out`."""


def list_words(name: str) -> str:
    """A list that was cut, for people."""
    return _(name) if name in LISTS else name


def _points(value: float | None) -> str | None:
    return None if value is None else exact(value)
