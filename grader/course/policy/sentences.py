"""What a policy decided, in words."""

from __future__ import annotations

from collections.abc import Sequence

from grader.course.policy.rules import Ruling, Standing
from grader.export.common import points_text
from grader.text.clean import clean_name
from grader.text.words import joined, said, said_many, some


def ruling_words(ruling: Ruling, *, marked_late: bool) -> str:
    """The rule that was applied to a mark; `marked_late` is what the download says."""
    words = _standing_words(ruling, marked_late=marked_late)
    if ruling.extended is not None:
        due = f"{ruling.extended:%Y-%m-%d %H:%M}"
        words = said("extended to {due}: {words}", due=due, words=words)
    if ruling.rounded:
        before = said("rounded from {mark}", mark=points_text(ruling.before_rounding))
        words = joined(", ", (words, before))
    return words


def _standing_words(ruling: Ruling, *, marked_late: bool) -> str:
    if ruling.standing is Standing.UNKNOWN:
        if marked_late:
            return said("no rule for late work: marked late, but the time is not known")
        return said("no rule for late work: the time of the hand-in is not known")
    if ruling.standing is Standing.ON_TIME:
        return said("on time")
    if ruling.standing is Standing.IN_GRACE:
        return said("on time, within the grace")
    days = said_many("{number} day late", "{number} days late", ruling.days)
    if not ruling.lost:
        below = said("at or below the floor already")
        return joined(", ", (days, below)) if ruling.at_floor else days
    words = said("{days}: -{lost}", days=days, lost=points_text(ruling.lost))
    return joined(", ", (words, said("down to the floor"))) if ruling.at_floor else words


def untimed_words(number: int) -> str:
    """That so many marks have no time."""
    return said_many(
        "the time of {number} hand-in is not known: no rule for late work was applied to it; give "
        "it with --times",
        "the times of {number} hand-ins are not known: no rule for late work was applied to them; "
        "give them with --times",
        number,
    )


def strangers_words(learners: Sequence[str]) -> str:
    """That extensions are for nobody in the class."""
    ids = some([f"`{clean_name(one, limit=60)}`" for one in learners])
    return said_many(
        "{number} extension is for nobody in this class: {ids}",
        "{number} extensions are for nobody in this class: {ids}",
        len(learners),
        ids=ids,
    )
