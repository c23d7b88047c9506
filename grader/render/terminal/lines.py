"""The sheet a scorecard is written on: its width, its signs, its colours, its ways to break lines.

Everything below `render.scorecard` becomes a list of lines, each at most as wide as the sheet, so
that nothing is left to a terminal's own wrapping. Every character passes through `Page.safe`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from grader.render.text import fit, one_line, pad, to_ascii
from grader.text.clean import spell_out

WIDEST = 100  # beyond this the eye no longer finds the next line
MEASURE = 88
PROSE_LINES = 14
PROSE_CHARACTERS = 1000

# Chosen to be read on black and on white alike: about 4 : 1 or better on both, which a test holds.
GOOD = "color(29)"
BAD = "color(161)"
CODE = "color(30)"
QUIET = "color(243)"
WARN = "bold black on color(178)"
WARN_TEXT = "color(130)"

Line = Text

_INLINE_CODE = re.compile(r"`[^`]{1,60}`")
_GLUE = "\ue000"  # stands for a space inside code while lines are broken; `clean` lets none in


class Signs(NamedTuple):
    """The characters that are more than text."""

    good: str
    bad: str
    todo: str
    earned: str
    open: str
    rule: str
    gutter: str
    dot: str
    ellipsis: str
    pointer: str


UNICODE = Signs("✔", "✘", "○", "━", "╌", "─", "│", "·", "…", "◀")
ASCII = Signs("[ok]", "[no]", "[..]", "#", ".", "-", "|", "-", "...", "<--")


class Page:
    """Makes safe lines for one console."""

    def __init__(self, console: Console, options: ConsoleOptions) -> None:
        self.console = console
        self.width = max(1, min(options.max_width, WIDEST))
        self.ascii = options.ascii_only
        self.signs = ASCII if self.ascii else UNICODE

    def safe(self, text: str) -> str:
        """`text` as this console may show it, on one line."""
        line = one_line(text)
        return to_ascii(line) if self.ascii else line

    def fit(self, text: str, width: int, *, spaced: bool = False) -> str:
        """`text`, safe and cut to `width` cells; with `spaced`, its runs of spaces kept."""
        line = self.safe_spaced(text).rstrip() if spaced else self.safe(text)
        return fit(line, width, ellipsis=self.signs.ellipsis)

    def cell(self, text: str, width: int, style: str = "", *, right: bool = False) -> Line:
        """`text`, safe, cut and filled up to exactly `width` cells."""
        return Text(pad(self.fit(text, width), width, right=right), style=style)

    def line(self, *parts: str | Line | tuple[str, str]) -> Line:
        """One line of parts: plain text, text with a style, or lines made before."""
        joined = Text()
        for part in parts:
            if isinstance(part, Text):
                joined.append_text(part)
            elif isinstance(part, str):
                joined.append(self.safe_spaced(part))
            else:
                joined.append(self.safe_spaced(part[0]), style=part[1])
        joined.truncate(self.width, overflow="crop")
        joined.rstrip()
        return joined

    def safe_spaced(self, text: str) -> str:
        """`text` made safe on one line, its runs of spaces kept."""
        line = spell_out(text).replace("\n", " ")
        return to_ascii(line) if self.ascii else line

    def rule(self, title: str = "") -> Line:
        """A line across the sheet, with a title near its left end."""
        if not title:
            return Text(self.signs.rule * self.width, style=QUIET)
        name = self.fit(title, self.width - 8)
        rest = self.signs.rule * (self.width - cell_len(name) - 4)
        parts = ((f"{self.signs.rule * 2} ", QUIET), (name, "bold"), (f" {rest}", QUIET))
        return Text.assemble(*parts)

    def prose(
        self,
        text: str,
        style: str = "",
        *,
        reflow: bool = False,
        most: int = PROSE_LINES,
        less: int = 0,
    ) -> list[Line]:
        """`text` as paragraphs; a line that starts with two spaces is kept as it stands.

        With `reflow`, single line breaks inside a paragraph do not count. `less` is what a line
        leaves free of the page's width.
        """
        lines: list[Line] = []
        if not text.strip():
            return lines
        for paragraph in _paragraphs(spell_out(text, limit=PROSE_CHARACTERS), reflow):
            if paragraph.startswith("  "):
                verbatim = to_ascii(paragraph) if self.ascii else paragraph
                shown = fit(verbatim, self.width - less, ellipsis=self.signs.ellipsis)
                lines.append(Text(shown.rstrip(), style=CODE))
            else:
                lines.extend(self.wrapped(paragraph, style, less=less))
        if len(lines) > most:
            lines = [*lines[: most - 1], Text(self.signs.ellipsis, style=QUIET)]
        return lines

    def wrapped(self, text: str, style: str = "", *, less: int = 0) -> list[Line]:
        """`text` as one paragraph in lines of a readable length, `less` than the page leaves, with
        its code set off."""
        glued = _INLINE_CODE.sub(lambda code: code[0].replace(" ", _GLUE), self.safe(text))
        paragraph = Text(glued, style=style)
        paragraph.highlight_regex(_INLINE_CODE, CODE)
        width = max(1, min(self.width, MEASURE) - less)
        lines = list(paragraph.wrap(self.console, width, overflow="fold"))
        for line in lines:
            line.plain = line.plain.replace(_GLUE, " ")
            line.rstrip()
        return lines


def _paragraphs(text: str, reflow: bool) -> list[str]:
    """The lines of `text`; with `reflow`, neighbours of one paragraph joined."""
    found: list[str] = []
    for line in text.strip("\n").split("\n"):
        joins = reflow and bool(found) and bool(found[-1]) and bool(line.strip())
        if joins and not line.startswith("  ") and not found[-1].startswith("  "):
            found[-1] = f"{found[-1]} {line.strip()}"
        else:
            found.append(line.rstrip() if line.startswith("  ") else line.strip())
    return found
