"""Where a report goes besides the terminal: JSON, a page, platforms' formats.

Every place is proved writable before anything is graded; each file is written whole or not at all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from grader.cli.common import Output
from grader.model.check import Audience
from grader.model.errors import UsageProblem
from grader.model.exercise import Exercise
from grader.model.report import Report
from grader.text.words import said


class Deliveries:
    """The places asked for; `deliver` writes the report to all of them."""

    def __init__(
        self,
        json_path: str | None,
        html_path: str | None,
        exports: Sequence[str],
        audience: Audience | None,
        sign_key: Path | None = None,
    ) -> None:
        self.audience = audience
        self.sign = _signer(sign_key, json_path)
        self.json = Output(json_path) if json_path is not None else None
        self.html = Output(html_path) if html_path is not None else None
        self.exports = [_export(word) for word in exports]
        paths = [o.path for o in self._all()]
        if paths.count("-") > 1:
            raise UsageProblem(said("only one thing can be written to standard output"))

    @property
    def takes_stdout(self) -> bool:
        """Whether standard output belongs to a machine: then people's text goes to stderr."""
        return any(output.path == "-" for output in self._all())

    def _all(self) -> list[Output]:
        named = [output for output in (self.json, self.html) if output is not None]
        return named + [output for _, _, output in self.exports]

    @contextlib.contextmanager
    def prepared(self) -> Iterator[None]:
        """Whatever was not written by the end is taken away again."""
        try:
            yield
        finally:
            for output in self._all():
                output.discard()

    def deliver(self, report: Report, exercise: Exercise | None) -> None:
        """Writes every file. UsageProblem when one cannot be written."""
        from grader.export import encoded
        from grader.report.audience import for_audience

        shown = for_audience(report, self.audience or Audience.GRADER)
        if self.json is not None:
            from grader.report import wire

            self.json.write(wire.encode(self.sign(shown)))
        if self.html is not None:
            from grader.exercise.content import right_styles
            from grader.render.html.full_page import FullPages

            audience = self.audience or Audience.LEARNER
            seen = for_audience(report, audience)
            pages = FullPages(exercise, right_styles(exercise) if exercise else ())
            self.html.write(pages.page(seen, audience).encode())
        for name, make, output in self.exports:
            # unless asked otherwise all of it: platforms have words for who sees a hidden check
            output.write(encoded(name, make(shown)))


def _export(word: str) -> tuple[str, Callable[[Report], str], Output]:
    from grader.export import exporter

    name, path = format_and_path(word)
    return name, exporter(name), Output(path)


def format_and_path(word: str) -> tuple[str, str]:
    """The two halves of `FORMAT=PATH`. UsageProblem for a word that has no two."""
    name, sign, path = word.partition("=")
    if not sign or not path:
        raise UsageProblem(
            said("--export {word!r} is not of the form FORMAT=PATH", word=word[:60]),
            next_move=said("For example: --export gradescope=results.json"),
        )
    return name, path


def _signer(key: Path | None, json_path: str | None) -> Callable[[Report], Report]:
    if key is None:
        return lambda report: report
    if json_path is None:
        raise UsageProblem(said("--sign signs the JSON report"), next_move=said("Add --json PATH."))
    from grader.report.signing import signer

    return signer(key)
