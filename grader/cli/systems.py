"""Verbs that need more of a system than the learner's do."""

from __future__ import annotations

import sys

from grader.model.errors import Fault
from grader.text.words import said


def refuse_windows(verb: str) -> None:
    """Fault on Windows, in one line and before anything is done."""
    if sys.platform == "win32":
        raise Fault(
            said("`grader {verb}` works on Linux and macOS only", verb=verb),
            next_move=said("On Windows, run it in the Windows Subsystem for Linux (WSL)."),
        )
