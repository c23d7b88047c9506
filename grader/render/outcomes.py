"""Words for the values that reports and gradebooks keep: outcomes, states, who sees a check."""

from __future__ import annotations

from grader.words import N_, _

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
