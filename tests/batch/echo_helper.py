"""A helper that grades its first submission and says the same of all others.

With it a batch costs only what the batch itself does: reading, keeping, writing.
"""

import sys

from msgspec.structs import replace

from grader.batch import helper
from grader.grading.pipeline import grade_each
from grader.report.make import submission_info


def echo(exercise, submissions, emit, options):
    waiting = iter(submissions)
    first = next(waiting, None)
    if first is None:
        return
    kept = []

    def keep(submission, report):
        kept.append(report)
        emit(submission, report)

    grade_each(exercise, [first], keep, options)
    for submission in waiting:
        info = submission_info(submission)
        emit(submission, replace(kept[0], submission=info))


helper.grade_each = echo
sys.exit(helper.main())
