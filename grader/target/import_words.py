"""Where an import failed, and why, in a few words: what notes and refusals share. Pure."""

from __future__ import annotations

import re

from grader.model.exercise import Place, Submission
from grader.model.program import Raised
from grader.target.loading import Lesson
from grader.text.clean import clean_text
from grader.text.words import said

NO_MESSAGE = frozenset({"", "None", "True", "False", "0", "1"})
"""What `sys.exit` was given, where it says nothing to a person."""


def named_at(submission: Submission, lesson: Lesson) -> str:
    """The name that is missing, with the line that asked for it."""
    return said("`{name}` ({place})", name=lesson.name, place=place_of(submission, lesson.raised))


def place_of(submission: Submission, raised: Raised) -> str:
    """The learner's own line that an exception came from."""
    place = submission.place(raised.path or submission.main, raised.line)
    return line_words(place, submission)


def main_line(submission: Submission, line: int) -> str:
    """A line of the main file."""
    return line_words(submission.place(submission.main, line), submission)


def line_words(place: Place | None, submission: Submission) -> str:
    """`line 7`, `line 7 of cell 3`, or `line 7 of helper.py` beside the main file."""
    if place is None:
        return said("an unknown line")
    if place.cell is not None:
        return said("line {line} of cell {cell}", line=place.line, cell=place.cell)
    if place.path != submission.main:
        return said("line {line} of {path}", line=place.line, path=clean_text(place.path))
    return said("line {line}", line=place.line)


def reason_of(raised: Raised) -> str:
    """An exception of an import, in a few words."""
    name = clean_text(raised.type_name, limit=80)
    message = re.sub(r" \([^()]*, line \d+\)$", "", clean_text(raised.message, limit=300))
    if name in {"ModuleNotFoundError", "ImportError"}:
        if "No module named" not in message:
            return message
        return said(
            "{message}; it is not installed here, and the exercise does not need it",
            message=message,
        )
    if name == "SystemExit":
        if message in NO_MESSAGE:
            return said("the program ended itself (`SystemExit`)")
        return said("the program ended itself (`SystemExit: {message}`)", message=message)
    return f"{name}: {message}" if message else name
