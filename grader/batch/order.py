"""Tells of learners in the order of the class, as soon as all before them are settled."""

from __future__ import annotations

from grader.batch.reports import Names
from grader.batch.told import Listener, Settled
from grader.gradebook import learners
from grader.gradebook.store import Gradebook


class InOrder:
    """Follows one run. What waits for its turn waits in the gradebook, not in memory."""

    def __init__(self, book: Gradebook, run: int, names: Names, listener: Listener) -> None:
        self.book = book
        self.run = run
        self.names = names
        self.listener = listener
        self.place = -1

    def follow(self) -> None:
        """Tells of everybody up to the first who is not settled yet."""
        for one in learners.settled_after(self.book, self.run, self.place):
            self.place = one.place
            told = Settled(self.names.id(one.learner), one.state, False, one.score, one.max_score)
            self.listener.in_order(told)
