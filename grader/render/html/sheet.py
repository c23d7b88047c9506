"""What every part of a page is made from, and the signs all parts share."""

from __future__ import annotations

from typing import NamedTuple

from grader.model.check import Audience, Outcome
from grader.model.exercise import Contract, Exercise, Task
from grader.model.report import Report
from grader.render.html.markup import Html, tag
from grader.render.outcomes import NOT_DONE, not_done
from grader.render.story import Story
from grader.text.words import _


class Sheet(NamedTuple):
    """What every part of a page is made from."""

    report: Report
    exercise: Exercise | None
    audience: Audience
    story: Story

    @property
    def contract(self) -> Contract | None:
        """What a submission must provide, where the exercise is known."""
        return self.exercise.contract if self.exercise else None

    def task(self, task_id: str) -> Task | None:
        """The task as its author wrote it, where the exercise is known and still has it."""
        tasks = self.exercise.tasks if self.exercise else ()
        return next((task for task in tasks if task.id == task_id), None)

    def hole(self, task: Task) -> tuple[str, str]:
        """The file of a task's hole and the function's name in it, as far as they are known."""
        place = self.exercise.hole_place(task) if self.exercise else None
        return place or ("", task.hole or "")


def mark_of(outcome: Outcome) -> tuple[str, str, str]:
    """A sign, the words for it, and the class that colours it."""
    if outcome is Outcome.PASSED:
        return "✔", _("done"), "good"
    if outcome in NOT_DONE:
        return "○", not_done(outcome), "quiet"
    return "✘", _("not right yet"), "bad"


def bar(score: float, maximum: float) -> Html:
    """The share of the points as a bar, for the eye only."""
    share = score / maximum if maximum else 0.0
    width = f"{max(0.0, min(100.0, 100 * share)):.1f}"
    ground = tag("rect", class_="ground", width="100", height="6", rx="0")
    earned = tag("rect", class_="earned", width=width, height="6", rx="0")
    box = {"class_": "bar", "viewBox": "0 0 100 6", "preserveAspectRatio": "none"}
    return tag("svg", ground, earned, **box, aria_hidden="true", focusable="false")
