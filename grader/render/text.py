"""Text for people: one line, so many cells, ASCII; and numbers in the shape people read."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len

from grader.model.tolerance import close
from grader.text.clean import DRAWN, MARKS_IN_A_ROW, spell_out, spelled
from grader.text.words import _, ngettext

_ASCII = str.maketrans(
    {
        "…": "...", "·": "-", "×": "x", "÷": "/", "−": "-", "–": "-", "—": "-", "‑": "-",
        "‘": "'", "’": "'", "“": '"', "”": '"', "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=",
        "→": "->", "←": "<-", "²": "^2", "³": "^3", "∂": "d", "∞": "inf",
        "∗": "*", "√": "sqrt", "∈": " in ", "•": "*",
    }
)  # fmt: skip


_GREEK = re.compile(r"GREEK (?:SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+)$")


def one_line(text: str, *, limit: int = DRAWN) -> str:
    """`text` cleaned, on a single line."""
    return " ".join(spell_out(text, limit=limit).split())


def to_ascii(text: str) -> str:
    """`text` in ASCII: signs by their usual spelling, accents dropped, all else as `\\u4e2d`."""
    if text.isascii():
        return text
    return "".join(map(_ascii_character, text.translate(_ASCII)))


def _ascii_character(character: str) -> str:
    if character.isascii():
        return character
    plain = "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    letter = _GREEK.match(unicodedata.name(plain, "")) if len(plain) == 1 else None
    if letter:
        return letter[1].lower()
    if plain.isascii() and plain.isprintable() and (plain or unicodedata.combining(character)):
        return plain
    return spelled(character)


def fit(text: str, width: int, *, ellipsis: str = "…") -> str:
    """`text` in at most `width` terminal cells; what was cut off shows as `ellipsis`."""
    if cell_len(text) <= width:
        return text
    room = width - len(ellipsis)
    if room < 1:
        return ellipsis[:width]
    kept: list[str] = []
    for character in text[: room + MARKS_IN_A_ROW * room]:
        room -= cell_len(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + ellipsis


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` filled up with spaces to `width` terminal cells, on its left when `right`."""
    fill = " " * (width - cell_len(text))
    return fill + text if right else text + fill


def exact(value: float) -> str:
    """A number of points as it stands in the report: four decimals, no trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def points(score: float, max_score: float) -> str:
    """`score` with one decimal; with more where one would make it nothing, or full marks."""
    for places in range(1, 5):
        text = f"{score:.{places}f}"
        if _standing(float(text), max_score) == _standing(score, max_score):
            break
    return text.rstrip("0").rstrip(".")


def _standing(score: float, max_score: float) -> tuple[bool, bool]:
    return score > 0, score >= max_score


def beside(expected: str, got: str) -> tuple[str, str]:
    """Two numbers short enough to compare at a glance, and never made equal by that."""
    short = _short(expected), _short(got)
    return short if (short[0] == short[1]) == (expected == got) else (expected, got)


def agree(expected: str, got: str) -> bool:
    """Whether two numbers given as text are the same within the tolerance of the checks."""
    try:
        return close(float(got), float(expected))
    except ValueError:
        return expected == got


def _short(number: str) -> str:
    if len(number) <= 10:
        return number
    try:
        value = float(number)
    except ValueError:
        return number
    return f"{value:.6g}" if math.isfinite(value) else number


def size(count_of_bytes: int) -> str:
    """A file size: `812 B`, `1.4 kB`, `2.1 MB`."""
    value, unit = float(count_of_bytes), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 999.95:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def duration(seconds: float) -> str:
    """A length of time: `0.31 s`, `12.4 s`, `2 min 5 s`."""
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def listing(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return _("{names} and {last}").format(names=", ".join(words[:-1]), last=words[-1])


def counted_learners(number: int) -> str:
    """`1 learner`, `3 learners`."""
    return ngettext("{number} learner", "{number} learners", number).format(number=number)


def counted_checks(number: int) -> str:
    """`1 check`, `3 checks`."""
    return ngettext("{number} check", "{number} checks", number).format(number=number)


def hidden_failed(number: int) -> str:
    """`2 hidden checks failed`."""
    words = ngettext("{number} hidden check failed", "{number} hidden checks failed", number)
    return words.format(number=number)


def more_lines(number: int) -> str:
    """`3 more lines`."""
    return ngettext("{number} more line", "{number} more lines", number).format(number=number)


def passed_of(passed: int, number: int) -> str:
    """`2 of 3 checks`."""
    words = ngettext("{passed} of {number} check", "{passed} of {number} checks", number)
    return words.format(passed=passed, number=number)


def worth(points: float, shown: str) -> str:
    """`1 point`, `2.5 points`; `shown` is the number as it is written."""
    # a broken number takes the form of many, in every language we know of
    number = 1 if points == 1 else 2 if points != int(points) else int(points)
    words = ngettext("{points} point", "{points} points", number)
    return words.format(points=shown)
