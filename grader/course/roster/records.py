"""The cells of a table exactly as they are written, so that some can be changed and all else stays.

What a csv module writes again is not what a platform wrote: which cells have quotes, how lines end
and where a field is doubled belongs to the file, and a platform may read its own file only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

_LINE_END = re.compile(r"\r\n|\r|\n")


class Record(Struct, frozen=True, gc=False):
    """A row: the line it begins on, its cells with their quotes, and how its last line ends."""

    line: int
    cells: tuple[str, ...]
    end: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell.strip(' "') for cell in self.cells)

    def text(self, delimiter: str) -> str:
        """The row as it stands in the file."""
        return delimiter.join(self.cells) + self.end

    def picked(self, places: Sequence[int]) -> Record:
        """The row with these cells alone."""
        return replace(self, cells=tuple(self._cell(place) for place in places))

    def changed(self, cells: Mapping[int, str], delimiter: str) -> Record:
        """The row with other texts in some cells, which have quotes if they had or need them."""
        width = max(len(self.cells), *(place + 1 for place in cells))
        texts = [self._cell(place) for place in range(width)]
        for place, text in cells.items():
            texts[place] = _written(text, texts[place], delimiter)
        return replace(self, cells=tuple(texts))

    def _cell(self, place: int) -> str:
        return self.cells[place] if place < len(self.cells) else ""


def records(text: str, delimiter: str) -> Iterator[Record]:
    """The rows of a table whose quotes are all closed, empty ones included."""
    mark = re.escape(delimiter)
    cell = re.compile(rf'((?:"[^"]*(?:""[^"]*)*")?[^{mark}\r\n]*)({mark}|\r\n|\r|\n|\Z)')
    place, line = 0, 1
    while place < len(text):
        first, cells, end = line, [], delimiter
        while end == delimiter:
            match = cell.match(text, place)
            assert match is not None
            written, end = match.groups()
            cells.append(written)
            place = match.end()
            line += len(_LINE_END.findall(written))
        line += 1
        yield Record(first, tuple(cells), end)


def _written(text: str, before: str, delimiter: str) -> str:
    if before.startswith('"') or any(sign in text for sign in (delimiter, '"', "\r", "\n")):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
