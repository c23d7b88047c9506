"""Classroom 50: what a report knows of `result.json`; `autograder.py` of the package adds the rest.

All scores are integers, so points are in hundredths and 10 points are 1000. Those of the tests add
up exactly to those at the top, which Classroom 50 may add up again. Hidden checks are folded into
one test a task, and a message begins with the line of the learner's file, where that is known.

Not graded: neither scores nor tests, so that no reader takes it for a result. `autograder.py` then
ends with an exit code, for which Classroom 50 keeps the mark that stood there before.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import fitting, json_text, shorten
from grader.export.facts import mark
from grader.export.rows import Row, check_rows, in_whole
from grader.export.words import not_graded, summary
from grader.model.report import Report

SCHEMA = "classroom50/result/v1"
LARGEST = 1024 * 1024
"""Bytes; Classroom 50 takes ten times as much."""


def export(report: Report) -> str:
    """The JSON object with the result's `schema`, `score`, `max-score` and `tests`."""
    found = mark(report)
    if found is None:
        return json_text({"schema": SCHEMA, "not-graded": not_graded(report)})
    score, most = found.hundredths
    head = {"schema": SCHEMA, "score": score, "max-score": most}
    made = check_rows(report)
    earned = in_whole([row.score for row in made], score)
    missed = in_whole([row.maximum - row.score for row in made], most - score)
    triples = list(zip(made, earned, missed, strict=True))
    whole = _bare("All checks", score == most, score, most) | {"message": summary(report)}
    if (sum(earned), sum(missed)) != (score, most - score):  # checks that do not tell the mark
        triples = []

    def write(limit: int) -> str:
        tests = [_test(*triple, limit) for triple in triples] or [whole]
        return json_text(head | {"tests": tests})

    return fitting(write, LARGEST) or json_text(head | {"tests": [whole]})


def _bare(name: str, passed: bool, score: int, most: int) -> dict[str, Any]:
    return {"test-name": name, "passed": passed, "score": score, "max-score": most}


def _test(row: Row, earned: int, missed: int, limit: int) -> dict[str, Any]:
    name = shorten(f"{row.task}: {row.title}", limit)
    test = _bare(name, row.passed, earned, earned + missed) | {"outcome": row.outcome.value}
    if row.passed:
        return test
    words = f"{row.place}: {row.details()}" if row.place else row.details()
    return test | {"message": shorten(words, limit)}
