"""Where a class comes from: a download and a roster, as what each learner handed in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.batch.doubts import doubts_about
from grader.batch.plan import Handed, Shard
from grader.course.downloads import Download, Undecided, open_download
from grader.course.roster import Roster, Row, Seat, join, read_overrides, read_roster, seats
from grader.gradebook.doubts import Doubt
from grader.model.errors import UsageProblem
from grader.text.words import said


class ClassSource:
    """An open download with its roster; what it holds is read one submission at a time."""

    def __init__(self, download: Download, roster: Roster | None) -> None:
        self.download = download
        self.roster = roster

    def handed(self, shard: Shard | None, only: frozenset[str]) -> Iterator[Handed]:
        """What the learners of this part of the class handed in.

        UsageProblem when a learner asked for is not there.
        """
        missing = set(only)
        for row in join(self.download, self.roster, wanted=_wanted(shard, only)):
            missing.discard(row.learner_id)
            yield _handed(row)
        if shard is None and missing:
            raise UsageProblem(
                said("nobody in this class has the id {missing}", missing=min(missing)),
                next_move=said("The ids are in the first column of grades.csv."),
            )

    def doubts(self) -> tuple[Doubt, ...]:
        """What is doubtful about the whole class, as its names tell."""
        claims = self.download.claims
        found = seats(claims, self.roster) if self.roster else ()
        return doubts_about(
            claims,
            found,
            self.roster,
            several_names=[one.learner_id for one in claims if one.undecided is Undecided.NAMES],
            tied=[one.learner_id for one in claims if one.undecided is Undecided.TIE],
        )

    def overrides(
        self, path: Path, max_score: float, shard: Shard | None
    ) -> dict[str, tuple[float, str]]:
        """A grader's own marks, by learner. UsageProblem with the line of what is wrong."""
        known = [seat.learner_id for seat in seats(self.download.claims, self.roster)]
        found = read_overrides(path, max_score=max_score, known=known, roster=self.roster)
        return {
            learner: (one.score, one.reason)
            for learner, one in found.items()
            if shard is None or shard.holds(learner)
        }


@contextlib.contextmanager
def open_class(
    source: Path,
    module_file: str,
    roster: Path | None,
    *,
    layout: str | None = None,
    id_pattern: str | None = None,
) -> Iterator[ClassSource]:
    """The class at `source`, read as `open_download` reads it. UsageProblem when there is none."""
    with open_download(source, module_file, layout=layout, id_pattern=id_pattern) as download:
        yield ClassSource(download, read_roster(roster) if roster is not None else None)


def _wanted(shard: Shard | None, only: frozenset[str]) -> Callable[[int, Seat], bool]:
    def wanted(_: int, seat: Seat) -> bool:
        if only and seat.learner_id not in only:
            return False
        return shard is None or shard.holds(seat.learner_id)

    return wanted


def _handed(row: Row) -> Handed:
    entry = row.entry
    if entry is None:
        return Handed(row.learner_id, row.learner_name, group=row.group or "", notes=row.notes)
    return Handed(
        learner=row.learner_id,
        name=row.learner_name,
        submission=entry.submission,
        refusal=entry.refusal,
        late=bool(entry.late),
        submitted_at=entry.submitted_at,
        attempt=entry.attempt,
        notes=row.notes,
        group=row.group or "",
        paths=entry.paths,
    )
