"""`--export` of a class: tables for the gradebooks of platforms."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from grader.cli.common import Output
from grader.cli.deliveries import format_and_path
from grader.cli.options import Decorated, export_option
from grader.model.errors import UsageProblem
from grader.text.words import _, listed, said

if TYPE_CHECKING:
    from grader.batch.people import People
    from grader.batch.reports import Reports
    from grader.export import ClassExporter


def tables_option(command: Decorated) -> Decorated:
    """`--export FORMAT=PATH`, for the tables of a class."""
    return export_option(_("Write the class for a platform's gradebook (repeatable)."))(command)


class ClassTables:
    """The tables asked for. UsageProblem for a format that is no table."""

    def __init__(self, words: Sequence[str]) -> None:
        self._asked = [format_and_path(word) for word in words]
        self._tables: list[tuple[str, ClassExporter, Output]] = []
        for name, _path in self._asked:
            _table(name)
        if [path for _name, path in self._asked].count("-") > 1:
            raise UsageProblem(said("only one thing can be written to standard output"))

    @property
    def takes_stdout(self) -> bool:
        """Whether standard output belongs to a machine: then people's text goes to stderr."""
        return any(path == "-" for _name, path in self._asked)

    @contextlib.contextmanager
    def prepared(self) -> Iterator[None]:
        """Proves every path writable; takes away at the end what was not written."""
        try:
            for name, path in self._asked:
                self._tables.append((name, _table(name), Output(path)))
            yield
        finally:
            for _name, _rows, output in self._tables:
                output.discard()

    def write(self, people: People, reports: Reports) -> None:
        """Writes every table from the gradebook."""
        from grader.batch.marked import marked
        from grader.export import encoded

        for name, rows, output in self._tables:
            text = "".join(rows(marked(people, reports)))
            output.write(encoded(name, text))


def _table(name: str) -> ClassExporter:
    from grader.export import FORMATS, class_exporter

    rows = class_exporter(name)
    if rows is None:
        tables = [one for one in FORMATS if class_exporter(one) is not None]
        raise UsageProblem(
            said("{name} is a format for one submission, not for a class", name=name),
            next_move=said("The tables of a class are {tables}.", tables=listed(tables)),
        )
    return rows
