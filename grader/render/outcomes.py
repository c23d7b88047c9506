"""Words for the values that reports and gradebooks keep, and what is mostly behind an outcome."""

from __future__ import annotations

from grader.model.check import Outcome
from grader.text.words import N_, _, said

WORDS = frozenset(
    {
        N_("passed"),
        N_("failed"),
        N_("error"),
        N_("unwritten"),
        N_("timeout"),
        N_("memory"),
        N_("crashed"),
        N_("aborted"),
        N_("blocked"),
        N_("missing"),
        N_("graded"),
        N_("refused"),
        N_("fault"),
        N_("absent"),
        N_("waiting"),
        N_("override"),
        N_("visible"),
        N_("hidden"),
        N_("after_due_date"),
        N_("after_published"),
    }
)
"""The values themselves, so that what is kept and what is shown cannot drift apart."""


def value_words(value: str) -> str:
    """A value for people; one that nobody knows is shown as it is."""
    return _(value) if value in WORDS else value


def mistake_words(title: str, rule: str) -> str:
    """What a mistake is called; an inferred one with its rule, by which it is told from others."""
    if not rule:
        return title
    return said("{title} (inferred: `{rule}`)", title=title, rule=rule)


_USUAL_CAUSE = {
    Outcome.TIMEOUT: N_(
        "The usual causes: a loop that never ends, or a walk that comes back to the "
        "same place again and again."
    ),
    Outcome.MEMORY: N_("The usual cause: a list that grows in a loop that never ends."),
    Outcome.CRASHED: N_(
        "The usual causes: a call that ends the whole process, or a recursion without an end."
    ),
    Outcome.MISSING: N_("That is a defect of the exercise, not of the submission."),
}


def usual_cause(outcome: Outcome) -> str:
    """What is mostly behind an outcome that says little by itself, or an empty text."""
    cause = _USUAL_CAUSE.get(outcome)
    return _(cause) if cause else ""
