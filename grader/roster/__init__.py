"""Who is in the course, and what a grader decided by hand: rosters, the join, overrides."""

from grader.roster.join import Row, Seat, join, seats
from grader.roster.learners import Enrolled, Roster, read_roster
from grader.roster.overrides import Override, read_overrides

__all__ = [
    "Enrolled",
    "Override",
    "Roster",
    "Row",
    "Seat",
    "join",
    "read_overrides",
    "read_roster",
    "seats",
]
