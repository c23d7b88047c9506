"""What a learner's exception comes to, as one clear sentence. Pure."""

from __future__ import annotations

import difflib
import os
import re
import signal
import unicodedata
from collections.abc import Sequence

from grader.model.exercise import Limits, Submission
from grader.model.import_failure import not_imported
from grader.model.program import Raised
from grader.text.clean import clean_text
from grader.text.words import joined, listed, said

NAMELESS = "?"
"""For an exception whose name holds nothing that can be shown: only a forged one has none."""


def _placed(what: str, raised: Raised) -> str:
    """With the place in brackets, `(value.py line 7, in __mul__)`, as far as it is known."""
    if raised.line is None:
        return joined("", (what,))
    function = clean_text(raised.function.rpartition(".")[2], limit=80)
    path = clean_text(raised.path, limit=80) if raised.path else ""
    known = {"what": what, "line": raised.line}
    if not function or function == "<module>":
        if not path:
            return said("{what} (line {line})", **known)
        return said("{what} ({path} line {line})", path=path, **known)
    if not path:
        return said("{what} (line {line}, in {function})", function=function, **known)
    return said("{what} ({path} line {line}, in {function})", path=path, function=function, **known)


def raised_sentence(raised: Raised) -> str:
    """`TypeError: unsupported operand (value.py line 7, in __mul__)`."""
    name = clean_text(raised.type_name, limit=80) or NAMELESS
    message = clean_text(raised.message, limit=300)
    if name == "SystemExit":
        return _placed(said("your code called sys.exit({message})", message=message), raised)
    return _placed(": ".join(filter(None, (name, message))), raised)


def source_line(submission: Submission, raised: Raised) -> str:
    """The learner's own line an exception came from, or an empty text."""
    return clean_text(_line_of(submission, raised).strip(), limit=120)


def _line_of(submission: Submission, raised: Raised) -> str:
    for file in submission.files:
        if file.path == (raised.path or submission.main) and raised.line:
            lines = file.text.splitlines()
            if raised.line <= len(lines):
                return lines[raised.line - 1]
    return ""


def load_sentence(submission: Submission, raised: Raised) -> str:
    """Why the submission could not be imported, with the learner's own line."""
    main = submission.main
    name = clean_text(raised.type_name, limit=80)
    message = re.sub(r" \([^()]*, line \d+\)$", "", clean_text(raised.message, limit=300))
    if name in {"ModuleNotFoundError", "ImportError"}:
        reason: str = said(
            "{message}; it is not installed here, and the exercise does not need it",
            message=message,
        )
        if "No module named" not in message:
            reason = message
    elif name == "SystemExit":
        reason = said("it called sys.exit({message}) while being imported", message=message)
    elif name == "NotImplementedError" and not message:
        reason = name
    else:
        reason = f"{name}: {message}" if message else name
    return not_imported(main, joined("\n    ", (reason, *_shown_line(submission, raised))))


def _shown_line(submission: Submission, raised: Raised) -> tuple[str, ...]:
    """The learner's own line, where it is known, with its number and a caret below."""
    line = source_line(submission, raised)
    if not line or not raised.line:
        return ()
    caret = _caret(submission, raised, line)
    if not caret:
        return (said("line {line}:  {code}", line=raised.line, code=line),)
    # the code stands on a line of its own: a translation of the words would move the caret
    return said("in line {line}:", line=raised.line), line, caret


def _caret(submission: Submission, raised: Raised, shown: str) -> str:
    """A caret under the column of the line as it is shown; nothing where that cannot be said."""
    line = _line_of(submission, raised)
    if raised.column is None or line.strip() != shown:
        return ""
    at = raised.column - 1 - (len(line) - len(line.lstrip()))
    if not 0 <= at <= len(shown):
        return ""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in shown[:at])
    return " " * (at + wide) + "^"


def death_sentence(status: int | None) -> str:
    """One sentence for a wait status."""
    if status is None:
        return said("your code ended the process it ran in")
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return said("your code ended the process it ran in (exit code {code})", code=code)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return said("the process your code ran in was ended by {name}", name=name)


def timeout_sentence(kind: str, limits: Limits) -> str:
    """What was used up, for a `kind` of `TargetTimeout`."""
    if kind == "total":
        return said(
            "the time of {seconds:g} s for the whole submission is used up",
            seconds=limits.submission_s,
        )
    by = {"wall": limits.check_wall_s, "import": limits.import_s}
    seconds = by.get(kind, limits.check_cpu_s)
    return said("your code was stopped after {seconds:g} s", seconds=seconds)


def no_class_sentence(main: str, wanted: str, names: Sequence[str]) -> str:
    """That the file defines no such class, with the nearest of the names it defines."""
    folded = {name.lower(): name for name in names}
    near = difflib.get_close_matches(wanted.lower(), folded, n=1, cutoff=0.5)
    if not names:
        return said(
            "{main} loads, but has no class named `{wanted}`: it defines nothing.",
            main=main,
            wanted=wanted,
        )
    if not near:
        return said(
            "{main} loads, but has no class named `{wanted}` (it has {found}).",
            main=main,
            wanted=wanted,
            found=listed([f"`{clean_text(name)}`" for name in names[:3]]),
        )
    return said(
        "{main} loads, but has no class named `{wanted}` (it has `{found}`): the name must match "
        "exactly.",
        main=main,
        wanted=wanted,
        found=clean_text(folded[near[0]]),
    )
