"""Words for the values that reports and gradebooks keep, and what is mostly behind an outcome."""

from __future__ import annotations

from collections.abc import Mapping

from grader.model.check import Outcome
from grader.text.words import N_, _, said

NOT_DONE: Mapping[str, str] = {
    Outcome.UNWRITTEN: N_("not written yet"),
    Outcome.ABORTED: N_("not run"),
    Outcome.BLOCKED: N_("waiting"),
}
"""What is neither right nor wrong yet, in the words that every screen and page has for it."""

WORDS: Mapping[str, str] = {
    **{
        value: value
        for value in (
            N_("passed"),
            N_("failed"),
            N_("error"),
            N_("timeout"),
            N_("memory"),
            N_("crashed"),
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
        )
    },
    **NOT_DONE,
}
"""What the values that are kept are called, so that what is kept and shown cannot drift apart."""


def not_done(outcome: Outcome) -> str:
    """One of `NOT_DONE` in the reader's language, or an empty text."""
    words = NOT_DONE.get(outcome)
    return _(words) if words else ""


def value_words(value: str) -> str:
    """A value for people; one that nobody knows is shown as it is."""
    return _(WORDS[value]) if value in WORDS else value


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
