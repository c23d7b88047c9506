"""What stands outside the brackets, less what is not ours to translate."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.words.pseudo import CLOSE, OPEN

SPOKEN = ("aria-label", "title", "alt", "data-copied", "data-selected")
"""Attributes that a person hears or reads."""
INLINE = frozenset({"a", "bdi", "code", "em", "mi", "mn", "mo", "small", "span", "strong", "tspan"})
EDGES = " .,:;()#…·"
_WORD = re.compile(r"[A-Za-z]{2,}")
_APART = re.compile(r"\s{2,}|\n| [·-] |[│├└─━╌✔✘○◀▌]+")


def outside(text: str) -> str:
    """The text without what stands in brackets; a sentence may go on over several lines.

    What a narrow column cut off ends in an ellipsis and has lost its closing bracket.
    """
    kept: list[str] = []
    depth = 0
    for place, sign in enumerate(text):
        if sign == OPEN:
            depth += 1
        elif sign == CLOSE:
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(sign)
        elif sign == "…" and text[place + 1 : place + 2] in (" ", "\n", ""):
            depth = 0
        if sign == "\n" and depth:
            kept.append("\n")
    return "".join(kept)


def bare(text: str, content: str, ours_not: list[re.Pattern[str]]) -> list[str]:
    """The pieces with words in them that are neither content nor named in `ours_not`."""
    found = []
    for piece in _APART.split(outside(text)):
        left = " ".join(piece.split())
        if left.replace("`", "").strip(EDGES) in content:
            continue
        for pattern in ours_not:
            left = pattern.sub(" ", left)
        left = " ".join(left.split())
        if _WORD.search(left) and left.replace("`", "").strip(EDGES) not in content:
            found.append(left)
    return found


def plain(html: str) -> str:
    """The words of a page: a line for each block, and one for each attribute that is spoken."""
    reader = _Words()
    reader.feed(html)
    return "".join(reader.parts)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        if tag not in INLINE:
            self.parts.append("\n")
        for name, value in attrs:
            if name in SPOKEN and value:
                self.parts.append(f"\n{value}\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")
        if tag not in INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)
