"""A CSV as spreadsheets and platforms write it: any of three delimiters, with or without a BOM."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from grader.model.errors import UsageProblem
from grader.text.clean import clean_text
from grader.text.words import said

LARGEST_TABLE = 64 * 1024 * 1024
_DELIMITERS = ",;\t"
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "utf-8"),
)
"""Byte order marks and what they stand for."""

_GUARDED = re.compile(r'="(?P<text>[^"]*)"|\'(?P<rest>[=+\-@].*)', re.DOTALL)


class Table:
    """The rows of a CSV below its header; cells are found by the names of columns.

    `text` is all of it, with the delimiter and as many lines as the file; `name` is what it is
    called when something is wrong with it.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._mark, self._encoding = next(one for one in _ENCODINGS if data.startswith(one[0]))
        text, self._hint = self._decoded(data), ""
        if text.lower().startswith("sep="):  # Excel's own first line
            self._hint, _, rest = text.partition("\n")
            text = f"\n{rest}"
        self.text = text
        self.delimiter = _delimiter(text)
        self._lines = io.StringIO(text, newline="").readlines()
        # strict, for else a quote that is not closed takes the rest of the table into its cell
        self._reader = csv.reader(iter(self._lines), delimiter=self.delimiter, strict=True)
        self.titles: Sequence[str] = ()
        for _, cells in self._cells():
            self.titles = cells
            break
        else:
            raise UsageProblem(
                said("{table} is empty.", table=self._shown()),
                next_move=said("Give a CSV with a header."),
            )
        self.columns = tuple(column_key(title) for title in self.titles)

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row with the number of its line; as many cells as there are columns."""
        width = len(self.columns)
        for line, cells in self._cells():
            # Brightspace ends every line with a #
            if any(cell not in ("", "#") for cell in cells[width:]):
                self.refuse(
                    line,
                    said("there are more cells than columns"),
                    said("Put quotes around the cell."),
                )
            yield line, (*cells[:width], *[""] * (width - len(cells)))

    def find(self, names: Sequence[str]) -> list[int]:
        """The places of the columns of these names, in the order of the names."""
        order = {name: at for at, name in enumerate(names)}
        found = [place for place, name in enumerate(self.columns) if name in order]
        return sorted(found, key=lambda place: order[self.columns[place]])

    def encoded(self, text: str) -> bytes:
        """Another text as the bytes of such a file: of `text` itself they are the file's own."""
        return self._mark + f"{self._hint}{text}".encode(self._encoding)

    def refuse(self, line: int, what: str, next_move: str) -> NoReturn:
        """Raises UsageProblem for a line."""
        raise UsageProblem(
            said("{table}, line {line}: {what}.", table=self._shown(), line=line, what=what),
            next_move=next_move,
        )

    def refuse_columns(self, what: str, next_move: str) -> NoReturn:
        """Raises UsageProblem for the header, with what it holds."""
        found = ", ".join(
            clean_text(title, limit=40) or said("(no name)") for title in self.titles[:12]
        )
        raise UsageProblem(
            said(
                "{table} {what}. Its columns: {found}.", table=self._shown(), what=what, found=found
            ),
            next_move=next_move,
        )

    def _cells(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader, None)
            except csv.Error:
                cells = self._quoted_in_part(line)
            if cells is None:
                return
            cleaned = tuple(_cell(cell) for cell in cells)
            if any(cleaned):
                yield line, cleaned

    def _quoted_in_part(self, line: int) -> list[str]:
        """The cells of a line in which text follows a closing quote. UsageProblem for any other."""
        text = "".join(self._lines[line - 1 : self._reader.line_num])
        if self._reader.line_num > line or text.count('"') % 2:
            self.refuse(
                line,
                said("a quote is opened here and not closed"),
                said("Close it, or write two quotes for one that belongs to the text."),
            )
        try:
            return next(csv.reader([text], delimiter=self.delimiter))
        except csv.Error as error:
            self.refuse(
                line,
                said("it is not CSV ({error})", error=clean_text(str(error))),
                said("Mend the line."),
            )

    def _decoded(self, data: bytes) -> str:
        try:
            return data[len(self._mark) :].decode(self._encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, len(self._mark) + error.start) + 1
            raise UsageProblem(
                said("{shown}, line {line}: this is not UTF-8.", shown=self._shown(), line=line),
                next_move=said('Save it as "CSV UTF-8" in your spreadsheet program.'),
            ) from None

    def _shown(self) -> str:
        return clean_text(self.name)


def read_table(path: Path) -> Table:
    """The table in a file. UsageProblem when it cannot be read."""
    return Table(str(path), _data(path))


def column_key(title: str) -> str:
    """A title without case, accents and punctuation: `Student ID` and `student_id` are one."""
    return "".join(ch for ch in unicodedata.normalize("NFKD", title).casefold() if ch.isalnum())


def column_keys(*titles: str) -> tuple[str, ...]:
    """The keys of titles in their order; several stand in one text with a `|` between them."""
    return tuple(dict.fromkeys(column_key(one) for many in titles for one in many.split("|")))


def _cell(cell: str) -> str:
    """The cell's text, without what spreadsheets are given to keep them from calculating."""
    text = unicodedata.normalize("NFC", cell.strip())
    if guarded := _GUARDED.fullmatch(text):
        return guarded["text"] or guarded["rest"] or ""
    return text


def _delimiter(text: str) -> str:
    """The delimiter that splits the first line into most cells."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), ())))


def _data(path: Path) -> bytes:
    shown = clean_text(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_TABLE + 1)
    except OSError as error:
        words = error.strerror or said("it cannot be read")
        raise UsageProblem(
            said("{shown}: {words}.", shown=shown, words=words), next_move=said("Check the path.")
        ) from None
    if len(data) > LARGEST_TABLE:
        raise UsageProblem(
            said("{shown} is too large for a table.", shown=shown),
            next_move=said("Check the path."),
        )
    return data
