"""The feedback page with all that its exercise has to say: statements, hints, other right ways."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from grader.model.check import Audience
from grader.model.exercise import Exercise
from grader.model.report import Report
from grader.render.html.author import Style
from grader.render.html.markup import Html
from grader.render.html.page import page


class FullPages:
    """Makes the pages of one exercise; without one, pages of the report alone."""

    def __init__(self, exercise: Exercise | None, right_styles: Sequence[Path] = ()) -> None:
        self.exercise = exercise
        self.right_styles = right_styles

    def page(self, report: Report, audience: Audience, beside: Html | None = None) -> str:
        """The page of a report, as far as `report` may be seen: what is in it is shown."""
        done = report.score is not None and report.score == report.max_score
        styles = self._styles if done else []
        return page(report, self.exercise, audience=audience, styles=styles, beside=beside)

    @cached_property
    def _styles(self) -> list[Style]:
        """Other right ways to write it, which show once everything passes.

        Those that cannot be read are left out.
        """
        found = []
        for path in self.right_styles:
            with contextlib.suppress(OSError, SyntaxError, UnicodeDecodeError):
                source = path.read_text("utf-8")
                words = ast.get_docstring(ast.parse(source)) or ""
                found.append((path.stem.replace("_", " "), words, source))
        return found
