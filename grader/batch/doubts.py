"""What a batch says of the class as a whole when it is graded, but somebody has to look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.batch.reports import Names
from grader.course.downloads import Claim
from grader.course.roster import Roster, Seat
from grader.gradebook.doubts import Doubt
from grader.model.class_report import Counts, Remark, RemarkKind
from grader.text.clean import clean_name
from grader.text.words import said_many, some


def doubts_about(
    claims: Sequence[Claim],
    seats: Iterable[Seat],
    roster: Roster | None,
    *,
    several_names: Sequence[str] = (),
    tied: Sequence[str] = (),
) -> tuple[Doubt, ...]:
    """What is doubtful before anything is read.

    `several_names` are ids that are claimed under different names, `tied` are those of learners
    none of whose files is the newest.
    """
    found: list[Doubt] = []
    if roster is not None and claims and roster.learners:
        here = [seat for seat in seats if seat.place is not None]
        if not any(seat.enrolled for seat in here):
            ids = (here[0].learner_id, roster.learners[0].id)
            found.append(Doubt(RemarkKind.NOT_IN_ROSTER, len(claims), ids))
    if several_names:
        found.append(Doubt(RemarkKind.SEVERAL_NAMES, len(several_names), tuple(several_names)))
    if tied:
        found.append(Doubt(RemarkKind.TIED, len(tied), tuple(tied)))
    return tuple(found)


def remarks(doubts: Iterable[Doubt], counts: Counts, names: Names) -> tuple[Remark, ...]:
    """The doubts in a sentence each, with the one that shows only when everybody is settled."""
    handed_in = counts.learners - counts.absent
    found = [Remark(doubt.kind, _SENTENCES[doubt.kind](doubt, names)) for doubt in doubts]
    if 2 * counts.refused > handed_in:
        message = said_many(
            "the only submission was refused: grades.csv says why",
            "more than half of the submissions were refused, {refused} of {number}: "
            "grades.csv says why",
            handed_in,
            refused=counts.refused,
        )
        found.append(Remark(RemarkKind.MOSTLY_REFUSED, message))
    return tuple(found)


def _not_in_roster(doubt: Doubt, names: Names) -> str:
    if names.anonymous:
        return said_many(
            "the only submission is not in the roster",
            "none of the {number} submissions is in the roster",
            doubt.number,
        )
    ours, theirs = (_quoted(one) for one in doubt.ids)
    return said_many(
        "the only submission is not in the roster: its id is {ours}, the roster's look like "
        "{theirs}",
        "none of the {number} submissions is in the roster: ids look like {ours}, the roster's "
        "like {theirs}",
        doubt.number,
        ours=ours,
        theirs=theirs,
    )


def _several_names(doubt: Doubt, names: Names) -> str:
    return said_many(
        "the id {ids} is claimed under different names",
        "{number} ids are claimed under different names: {ids}",
        doubt.number,
        ids=_listed(doubt, names),
    )


def _tied(doubt: Doubt, names: Names) -> str:
    return said_many(
        "the files of {ids} tie: which is the newest cannot be told",
        "the files of {number} learners tie, and which are the newest cannot be told: {ids}",
        doubt.number,
        ids=_listed(doubt, names),
    )


_SENTENCES = {
    RemarkKind.NOT_IN_ROSTER: _not_in_roster,
    RemarkKind.SEVERAL_NAMES: _several_names,
    RemarkKind.TIED: _tied,
}


def _listed(doubt: Doubt, names: Names) -> str:
    return some([_quoted(names.id(one)) for one in doubt.ids])


def _quoted(text: str) -> str:
    return f"`{clean_name(text, limit=60)}`"
