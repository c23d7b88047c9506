"""The notes of an import that gave the graded class. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from grader.target.import_words import line_words, main_line, named_at, place_of, reason_of
from grader.target.loading import Ending, Kind, Loading, Problem
from grader.target.not_loaded import why_absent
from grader.text.words import listed, said, said_many

MOST_NAMED = 5
"""Missing modules that are named."""

MOST_TOLD = 3
"""Failures that have a note each."""

GUARD = '`if __name__ == "__main__":`'


def notes(loading: Loading) -> Iterator[str]:
    """What there is to say of an import that gave the graded class."""
    submission = loading.submission
    missing = loading.named(Kind.MODULE)
    if missing:
        named = [named_at(submission, one) for one in missing]
        yield said_many(
            "{names} is not installed here, only the standard library is. Your file was imported "
            "without it. Delete the import if your class does not need it.",
            "{names} are not installed here, only the standard library is. Your file was imported "
            "without them. Delete the imports if your class does not need them.",
            number=len(missing),
            names=listed(named, MOST_NAMED),
        )
    for one in loading.named(Kind.NAME):
        yield said(
            "`{name}` exists only in Jupyter ({place}): at the top level it did nothing here.",
            name=one.name,
            place=place_of(submission, one.raised),
        )
    for one in loading.named(Kind.ANNOTATION):
        yield said(
            "The annotation in {place} cannot be evaluated ({reason}), so it was left as it is. "
            "Define the name above it, or begin the file with "
            "`from __future__ import annotations`.",
            place=place_of(submission, one.raised),
            reason=reason_of(one.raised),
        )
    yield from why_absent(loading)
    for problem in loading.problems[:MOST_TOLD]:
        yield _failed(loading, problem)
    if loading.failed > MOST_TOLD:
        yield said_many(
            "{number} more statement or cell failed in this way.",
            "{number} more statements or cells failed in this way.",
            number=loading.failed - MOST_TOLD,
        )
    for ending in loading.endings:
        yield _ended(loading, ending)


def _failed(loading: Loading, problem: Problem) -> str:
    """A statement that was left out, or the rest of a file or cell that was not run."""
    submission, reason = loading.submission, reason_of(problem.raised)
    place = place_of(submission, problem.raised)
    if problem.line is not None:
        if problem.raised.path in ("", submission.main):
            place = main_line(submission, problem.line)
        return said("Left out, because it failed: {place} ({reason}).", place=place, reason=reason)
    if problem.unit >= len(loading.cells):
        return _import_ended(place, reason)
    cell = loading.cells[problem.unit].number
    if problem.is_unread:
        return said(
            "Cell {cell} was not run, because Python cannot read it ({place}): {reason}",
            cell=cell,
            place=place,
            reason=reason,
        )
    return said(
        "Cell {cell} failed, and the rest of it was not run ({place}): {reason}",
        cell=cell,
        place=place,
        reason=reason,
    )


def _ended(loading: Loading, ending: Ending) -> str:
    submission = loading.submission
    place = line_words(submission.place(loading.path_of(ending.unit), ending.line), submission)
    if ending.unit < len(loading.cells):
        return said(
            "The rest of a cell was not run, from {place} on: {reason}.",
            place=place,
            reason=ending.reason,
        )
    return _import_ended(place, ending.reason)


def _import_ended(place: str, reason: str) -> str:
    return said(
        "The import ended at {place}: {reason}. What stands above is graded. Put what is to "
        "run only on your own machine below {guard}.",
        place=place,
        reason=reason,
        guard=GUARD,
    )
