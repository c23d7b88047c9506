"""Which of several submissions of one learner counts: the newest, or none where none is newest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from msgspec.structs import replace

from grader.course.downloads.entry import Claim, Undecided
from grader.course.downloads.names import learner_id
from grader.course.downloads.shelf import Shelf
from grader.text.clean import clean_name
from grader.text.words import listed, said, some

_MOST_NAMED = 5

_Value = TypeVar("_Value", float, tuple[int, ...])


def settle(claims: Iterable[Claim], shelf: Shelf) -> list[Claim]:
    """One claim for each learner, sorted by id.

    A learner may be in a group as well as alone: each member goes with the newest claim they are
    in, and a claim that is left without members is dropped.
    """
    found = list(claims)
    places: dict[str, list[int]] = {}
    for at, claim in enumerate(found):
        for learner in _members(claim):
            places.setdefault(learner, []).append(at)
    disputed = {learner: ats for learner, ats in places.items() if len(ats) > 1}
    lost: dict[int, set[str]] = {}
    unclear: list[Claim] = []
    for learner, ats in disputed.items():
        rivals = [found[at] for at in ats]
        names = _different([_members(rival)[learner] for rival in rivals])
        chosen = _newest(rivals, shelf) if len(names) < 2 else None
        for at in ats:
            if chosen is None or found[at] is not rivals[chosen]:
                lost.setdefault(at, set()).add(learner)
        if chosen is None:
            unclear.append(_refused(learner, rivals, names))
        else:
            at = ats[chosen]
            found[at] = replace(found[at], notes=(*found[at].notes, _note(rivals[chosen], rivals)))
    kept = (_without(claim, lost.get(at)) for at, claim in enumerate(found))
    settled = [claim for claim in kept if claim is not None]
    return sorted([*settled, *unclear], key=lambda claim: claim.learner_id)


def _members(claim: Claim) -> dict[str, str | None]:
    return dict(claim.members) or {claim.learner_id: claim.learner_name}


def _different(names: Iterable[str | None]) -> list[str]:
    """The names, without those that differ from an earlier one only in case or spaces."""
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(" ".join(learner_id(name).casefold().split()), name)
    return list(found.values())


def _without(claim: Claim, lost: set[str] | None) -> Claim | None:
    """The claim of the members that are left, None where none is."""
    if not lost:
        return claim
    left = [(learner, name) for learner, name in _members(claim).items() if learner not in lost]
    if not left:
        return None
    learner, name = left[0]
    members = tuple(left) if len(left) > 1 else ()
    return replace(claim, learner_id=learner, learner_name=name, members=members)


def _newest(rivals: list[Claim], shelf: Shelf) -> int | None:
    """The place of the newest by the platform's count, by its time, or by the files' own.

    None at a tie.
    """
    ranks = [claim.rank for claim in rivals if claim.rank is not None]
    if len(ranks) == len(rivals):
        return _greatest(ranks)
    times = [_submitted(claim) for claim in rivals]
    if None in times:
        times = [_modified(claim, shelf) for claim in rivals]
    known = [time for time in times if time is not None]
    return _greatest(known) if len(known) == len(rivals) else None


def _greatest(values: list[_Value]) -> int | None:
    greatest = max(values)
    return values.index(greatest) if values.count(greatest) == 1 else None


def _submitted(claim: Claim) -> float | None:
    if claim.submitted_at is None:
        return None
    time = datetime.fromisoformat(claim.submitted_at)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _modified(claim: Claim, shelf: Shelf) -> float | None:
    times = [shelf.modified(path) for path in claim.source.paths]
    return max((time for time in times if time is not None), default=None)


def _note(chosen: Claim, rivals: list[Claim]) -> str:
    return said(
        "Of {rivals}, the newest counts: {path}.",
        rivals=_names(rivals),
        path=clean_name(chosen.source.paths[0]),
    )


def _refused(learner: str, rivals: list[Claim], names: list[str]) -> Claim:
    """A row that says why: one id stands for several people, or none of the files is newest."""
    shared = len(names) > 1
    if shared:
        what = said(
            "{rivals} have one id and the names of several people: {names}.",
            rivals=_names(rivals),
            names=some([clean_name(name) for name in names]),
        )
        next_move = said("Give each person an id of their own, for example with `--id-pattern`.")
    else:
        what = said(
            "{rivals} are of one learner, and which is the newest cannot be told.",
            rivals=_names(rivals),
        )
        next_move = said("Remove all but one.")
    return Claim(
        learner_id=learner,
        learner_name=None if shared else _members(rivals[0])[learner],
        source=rivals[0].source,
        refusal=f"{what} {next_move}",
        undecided=Undecided.NAMES if shared else Undecided.TIE,
    )


def _names(rivals: list[Claim]) -> str:
    names = [clean_name(claim.source.paths[0]) for claim in rivals]
    return listed(names, _MOST_NAMED)
