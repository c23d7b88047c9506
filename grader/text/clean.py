"""Hostile text made harmless: the one place that knows what a character may do. Pure.

Whatever came out of a submission, a name on a disk included, may try to drive the terminal it is
printed on, to reorder or hide the text around it, or to fill the screen. There are two policies.
What is kept, sent or said has such characters replaced (`clean_text`, and `clean_name` for names).
What is drawn for a person has them spelled out (`spell_out`): an invisible character in a
learner's line is often the very thing the learner is looking for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

ELLIPSIS = "…"
REPLACEMENT = "\ufffd"
DRAWN = 4000
"""Characters of a text that is drawn, where nothing else is said."""

MARKS_IN_A_ROW = 3
"""More than any script stacks on one letter: drawn, further ones would climb out of their line."""

# Controls, formats (all direction controls, joiners, tags), surrogates; and what is different on
# every machine or is no character: private use, unassigned.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters, marks and a sign that are drawn as nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINERS = "\u200c\u200d"  # needed inside Persian words and in emoji made of several

_WORD_SPACES = str.maketrans(dict.fromkeys("\t\n\r\v\f\u2028\u2029", " "))
_LINE_SPACES = {**_WORD_SPACES, ord("\n"): "\n", ord("\t"): "    "}
_SPACE = re.compile(r"[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# What a terminal takes for itself, and selectors, which change a width. Each alternative ends at
# the next escape at the latest, so that no text is scanned twice.
_TAKEN_UP = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]+[0-~]"
    r"|\x1b[0-OQ-WYZ\\`-~]"
    r"|[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def with_newlines(text: str) -> str:
    """The text with every line ended as Python ends it, by a newline alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean_text(text: str, *, limit: int = 500, lines: bool = False) -> str:
    """`text` with what acts or cannot be seen replaced, at most `limit` characters.

    With `lines`, newlines stay and tabs become spaces; without, all white space folds to one
    space, so the result is a single line.
    """
    result = text[: limit + 1]
    if not (result.isascii() and result.isprintable()):
        spaced = result.translate(_LINE_SPACES if lines else _WORD_SPACES)
        result = _harmless(spaced, lambda _: REPLACEMENT, marks_in_a_row=len(spaced))
    if not lines:
        result = " ".join(result.split())
    if len(text) > limit:
        return result[:limit].rstrip() + ELLIPSIS
    return text if result == text else result  # a message that is clean stays one


def clean_name(text: str, *, limit: int = 200, joiners: bool = False) -> str:
    """The first `limit` characters of a name, with a `?` for each one that is not printable.

    With `joiners`, those that stand behind a letter that is not ASCII stay.
    """
    cut = text[:limit]
    if cut.isprintable():
        return cut
    kept: list[str] = []
    for character in cut:
        before = kept[-1] if joiners and kept else " "
        joins = character in _JOINERS and before.isprintable() and not before.isascii()
        kept.append(character if joins or character.isprintable() else "?")
    return "".join(kept)


def spell_out(text: str, *, limit: int = DRAWN) -> str:
    """`text` without anything a terminal acts on, at most about `limit` characters.

    Newlines stay; terminal sequences go; what else cannot be seen is spelled out, as `\\u202e`.
    """
    cut = text if len(text) <= limit else text[:limit] + ELLIPSIS
    if cut.isascii() and cut.replace("\n", "").isprintable():
        return cut
    cut = _LINE_END.sub("\n", _TAKEN_UP.sub("", cut)).replace("\t", "    ")
    return _harmless(_SPACE.sub(" ", cut), spelled, marks_in_a_row=MARKS_IN_A_ROW)


def spelled(character: str) -> str:
    """A character in ASCII, as `\\u4e2d`."""
    return character.encode("unicode_escape").decode("ascii")


def _harmless(text: str, instead: Callable[[str], str], *, marks_in_a_row: int) -> str:
    """`text` with `instead` of every character that acts or cannot be seen."""
    kept: list[str] = []
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind[0] == "M" else 0
        if character == "\n":
            kept.append(character)
        elif kind in _UNSEEN or character in _BLANK:
            kept.append(instead(character))
        elif marks <= marks_in_a_row:
            kept.append(character)
    return "".join(kept)
