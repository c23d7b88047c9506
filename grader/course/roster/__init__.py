"""Who is in the course, and what a grader decided by hand: rosters, the join, overrides.

The table that a platform wrote is a roster too, and is filled with the marks here.
"""

from grader.course.roster.filling import Filled, filled
from grader.course.roster.join import Row, Seat, join, seats
from grader.course.roster.layout import Platform
from grader.course.roster.learners import Enrolled, Roster, read_roster
from grader.course.roster.overrides import Override, read_overrides

__all__ = [
    "Enrolled",
    "Filled",
    "Override",
    "Platform",
    "Roster",
    "Row",
    "Seat",
    "filled",
    "join",
    "read_overrides",
    "read_roster",
    "seats",
]
