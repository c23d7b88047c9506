"""The reports that every format is tried on, each with a learner, and how a format is read back."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from msgspec.structs import replace

from grader import export
from grader.model.check import Outcome, Visibility
from grader.model.report import Learner, Report
from tests.render import reports
from tests.render.building import check, of_checks, report

NAMES = ("full", "partial", "zero", "refused", "fault", "hidden", "timeout", "hostile")
FORMATS = tuple(export.FORMATS)
SUFFIXES = {
    "blackboard": "tsv",
    "brightspace": "csv",
    "canvas-csv": "csv",
    "codegrade": "jsonl",
    "csv": "csv",
    "dodona": "jsonl",
    "github-classroom": "txt",
    "junit": "xml",
    "moodle-csv": "csv",
    "vpl": "out",
}
"""How a format's file ends, where that is not json."""


def with_learner(made: Report) -> Report:
    """The report with a learner, as gradebooks and LTI want one."""
    return replace(made, learner=made.learner or Learner("jdoe", "Doe, Jane"))


SAMPLES: Mapping[str, Report] = {name: with_learner(reports.SAMPLES[name]) for name in NAMES}
UNIMPORTABLE = with_learner(reports.SAMPLES["unimportable"])
PARTIAL, FAULT, REFUSED = (SAMPLES[name] for name in ("partial", "fault", "refused"))


def exported(name: str, made: Report) -> str:
    """The report in that format."""
    return export.exporter(name)(made)


def as_json(name: str, made: Report) -> Any:
    """The report in a JSON format, read back."""
    return json.loads(exported(name, made), parse_constant=_no_constant)


def _no_constant(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def messages(made: Report) -> list[Any]:
    """CodeGrade's messages."""
    return [json.loads(line) for line in exported("codegrade", made).splitlines()]


def result(made: Report) -> Any:
    """What GitHub Classroom's reporter decodes."""
    first = exported("github-classroom", made).split("\n", 1)[0]
    return json.loads(base64.b64decode(first.removeprefix("result="), validate=True))


def cells(text: str, delimiter: str = ",") -> list[list[str]]:
    """A CSV file's rows."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def strings(name: str, text: str) -> Iterator[str]:
    """Every text that a reader of the format gets to see."""
    suffix = SUFFIXES.get(name, "json")
    if suffix in {"csv", "tsv"}:
        delimiter = "," if suffix == "csv" else "\t"
        yield from (cell for row in cells(text, delimiter) for cell in row)
    elif suffix == "xml":
        for element in ElementTree.fromstring(text.encode()).iter():
            yield from (element.text or "", *element.attrib.values())
    elif suffix == "out":
        yield from text.splitlines()
    elif suffix == "txt":
        head, *rest = text.splitlines()
        yield from rest
        yield from _texts(json.loads(base64.b64decode(head.removeprefix("result="))))
    else:
        lines = text.splitlines() if suffix == "jsonl" else [text]
        for line in lines:
            yield from _texts(json.loads(line, parse_constant=_no_constant))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def giant(checks: int, text: str) -> Report:
    """A report of so many failing checks with so long a text each."""
    made = [check("mul", n, f"{n} {text}", 1.0) for n in range(checks)]
    wrong = [replace(c, outcome=Outcome.FAILED, score=0.0, message=text) for c in made[1:]]
    return with_learner(report([of_checks("mul", "Multiplication", [*made[:1], *wrong])]))


def all_hidden(made: Report) -> Report:
    """The report with every check hidden."""
    return replace(
        made,
        tasks=tuple(
            replace(
                task, checks=tuple(replace(c, visibility=Visibility.HIDDEN) for c in task.checks)
            )
            for task in made.tasks
        ),
    )
