"""That a submission could not be imported: one message, made here and known again here."""

from __future__ import annotations

from typing import NamedTuple

from grader.text.message import Message
from grader.text.words import said


class ImportFailure(NamedTuple):
    """The file that could not be imported, and why."""

    main: str
    reason: str


def not_imported(main: str, reason: str) -> Message:
    """The sentence that a submission's report begins with."""
    return said("{main} could not be imported: {reason}", main=main, reason=reason)


_TEMPLATE = not_imported("", "").one


def import_failure(message: str) -> ImportFailure | None:
    """What `not_imported` was given; None for another message, and for one that was saved."""
    if not isinstance(message, Message) or message.one != _TEMPLATE:
        return None
    return ImportFailure(str(message.values["main"]), str(message.values["reason"]))
