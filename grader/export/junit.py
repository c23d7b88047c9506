"""JUnit XML: the common denominator, valid against the Jenkins schema that pytest carries.

One suite a task, with its points as properties of the suite (that schema allows none in a test
case). `failure` is a wrong value or nothing written, `error` is all that raised or was stopped,
`skipped` is a check that was not judged while another shows why. Hidden checks are folded into
one test case a task. A fault or a refusal has one suite without test cases: readers such as
CodeGrade take passed by total for the mark, and any test case would make that a zero.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement

from grader.export.common import OURS, began, one_line, points_text, seconds
from grader.export.shown import Row, feedback, mark, rows
from grader.model import Outcome, Report

_FAILURES = frozenset({Outcome.FAILED, Outcome.UNWRITTEN})


def export(report: Report) -> str:
    """The XML document."""
    made = rows(report) if mark(report) else []
    kinds = [_kind(row) for row in made]
    root = Element("testsuites", name=OURS, tests=str(len(made)), failures=_count(kinds, "failure"))
    root.set("errors", _count(kinds, "error"))
    root.set("time", f"{seconds(report.timing.duration_s):.3f}")
    for (_, title), group in groupby(made, key=lambda row: (row.task_id, row.task)):
        _suite(report, root, title, list(group))
    if mark(report) is None:
        suite = _suite(report, root, "Not graded", [])
        SubElement(suite, "system-err").text = feedback(report)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _suite(report: Report, root: Element, title: str, made: list[Row]) -> Element:
    kinds = [_kind(row) for row in made]
    suite = SubElement(root, "testsuite", name=title, tests=str(len(made)))
    for key, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, _count(kinds, kind))
    suite.set("time", f"{sum(seconds(row.seconds) for row in made):.3f}")
    suite.set("timestamp", began(report).isoformat(timespec="seconds"))
    properties = {"outcome": report.outcome.value}
    if made:
        properties["points"] = points_text(sum(row.score for row in made))
        properties["max_points"] = points_text(sum(row.maximum for row in made))
    listed = SubElement(suite, "properties")
    for name, value in properties.items():
        SubElement(listed, "property", name=name, value=value)
    for row in made:
        _case(suite, row)
    return suite


def _case(suite: Element, row: Row) -> None:
    time = f"{seconds(row.seconds):.3f}"
    case = SubElement(suite, "testcase", classname=row.task_id, name=row.title, time=time)
    if kind := _kind(row):
        told = SubElement(case, kind, type=row.outcome.value, message=one_line(row.message, 500))
        told.text = row.message + (f"\n\n{row.code}" if row.code else "")
    if row.output:
        SubElement(case, "system-out").text = row.output


def _kind(row: Row) -> str:
    if row.passed or row.skipped:
        return "skipped" if row.skipped else ""
    return "failure" if row.outcome in _FAILURES else "error"


def _count(kinds: list[str], kind: str) -> str:
    return str(kinds.count(kind))
