"""The feedback page: a report as one HTML file that needs nothing else.

Order: the score; the one thing to look at; every task behind a fold; how it was graded. The page
carries its styles and its one small script inside, asks no server for anything, and says so in a
content security policy that lets nothing but these two run. Without JavaScript only the copy
buttons are missing. It is put together by typed functions (`page_html`), not by a template
language: most of it is decisions, and text from a submission cannot get in unescaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.check import Audience
from grader.model.exercise import Exercise, Limits
from grader.model.report import Isolation, Report, Verdict
from grader.render.html.author import Style
from grader.render.html.document import document, two_columns
from grader.render.html.focus import first
from grader.render.html.markup import Child, Html, around, fold, inline, join, tag
from grader.render.html.sheet import Sheet, bar
from grader.render.html.tasks import score_table, task_folds
from grader.render.story import REFUSED, UNGUARDED, ran_unguarded, story_of
from grader.render.text import duration, exact, one_line, points, size
from grader.text.clean import spell_out
from grader.text.words import _, translated


def page(
    report: Report,
    exercise: Exercise | None = None,
    *,
    audience: Audience = Audience.LEARNER,
    styles: Sequence[Style] = (),
    beside: Html | None = None,
) -> str:
    """The page of a report; `beside` it may stand a form to hand in again.

    With the `exercise` it holds statements, hints and explanations too. A learner sees hidden
    checks as a count. `styles` are other right ways to write the whole submission, as name,
    docstring and source; they show once everything passes.
    """
    done = report.score is not None and report.score == report.max_score
    skip = tag("a", _("To what matters first"), href="#first", class_="skip")
    parts = (
        _header(report),
        tag("main", _main(report, exercise, audience, styles if done else ())),
        _footer(report, audience),
    )
    title = _title(report)
    if beside is None:
        return document(title, skip, *parts)
    return two_columns(title, skip, parts, beside)


def _main(
    report: Report, exercise: Exercise | None, audience: Audience, styles: Sequence[Style]
) -> Html:
    if report.outcome is Verdict.FAULT:
        words = _("The grader failed here, not the submission")
        move = _("There is no mark: grade it again.")
        return _stopped(_("Not graded"), words, translated(report.message), move)
    if report.outcome is Verdict.REFUSED:
        words = _(REFUSED)
        return _stopped(_("Refused"), words, translated(report.message))
    sheet = Sheet(report, exercise, audience, story_of(report, audience))
    scores = tag("section", score_table(report), aria_label=_("Score"))
    return join(_warning(sheet), scores, first(sheet, styles), _notes(report), task_folds(sheet))


def _stopped(eyebrow: str, words: str, message: str, move: str = "") -> Html:
    above, reason = tag("p", eyebrow, class_="eyebrow"), tag("pre", spell_out(message))
    parts = [above, tag("h2", words), reason, tag("p", move) if move else None]
    return tag("section", parts, id="first", class_="first bad")


def _warning(sheet: Sheet) -> Html | None:
    """For a grader whose machine nothing protected."""
    if sheet.audience is not Audience.GRADER or not ran_unguarded(sheet.report):
        return None
    words = _(UNGUARDED)
    return tag("p", tag("strong", _("Not isolated.")), " ", inline(words), class_="warning")


def _notes(report: Report) -> Html | None:
    notes = [tag("li", inline(one_line(translated(note)))) for note in report.notes]
    return tag("ul", notes, class_="notes quiet") if notes else None


# --- head, header and footer -------------------------------------------------------------------


def _title(report: Report) -> str:
    title = one_line(report.exercise.title, limit=200)
    if report.outcome is Verdict.GRADED and report.score is not None:
        maximum = report.max_score or 0.0
        words = _("{score} of {maximum}").format(
            score=points(report.score, maximum), maximum=exact(maximum)
        )
        return f"{words} · {title}"
    return f"{_('Refused') if report.outcome is Verdict.REFUSED else _('Not graded')} · {title}"


def _header(report: Report) -> Html:
    parts: list[Child] = [tag("p", *_facts(report), class_="facts quiet")]
    parts.append(tag("h1", one_line(report.exercise.title, limit=200)))
    if report.outcome is Verdict.GRADED and report.score is not None:
        maximum = report.max_score or 0.0
        big = tag("strong", points(report.score, maximum))
        parts.append(
            tag(
                "p",
                around(_("{score} of {maximum} points"), score=big, maximum=exact(maximum)),
                class_="score",
            )
        )
        parts.append(bar(report.score, maximum))
    return tag("header", *parts)


def _facts(report: Report) -> list[Child]:
    """Whose work it is, and which file."""
    submission, learner = report.submission, report.learner
    facts: list[Child] = []
    if learner is not None:
        facts += [tag("bdi", one_line(learner.name or learner.id, limit=80)), " · "]
    paths = [file.path for file in submission.files]
    names = paths if len(paths) > 1 else [submission.name or submission.id]
    facts.append(tag("bdi", one_line(", ".join(names), limit=80)))
    if submission.files and report.outcome is not Verdict.FAULT:
        facts.append(f" · {size(sum(file.bytes for file in submission.files))}")
    return facts


def _footer(report: Report, audience: Audience) -> Html:
    """How it was graded: all that is needed to do it again."""
    isolation, versions = _("Isolation"), _("Versions")
    rows: list[tuple[str, Child]] = [
        (
            _("Graded"),
            _("{time}, in {duration}").format(
                time=report.timing.started_at, duration=duration(report.timing.duration_s)
            ),
        ),
        (isolation, _isolation(report.isolation)),
        (_("Seed"), str(report.seed)),
        (_("Limits"), _limits(report.limits)),
        (versions, _versions(report)),
        (_("Exercise"), join(report.exercise.id, " ", tag("code", report.exercise.digest))),
        (_("Submission"), tag("code", report.submission.digest)),
    ]
    rows += [
        (file.path, join(f"{size(file.bytes)}, sha256 ", tag("code", file.sha256)))
        for file in report.submission.files[:20]
    ]
    if report.outcome is Verdict.FAULT:
        rows = [row for row in rows if row[0] in (isolation, versions)]
    terms = [join(tag("dt", one_line(name, limit=80)), tag("dd", told)) for name, told in rows]
    line = [] if report.outcome is Verdict.FAULT else [_("Seed {seed}").format(seed=report.seed)]
    if report.isolation.level != "none" or audience is Audience.GRADER:
        line.insert(0, _("Isolation {level}").format(level=report.isolation.level))
    return tag(
        "footer",
        tag("p", one_line(" · ".join(line))),
        fold(_("How this was graded"), tag("dl", terms)),
    )


def _isolation(isolation: Isolation) -> str:
    layers = f": {', '.join(isolation.layers)}" if isolation.layers else ""
    told = f"{isolation.level}{layers}"
    missing = "; ".join(f"{layer.layer}: {translated(layer.reason)}" for layer in isolation.missing)
    words = _("{layers} (not active: {missing})").format(layers=told, missing=missing)
    return one_line(words if missing else told)


def _limits(limits: Limits) -> str:
    return _(
        "{cpu:g} s of computing and {wall:g} s by the clock a check, {total:g} s in all, "
        "{memory} MiB of memory"
    ).format(
        cpu=limits.check_cpu_s,
        wall=limits.check_wall_s,
        total=limits.submission_s,
        memory=limits.memory_mb,
    )


def _versions(report: Report) -> str:
    made = report.environment
    python = f"Python {made.python}, pytest {made.pytest}, {made.platform}"
    return one_line(f"autograd-grader {made.grader}, {python}")


__all__ = ["Style", "page"]
