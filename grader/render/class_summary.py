"""What a batch says at its end: the numbers, what went wrong most, what changed, where to look."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.render.class_view import ClassView, Person
from grader.render.text import count, exact, one_line

MOST = 10
OUTPUTS = ("grades.csv", "class.html", "class.json", "reports/")


def summary(view: ClassView, folder: str, how: str) -> RenderableType:
    """The last words of a batch; `how` says how long it took and with what."""
    parts: list[RenderableType] = []
    if view.isolation == "none":
        parts.append(Text("  NOT ISOLATED: nothing stood between these submissions and this "
                          "machine", style="bold yellow"))  # fmt: skip
    parts += [Text(f"  {line}") for line in (_counts(view), _scores(view, how))]
    parts += [*_mistakes(view), *_changes(view), *_faults(view)]
    places = "\n           ".join(one_line(f"{folder}/{name}") for name in OUTPUTS)
    parts.append(Text(f"  written  {places}", style="dim", no_wrap=True, overflow="ignore"))
    return Group(*parts)


def _counts(view: ClassView) -> str:
    counts = view.counts
    words = [
        f"{count(counts.learners, 'learner')}: full marks {counts.full}",
        f"partial {counts.partial}",
        f"zero {counts.zero}",
        f"refused {counts.refused}",
        f"not graded {counts.fault}",
    ]
    more = (
        ("nothing handed in", counts.absent),
        ("late", counts.late),
        ("set by a grader", counts.overridden),
        ("with an earlier mark", counts.stale),
    )
    return " · ".join([*words, *(f"{name} {number}" for name, number in more if number)])


def _scores(view: ClassView, how: str) -> str:
    scores = view.scores
    if scores.mean is None or scores.median is None:
        return how
    return f"mean {scores.mean:.1f} · median {scores.median:.1f} of {scores.max_score:g} · {how}"


def _mistakes(view: ClassView) -> list[RenderableType]:
    rows = [(one.title, one.learners) for one in view.mistakes]
    rows += [(f"{one.task}: no known mistake fits", one.learners) for one in view.unexplained]
    if not rows:
        return []
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column("  what went wrong most")
    table.add_column("learners", justify="right")
    for title, learners in rows[:MOST]:
        table.add_row(Text(f"  {one_line(title)}"), str(learners))
    more = len(rows) - MOST
    return [table, Text(f"  and {more} more in class.html", style="dim")] if more > 0 else [table]


def _changes(view: ClassView) -> list[RenderableType]:
    if not view.changes:
        return []
    total = len(view.changes) + view.left_out.get("changes", 0)
    lines = [Text(f"  {count(total, 'changed mark')}", style="dim")]
    for one in view.changes[:MOST]:
        marks = f"{exact(one.before)} became {exact(one.after)}"
        lines.append(Text(f"  {_name(one.person)}: {marks} ({one_line(one.reason)})"))
    if total > MOST:
        lines.append(Text(f"  and {total - MOST} more in class.html", style="dim"))
    return [*lines]


def _faults(view: ClassView) -> list[RenderableType]:
    if not view.counts.fault:
        return []
    first = [one for one in view.problems if one.state == "fault"][:3]
    lines = [
        Text(f"  {_name(one.person)} was not graded: {one_line(one.message, limit=200)}")
        for one in first
    ]
    lines.append(Text("  Run the same command again: only these are tried once more."))
    return [*lines]


def _name(person: Person) -> str:
    return one_line(person.id, limit=60)
