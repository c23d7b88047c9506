"""Joins what was handed in with the roster: one row for each learner, none lost on either side.

Everything is decided from names before anything is read, so that a join of a hundred thousand
submissions holds one of them at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from grader.downloads import Claim, Download, Entry
from grader.intake_refusal import safe
from grader.roster.learners import Enrolled, Roster


class Seat(Struct, frozen=True, kw_only=True, gc=False):
    """A row to be: whose it is, and the place of the submission, None where there is none.

    `enrolled` tells whether the roster knows the learner, None where there is no roster.
    """

    learner_id: str
    learner_name: str | None = None
    group: str | None = None
    place: int | None = None
    enrolled: bool | None = None
    notes: tuple[str, ...] = ()


class Row(Struct, frozen=True, kw_only=True):
    """One learner, with the entry that is theirs, None where nothing was handed in.

    The entry, and the submission in it, carry the learner of the row; those of a group share it.
    """

    learner_id: str
    learner_name: str | None
    group: str | None
    enrolled: bool | None
    entry: Entry | None
    notes: tuple[str, ...] = ()


def join(
    entries: Download | Iterable[Entry],
    roster: Roster | None,
    *,
    wanted: Callable[[int, Seat], bool] = lambda number, seat: True,
) -> Iterator[Row]:
    """A row for each learner: who handed in, in the order of the download, then who did not.

    `wanted` is asked with the running number of the row before the submission is read.
    """
    if isinstance(entries, Download):
        claims: Sequence[Claim | Entry] = entries.claims
        read = entries.read
    else:
        known = list(entries)
        claims, read = known, known.__getitem__
    last: tuple[int, Entry] | None = None
    for number, seat in enumerate(seats(claims, roster)):
        if not wanted(number, seat):
            continue
        entry = None
        if seat.place is not None:
            if last is None or last[0] != seat.place:
                last = seat.place, read(seat.place)
            entry = _of(last[1], seat)
        yield Row(
            learner_id=seat.learner_id,
            learner_name=seat.learner_name,
            group=seat.group,
            enrolled=seat.enrolled,
            entry=entry,
            notes=(*seat.notes, *(entry.notes if entry else ())),
        )


def seats(claims: Sequence[Claim | Entry], roster: Roster | None) -> list[Seat]:
    """The rows to be: those who handed in, the mates who share it, then those who did not."""
    arrivals = [arrival for place, claim in enumerate(claims) for arrival in _arrivals(place, claim)]
    if roster is None:
        return [_seat(arrival, None, None) for arrival in arrivals]
    return _Seating(roster, arrivals).seats()


def _of(entry: Entry, seat: Seat) -> Entry:
    submission = entry.submission and replace(
        entry.submission, learner_id=seat.learner_id, learner_name=seat.learner_name
    )
    return replace(
        entry, learner_id=seat.learner_id, learner_name=seat.learner_name, submission=submission
    )


class _Arrival(Struct, frozen=True, gc=False):
    """A learner who handed in, as the download calls them."""

    place: int
    id: str
    name: str | None
    others: tuple[str, ...]
    mates: tuple[str, ...]


def _arrivals(place: int, claim: Claim | Entry) -> Iterator[_Arrival]:
    people = claim.members or ((claim.learner_id, claim.learner_name),)
    for learner, name in people:
        others = tuple(other for other, whose in claim.aliases if whose == learner)
        mates = tuple(mate for mate, _ in people if mate != learner)
        yield _Arrival(place, learner, name, others, mates)


def _seat(arrival: _Arrival, enrolled: Enrolled | None, known: bool | None, note: str = "") -> Seat:
    notes = [note] if note else []
    if arrival.mates:
        notes.append(f"Handed in together with {', '.join(map(safe, arrival.mates))}.")
    return Seat(
        learner_id=enrolled.id if enrolled else arrival.id,
        learner_name=(enrolled and enrolled.name) or arrival.name,
        group=enrolled.group if enrolled else None,
        place=arrival.place,
        enrolled=known,
        notes=tuple(notes),
    )
