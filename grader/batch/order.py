"""Tells of learners in the order of the class, as soon as all before them are settled."""

from __future__ import annotations

from grader.batch.reports import Names
from grader.batch.settle import Listener, Settled
from grader.gradebook import Gradebook


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
        rows = self.book.stream(
            "SELECT l.place, l.id, l.state, m.score, m.max_score FROM learners l "
            "LEFT JOIN marks m ON m.id = l.mark AND l.state = 'graded' "
            "WHERE l.run = :run AND l.place > :place ORDER BY l.place",
            {"run": self.run, "place": self.place},
        )
        for place, learner, state, score, max_score in rows:
            if state == "waiting":
                rows.close()
                return
            self.place = place
            told = Settled(self.names.id(learner), state, False, score, max_score)
            self.listener.in_order(told)
