"""Turns what happened into one clear sentence, and hostile text into harmless text. Pure."""

from __future__ import annotations

import re
import unicodedata

from grader.model import Raised, Submission

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


def where(raised: Raised) -> str:
    """` in line 7 of value.py (in __mul__)`, or nothing where that is not known."""
    if raised.line is None:
        return ""
    function = clean_text(raised.function, limit=80)
    inside = f", in {function}" if function and function != "<module>" else ""
    path = clean_text(raised.path, limit=80) if raised.path else ""
    return f" ({path + ' ' if path else ''}line {raised.line}{inside})"


def raised_sentence(raised: Raised) -> str:
    """`TypeError: unsupported operand (value.py line 7, in __mul__)`."""
    name = clean_text(raised.type_name, limit=80)
    message = clean_text(raised.message, limit=300)
    if name == "SystemExit":
        return f"your code called sys.exit({message}){where(raised)}"
    text = f"{name}: {message}" if message else name
    return text + where(raised)


def source_line(submission: Submission, raised: Raised) -> str:
    """The learner's own line an exception came from, or an empty text."""
    for file in submission.files:
        if file.path == (raised.path or submission.main) and raised.line:
            lines = file.text.splitlines()
            if raised.line <= len(lines):
                return clean_text(lines[raised.line - 1].strip(), limit=120)
    return ""


def load_sentence(submission: Submission, raised: Raised) -> str:
    """Why the submission could not be imported, with the learner's own line."""
    main = submission.main
    name = clean_text(raised.type_name, limit=80)
    message = re.sub(r" \([^()]*, line \d+\)$", "", clean_text(raised.message, limit=300))
    if name in {"ModuleNotFoundError", "ImportError"}:
        reason = f"{message}; it is not installed here, and the exercise does not need it"
        if "No module named" not in message:
            reason = message
    elif name == "SystemExit":
        reason = f"it called sys.exit({message}) while being imported"
    elif name == "NotImplementedError" and not message:
        reason = name
    else:
        reason = f"{name}: {message}" if message else name
    line = source_line(submission, raised)
    at = f"\n    line {raised.line}:  {line}" if line and raised.line else ""
    return f"{main} could not be imported: {reason}{at}"
