"""What has to be so before a gradebook's marks are passed on: finished, and nobody else's."""

from __future__ import annotations

from grader.gradebook import runs
from grader.gradebook.checksums import edited_marks
from grader.gradebook.runs import Run
from grader.gradebook.store import Gradebook
from grader.model.errors import UsageProblem
from grader.text.words import said


def sound_run(book: Gradebook) -> Run:
    """The run that the gradebook's marks are of.

    UsageProblem where it did not come to its end, or where another hand edited a mark.
    """
    last = runs.last(book)
    if last is None or not last.finished:
        raise UsageProblem(
            said("{folder} is not finished", folder=book.path.parent),
            next_move=said("Run its batch again: it goes on where it stopped."),
        )
    if next(edited_marks(book), None) is not None:
        raise UsageProblem(
            said("a mark in {book} was edited by another hand", book=book.path),
            next_move=said("Run its batch again: what was edited is graded anew."),
        )
    return last
