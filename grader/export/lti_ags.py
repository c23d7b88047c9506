"""LTI 1.3 Assignment and Grade Services 2.0: the payload of one score.

To be posted to the line item's `/scores` as `application/vnd.ims.lis.v1.score+json`. The learner's
id has to be the `sub` of the launch. The timestamp is the end of the grading: platforms take a
score only when it is newer than the last one, so posting a report twice changes nothing.

Not graded: no `scoreGiven`; a fault is `Failed`, a refusal `NotReady` with the activity still in
progress. By the standard a payload without a score clears an older one, and Canvas does so: after
a fault it is better to grade again than to post.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import ended, instant, json_text, number, one_line
from grader.export.facts import mark
from grader.export.table import demand_learner
from grader.export.words import summary
from grader.model.report import Report, Verdict


def export(report: Report) -> str:
    """The score payload. UsageProblem when the report does not say whose it is."""
    demand_learner(report, "lti-ags")
    assert report.learner is not None
    payload: dict[str, Any] = {
        "userId": one_line(report.learner.id),
        "timestamp": instant(ended(report)),
    }
    if (found := mark(report)) is not None:
        payload["scoreGiven"] = number(max(0.0, found.score))
        payload["scoreMaximum"] = number(found.maximum)
        progress = ("Completed", "FullyGraded")
    elif report.outcome is Verdict.REFUSED:
        progress = ("InProgress", "NotReady")
    else:
        progress = ("Submitted", "Failed")
    payload["activityProgress"], payload["gradingProgress"] = progress
    payload["comment"] = one_line(summary(report), 1000)
    return json_text(payload)
