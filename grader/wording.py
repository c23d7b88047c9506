"""Turns what happened into one clear sentence, and hostile text into harmless text. Pure."""

from __future__ import annotations

import re
import unicodedata

from grader.model import Raised, Submission
from grader.words import said

ELLIPSIS = "…"
# bidirectional controls and invisible characters reorder or hide the text around them
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def clean_text(text: str, *, limit: int = 500, lines: bool = False) -> str:
    """`text` without control, format and surrogate characters, at most `limit` characters.

    With `lines`, newlines stay and tabs become spaces; without, all white space folds to one
    space, so the result is a single line.
    """
    cut = text[: limit + 1]
    kept = []
    for character in cut:
        if character == "\n" and lines:
            kept.append(character)
        elif character in "\t\n\r\v\f\u2028\u2029":
            kept.append("    " if lines and character == "\t" else " ")
        elif character in _INVISIBLE or unicodedata.category(character) in {"Cc", "Cs", "Cf"}:
            kept.append("\ufffd")
        else:
            kept.append(character)
    result = "".join(kept)
    if not lines:
        result = " ".join(result.split())
    return result if len(text) <= limit else result[:limit].rstrip() + ELLIPSIS


def _placed(what: str, raised: Raised) -> str:
    """With the place in brackets, `(value.py line 7, in __mul__)`, as far as it is known."""
    if raised.line is None:
        return what
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
    name = clean_text(raised.type_name, limit=80)
    message = clean_text(raised.message, limit=300)
    if name == "SystemExit":
        return _placed(said("your code called sys.exit({message})", message=message), raised)
    return _placed(f"{name}: {message}" if message else name, raised)


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
        reason = said(
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
    line = source_line(submission, raised)
    told = said("{main} could not be imported: {reason}", main=main, reason=reason)
    if not line or not raised.line:
        return told
    caret = _caret(submission, raised, line)
    if not caret:
        return told + "\n    " + said("line {line}:  {code}", line=raised.line, code=line)
    # the code stands on a line of its own: a translation of the words would move the caret
    where = said("in line {line}:", line=raised.line)
    return "\n    ".join((told, where, line, caret))


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
