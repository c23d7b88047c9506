"""A helper that grades its first submission and says the same of all others.

With it a batch costs only what the batch itself does: reading, keeping, writing.
"""

import sys

from msgspec.structs import replace

from grader.batch import helper
from grader.grading import pipeline as grading

graded_each = grading.grade_each


def echo(exercise, submissions, emit, options):
    waiting = iter(submissions)
    first = next(waiting, None)
    if first is None:
        return
    kept = []

    def keep(submission, report):
        kept.append(report)
        emit(submission, report)

    graded_each(exercise, [first], keep, options)
    for submission in waiting:
        info = grading.submission_info(submission)
        emit(submission, replace(kept[0], submission=info))


helper.grading.grade_each = echo
sys.exit(helper.main())
