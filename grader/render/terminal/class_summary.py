"""What a batch says at its end: the numbers, what went wrong most, what changed, where to look."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from grader.model.class_report import ClassView, Person
from grader.render.outcomes import mistake_words
from grader.render.text import counted_learners, exact, one_line
from grader.text.words import _, ngettext, translated

MOST = 10
OUTPUTS = ("grades.csv", "class.html", "class.json", "reports/")


class _Indented:
    """Something two columns further right, also where it is wrapped; without spaces behind it,
    which rich's own padding writes."""

    def __init__(self, inner: RenderableType) -> None:
        self.inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update(width=max(1, options.max_width - 2))
        for line in console.render_lines(self.inner, narrower, pad=False):
            yield Segment("  ")
            yield from line
            yield Segment.line()


def summary(view: ClassView, folder: str, how: str) -> RenderableType:
    """The last words of a batch; `how` says how long it took and with what."""
    parts: list[RenderableType] = []
    if view.isolation == "none" and view.counts.graded:
        words = _("NOT ISOLATED: nothing stood between these submissions and this machine")
        parts.append(Text(words, style="bold yellow"))
    parts += [Text(line) for line in (_counts(view), _scores(view, how))]
    parts += [*_mistakes(view), *_changes(view), *_lowered(view), *_faults(view)]
    indent = " " * (cell_len(_("written")) + 4)
    places = f"\n{indent}".join(one_line(f"{folder}/{name}") for name in OUTPUTS)
    return Group(
        _Indented(Group(*parts)),
        Text(f"  {_('written')}  {places}", style="dim", no_wrap=True, overflow="ignore"),
    )


def _counts(view: ClassView) -> str:
    counts = view.counts
    always = (
        (_("full marks"), counts.full),
        (_("partial"), counts.partial),
        (_("zero"), counts.zero),
        (_("refused"), counts.refused),
        (_("not graded"), counts.fault),
    )
    more = (
        (_("nothing handed in"), counts.absent),
        (_("late"), counts.late),
        (_("set by a grader"), counts.overridden),
        (_("with an earlier mark"), counts.stale),
    )
    shown = [*always, *(pair for pair in more if pair[1])]
    told = " · ".join(f"{name} {number}" for name, number in shown)
    return f"{counted_learners(counts.learners)}: {told}"


def _scores(view: ClassView, how: str) -> str:
    scores = view.scores
    if scores.mean is None or scores.median is None:
        return how
    words = _("mean {mean:.1f} · median {median:.1f} of {maximum:g}")
    told = words.format(mean=scores.mean, median=scores.median, maximum=scores.max_score)
    return f"{told} · {how}"


def _mistakes(view: ClassView) -> list[RenderableType]:
    rows = [
        (translated(mistake_words(one.title, one.rule)), one.task, one.learners)
        for one in view.mistakes
    ]
    rows += [(_("no known mistake fits"), one.task, one.learners) for one in view.unexplained]
    if not rows:
        return []
    rows.sort(key=lambda row: -row[-1])
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column(_("what went wrong most"))
    table.add_column(_("task"))
    table.add_column(_("learners"), justify="right")
    for title, task, learners in rows[:MOST]:
        table.add_row(Text(one_line(title)), Text(one_line(task)), str(learners))
    more = len(rows) - MOST
    return [table, _more(more)] if more > 0 else [table]


def _changes(view: ClassView) -> list[RenderableType]:
    if not view.changes:
        return []
    total = len(view.changes) + view.left_out.get("changes", 0)
    words = ngettext("{number} changed mark", "{number} changed marks", total)
    lines = [Text(words.format(number=total), style="dim")]
    for one in view.changes[:MOST]:
        told = _("{learner}: {before} became {after} ({reason})").format(
            learner=_name(one.person),
            before=exact(one.before),
            after=exact(one.after),
            reason=one_line(translated(one.reason)),
        )
        lines.append(Text(told))
    if total > MOST:
        lines.append(_more(total - MOST))
    return [*lines]


def _lowered(view: ClassView) -> list[RenderableType]:
    """Marks that a grader set below what the battery gave."""
    lowered = [one for one in view.overrides if one.lowers]
    if not lowered:
        return []
    words = ngettext(
        "{number} mark set by a grader is below the graded one",
        "{number} marks set by a grader are below the graded ones",
        len(lowered),
    )
    lines = [Text(words.format(number=len(lowered)), style="dim")]
    for one in lowered[:MOST]:
        told = _("{learner}: {score} instead of {graded} ({reason})").format(
            learner=_name(one.person),
            score=exact(one.score),
            graded=exact(one.graded or 0.0),
            reason=one_line(one.reason, limit=200),
        )
        lines.append(Text(told))
    if len(lowered) > MOST:
        lines.append(_more(len(lowered) - MOST))
    return [*lines]


def _faults(view: ClassView) -> list[RenderableType]:
    if not view.counts.fault:
        return []
    first = [one for one in view.problems if one.state == "fault"][:3]
    words = _("{learner} was not graded: {reason}")
    told = [
        words.format(learner=_name(one.person), reason=one_line(translated(one.message), limit=200))
        for one in first
    ]
    told.append(_("Run the same command again: only these are tried once more."))
    return [Text(line) for line in told]


def _more(number: int) -> Text:
    words = _("and {number} more in class.html").format(number=number)
    return Text(words, style="dim")


def _name(person: Person) -> str:
    return one_line(person.id, limit=60)
