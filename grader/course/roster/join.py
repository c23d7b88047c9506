"""Joins what was handed in with the roster: one row for each learner, none lost on either side.

Everything is decided from names before anything is read, so that a join of a hundred thousand
submissions holds one of them at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from grader.course.downloads import Claim, Download, Entry
from grader.course.roster.learners import Enrolled, Roster
from grader.text.clean import clean_name
from grader.text.words import said


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
        read: Callable[[int], Entry] = entries.read
    else:
        known = list(entries)
        claims, read = known, lambda place: known[place]
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
    arrivals = [
        arrival for place, claim in enumerate(claims) for arrival in _arrivals(place, claim)
    ]
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
        notes.append(
            said(
                "Handed in together with {mates}.", mates=", ".join(map(clean_name, arrival.mates))
            )
        )
    return Seat(
        learner_id=enrolled.id if enrolled else arrival.id,
        learner_name=(enrolled and enrolled.name) or arrival.name,
        group=enrolled.group if enrolled else None,
        place=arrival.place,
        enrolled=known,
        notes=tuple(notes),
    )


class _Seating:
    """Finds for each arrival the learner of the roster: by id, by group, by name, in that order."""

    def __init__(self, roster: Roster, arrivals: list[_Arrival]) -> None:
        self._roster = roster
        self._arrivals = arrivals
        self._found: dict[int, Enrolled] = {}
        self._taken: dict[str, int] = {}
        self._notes: dict[int, str] = {}
        self._teams: dict[int, list[Enrolled]] = {}

    def seats(self) -> list[Seat]:
        self._match(self._by_exact_id)
        self._match(lambda one: self._roster.with_id(one.id))
        self._match(self._by_any)
        self._match_groups()
        self._match(
            lambda one: self._roster.named(one.name or one.id), said("In the roster by name.")
        )
        sharing, torn = self._mates()
        found: list[Seat] = []
        for at, arrival in enumerate(self._arrivals):
            enrolled = self._found.get(at)
            if at not in self._teams:
                found.append(self._own(at, arrival, enrolled))
            whose = (enrolled and enrolled.name) or arrival.name or arrival.id
            for mate in (*self._teams.get(at, ()), *sharing.get(at, ())):
                note = said("Shares the submission of {whose}.", whose=clean_name(whose))
                seat = _seat(arrival, mate, True, note)
                found.append(replace(seat, learner_name=mate.name, notes=(note,)))
        here = {seat.learner_id for seat in found}
        absent = (one for one in self._roster.learners if one.id not in here)
        found.extend(
            Seat(
                learner_id=one.id,
                learner_name=one.name,
                group=one.group,
                enrolled=True,
                notes=torn.get(one.id, ()),
            )
            for one in sorted(absent, key=lambda one: one.id)
        )
        return found

    def _match(self, find: Callable[[_Arrival], Enrolled | None], note: str = "") -> None:
        for at, arrival in enumerate(self._arrivals):
            if at in self._found or at in self._teams:
                continue
            enrolled = find(arrival)
            if enrolled is None:
                continue
            if enrolled.id in self._taken:
                other = self._arrivals[self._taken[enrolled.id]].id
                what = said(
                    "{enrolled} of the roster already has the submission {other}",
                    enrolled=clean_name(enrolled.id),
                    other=clean_name(other),
                )
                self._notes.setdefault(at, said("Not joined: {what}.", what=what))
                continue
            self._found[at] = enrolled
            self._taken[enrolled.id] = at
            self._notes.pop(at, None)
            if note:
                self._notes[at] = note

    def _by_exact_id(self, arrival: _Arrival) -> Enrolled | None:
        """Asked first, so that no row can end up with the id of another."""
        found = self._roster.with_id(arrival.id)
        return found if found is not None and found.id == arrival.id else None

    def _by_any(self, arrival: _Arrival) -> Enrolled | None:
        found = (self._roster.find(one) for one in (arrival.id, *arrival.others))
        return next((one for one in found if one is not None), None)

    def _match_groups(self) -> None:
        """A submission in a group's own name is that of all its learners who have no other."""
        for at, arrival in enumerate(self._arrivals):
            if at in self._found or arrival.mates:
                continue
            team = self._roster.group(arrival.name or "") or self._roster.group(arrival.id)
            free = [one for one in team if one.id not in self._taken]
            if free:
                self._teams[at] = free
                self._taken.update((one.id, at) for one in free)

    def _mates(self) -> tuple[dict[int, list[Enrolled]], dict[str, tuple[str, ...]]]:
        """Who shares a submission with somebody of their group, and who cannot tell which."""
        places: dict[str, dict[int, int]] = {}
        for at, enrolled in self._found.items():
            if enrolled.group:
                places.setdefault(enrolled.group, {})[self._arrivals[at].place] = at
        sharing: dict[int, list[Enrolled]] = {}
        torn: dict[str, tuple[str, ...]] = {}
        for group, found in places.items():
            for mate in self._roster.group(group):
                if mate.id in self._taken:
                    continue
                if len(found) == 1:
                    sharing.setdefault(next(iter(found.values())), []).append(mate)
                else:
                    torn[mate.id] = (
                        said(
                            "Group {group} handed in {number} submissions, "
                            "and none of them names this learner.",
                            group=clean_name(group),
                            number=len(found),
                        ),
                    )
        return sharing, torn

    def _own(self, at: int, arrival: _Arrival, enrolled: Enrolled | None) -> Seat:
        note = self._notes.get(at, "" if enrolled else said("Not in the roster."))
        return _seat(arrival, enrolled, enrolled is not None, note)
