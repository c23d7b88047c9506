"""JUnit XML, valid against the Jenkins schema that pytest carries: a suite a task, with its points.

`failure` is a wrong value or nothing written, `error` raised or stopped, `skipped` waits for one;
hidden checks are one case a task. A fault or a refusal has none, since a reader counts them.
"""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from grader.export.common import OURS, began, one_line, points_text, seconds_text
from grader.export.facts import mark
from grader.export.rows import Row, check_rows
from grader.export.words import feedback
from grader.model.check import Outcome
from grader.model.report import Report


def export(report: Report) -> str:
    """The XML document."""
    made = check_rows(report) if mark(report) else []
    root = Element("testsuites", _counts(made, ("failures", "errors")), name=OURS)
    root.set("time", seconds_text(report.timing.duration_s))
    for task_id, group in groupby(made, key=lambda row: row.task_id):
        _suite(report, root, task_id, list(group))
    if not made:
        SubElement(_suite(report, root, "", []), "system-err").text = feedback(report)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(report: Report, root: Element, task_id: str, made: list[Row]) -> Element:
    counts = _counts(made, ("failures", "errors", "skipped"))
    suite = SubElement(root, "testsuite", counts, name=made[0].task if made else "Not graded")
    suite.set("time", seconds_text(sum(row.seconds for row in made)))
    suite.set("timestamp", began(report).isoformat(timespec="seconds"))
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", name="outcome", value=report.outcome.value)
    for task in (task for task in report.tasks if one_line(task.id) == task_id):
        for name, value in (("points", task.score), ("max_points", task.max_score)):
            SubElement(properties, "property", name=name, value=points_text(value))
    for row in made:
        named = {"classname": row.task_id, "name": row.title, "time": seconds_text(row.seconds)}
        case = SubElement(suite, "testcase", named)
        if kind := _kind(row):
            told = SubElement(case, kind, type=row.outcome.value, message=one_line(row.message))
            # the schema has no attribute for it; editors know this form
            place = f"{row.file}:{row.line}" if row.line else ""
            told.text = "\n\n".join(filter(None, (place, row.message, row.code)))
        if row.output:
            SubElement(case, "system-out").text = row.output
    return suite


def _kind(row: Row) -> str:
    wrong = "failure" if row.outcome in {Outcome.FAILED, Outcome.UNWRITTEN} else "error"
    return "" if row.passed else "skipped" if row.skipped else wrong


def _counts(made: list[Row], kinds: tuple[str, ...]) -> dict[str, str]:
    found = [_kind(row) for row in made]
    return {"tests": str(len(made))} | {k: str(found.count(k.removesuffix("s"))) for k in kinds}
