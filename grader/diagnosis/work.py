"""How much work explaining one submission may be, counted so that it comes to the same anywhere.

Seconds depend on the machine and on what else it does; a count of steps does not, so the same file
is always explained as far. A step is one that is asked of a worker, in each order of sets, or one
that is replayed on the reference; so many bytes of an answer cost as much, and making the module of
a replay costs some. What is remembered of another submission is counted as if it were done.
"""

from __future__ import annotations

MOST_STEPS = 300_000
"""A third more than the most laborious of some two hundred wrong submissions takes; half of them
take less than a fortieth of it."""

BYTES_A_STEP = 100


class CutShort(Exception):
    """The work that one submission is given is used up."""


class Work:
    """What explaining one submission has cost so far."""

    def __init__(self, most: float = MOST_STEPS) -> None:
        self.most = most
        self.spent = 0

    def spend(self, steps: int, answered: int = 0) -> None:
        """Counts steps and the bytes of answers; CutShort when there is no more to spend."""
        self.spent += steps + answered // BYTES_A_STEP
        if self.spent > self.most:
            raise CutShort
