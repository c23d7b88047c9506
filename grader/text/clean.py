"""Harmless text from hostile text. Pure."""

from __future__ import annotations

import unicodedata

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
    if len(text) > limit:
        return result[:limit].rstrip() + ELLIPSIS
    return text if result == text else result  # a message that is clean stays one
