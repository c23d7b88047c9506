"""What a platform needs to know of a report before any words: the mark, the file, how it went."""

from __future__ import annotations

from typing import NamedTuple

from grader.export.common import number, one_line
from grader.model.check import Outcome
from grader.model.report import Report, Verdict


class Mark(NamedTuple):
    """Points earned and points to be had; the latter are more than 0."""

    score: float
    maximum: float

    @property
    def share(self) -> float:
        """From 0 to 1; exactly 1 for full marks only, exactly 0 for nothing only."""
        exact = min(1.0, max(0.0, self.score / self.maximum))
        short = round(exact, 6)
        return short if (short in (0, 1)) == (exact in (0, 1)) else exact

    @property
    def hundredths(self) -> tuple[int, int]:
        """Score and maximum as integers of a hundredth of a point; all or nothing as in `share`."""
        most = max(1, round(100 * self.maximum))
        if self.share in (0, 1):
            return int(self.share) * most, most
        return min(max(1, round(100 * self.score)), most - 1), most


def mark(report: Report) -> Mark | None:
    """The mark, or None: a fault and a refusal are no mark, whatever numbers they carry."""
    if report.outcome is not Verdict.GRADED or report.score is None or report.max_score is None:
        return None
    maximum = float(number(report.max_score))
    return Mark(float(number(report.score)), maximum) if maximum > 0 else None


def not_loaded(report: Report) -> bool:
    """Whether the submission could not be imported, so that no check could run."""
    checks = [check for task in report.tasks for check in task.checks]
    blocked = all(check.outcome is Outcome.BLOCKED for check in checks)
    return bool(checks) and bool(report.message) and blocked


def main_file(report: Report) -> str:
    """The file the learner handed in, by its name."""
    files = report.submission.files
    name = files[0].path if files else report.submission.name or report.submission.id
    return one_line(name) or "submission"
