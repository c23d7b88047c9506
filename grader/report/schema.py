"""The schemas that outsiders rely on, and the words in them.

`report.v1.json` and `tasks.v2.json` are generated from the records here and committed, so that a
platform can read them without running anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from grader.model.manifest import Manifest, Manifest2
from grader.model.report import Report

VERSIONS = {"report": 1, "tasks": 2}


def committed_file(name: str) -> Path:
    """The file of a committed schema, `report` or `tasks`."""
    return Path(__file__).with_name(f"{name}.v{VERSIONS[name]}.json")


def committed(name: str) -> bytes:
    """The committed schema, `report` or `tasks`."""
    return committed_file(name).read_bytes()


SOURCE = {
    "line": "Line of the submission that wrote a wrong value last, or that raised.",
    "source_line": "The text of that line.",
    "path": "The file it is in, where the submission has several.",
    "cell": "The number of its cell in a notebook; the line is then that in the cell.",
}

# What a record's docstring leaves open, per record and key as written in the file.
WORDS: dict[str, dict[str, str]] = {
    "Report": {
        "schema_version": "Major and minor version of this format. Minors only add keys.",
        "outcome": "Only `graded` carries a mark.",
        "message": "One sentence for people; empty when there is nothing to add.",
        "tasks": "In the order of the exercise.",
        "limits": "What the submission was allowed to use.",
        "seed": "Feeds the random checks: the same seed asks the same questions.",
        "timing": "Leave this key out when two gradings are compared.",
        "score": "Points earned, the exact sum rounded to four decimals. No key: no mark.",
        "max_score": "Points to be had.",
        "learner": "No key: not known.",
        "notes": "Remarks about the whole submission, for people.",
        "signature": "No key: not signed.",
    },
    "ExerciseInfo": {
        "digest": "sha256 in hexadecimal over tasks.yaml, starter, reference and battery.",
    },
    "SubmissionInfo": {
        "digest": "sha256 in hexadecimal over the sorted paths and digests of its files.",
        "name": "The file or folder name as it was given.",
    },
    "FileInfo": {
        "path": "Inside the submission, with / between names.",
        "sha256": "In hexadecimal.",
        "bytes": "Length of the file.",
    },
    "Learner": {"name": "For people."},
    "TaskResult": {
        "outcome": "The best explanation among its checks; `passed` when all passed.",
        "score": "Points earned, four decimals.",
        "max_score": "Points to be had, four decimals.",
        "needs": "Ids of the tasks it builds on.",
        "diagnoses": "Known mistakes that explain what was seen; often none.",
        "checks": "In the order of the battery.",
        "evidence": "The smallest program found that shows the fault.",
    },
    "CheckResult": {
        "id": "task/function[parameter]",
        "title": "What the check asks, in words for the learner.",
        "message": "What happened, in words for the learner.",
        "same_as": "Id of a mistake, named in an earlier task, that explains this check.",
        "program": "What was asked of the submission, line by line. Failing checks only.",
        "graph": "The same program as a graph. Failing checks only.",
        "notes": "Remarks about this check, for people.",
        **SOURCE,
    },
    "Diagnosis": {
        "title": "The mistake's name.",
        "explanation": "Why it is wrong, in a tutor's words.",
        "checks": "Ids of the failing checks it explains.",
        "alternatives": "Ids of mistakes that nothing observed can tell apart from it.",
        **SOURCE,
        "rule": "The rule that the code follows, where it was inferred: `b <- b * out.grad`.",
    },
    "Evidence": {
        "program": "Code that the learner can paste and run.",
        "steps": "The backward pass in words, step by step.",
        "written": "The value that the line wrote, as a.grad; without a line: that none wrote it.",
        **SOURCE,
    },
    "ProgramLine": {
        "step": "Its number in the program.",
        "code": "As a learner would type it.",
        "result": "What it gave, as text.",
        "number": "What it gave, where that is a finite number.",
        "expected": "What it should have given, as text.",
        "error": "What it raised.",
    },
    "FieldValue": {
        "name": "The attribute: data or grad.",
        "ok": "Whether got is near enough to expected.",
    },
    "GraphNode": {
        "label": "What made the node: an operation or a name.",
        "first_wrong": "Whether this is the node to look at first.",
    },
    "GraphEdge": {
        "from": "Id of the operand's node.",
        "to": "Id of the node that consumes it.",
        "label": "The local slope along this edge; may be empty.",
    },
    "Output": {"truncated": "Whether more was printed than is kept."},
    "Isolation": {
        "level": "strict, kernel or none.",
        "layers": "The layers whose canary was denied: proved active.",
    },
    "Environment": {
        "grader": "Version of this grader.",
        "platform": "Operating system and machine.",
    },
    "Timing": {
        "started_at": "When the grading began.",
        "duration_s": "Seconds for the whole grading.",
        "checks": "Seconds per check id; in a learner's report of visible checks only.",
    },
    "Limits": {
        "check_cpu_s": "Seconds of processor time for one check.",
        "check_wall_s": "Seconds on the clock for one check.",
        "import_s": "Seconds for importing the submission.",
        "submission_s": "Seconds for the whole submission.",
        "memory_mb": "MiB of memory for the submission.",
        "output_kb": "KiB of printed text that is kept.",
        "message_kb": "KiB of one message between grader and submission.",
    },
    "Manifest": {
        "format": "Version of this format; always the first key.",
        "id": "Names the exercise in reports.",
        "title": "For people.",
        "submission": "What learners hand in.",
        "tasks": "A task comes after the tasks it needs.",
        "parts": "Where the content lies.",
        "packages": "Names of distributions that the submission can read; none by default.",
        "handout": "The files learners get, and nothing else.",
    },
    "OneClass": {
        "module": "Name of the module: `value` means a file value.py.",
        "class": "Name of the class that is graded.",
        "requires": "Attributes an object of the class has to have.",
    },
    "Graded": {
        "modules": "Names of the modules: `value` means a file value.py. The first names the rest.",
        "objects": "Classes and functions: `Value` in the first module, `helpers.dot` in another.",
        "requires": "By class, the attributes that each of its objects has to have.",
    },
    "Parts": {
        "starter": "What learners begin with: the module with holes.",
        "reference": "The solution; also correct/ and misconceptions/.",
        "battery": "The hidden checks: a folder of pytest files.",
    },
    "Task": {
        "id": "Names the task in commands and reports.",
        "title": "For people.",
        "points": "More than 0; the checks of the task share them by weight.",
        "statement": "Markdown with $mathematics$.",
        "needs": "Ids of tasks that come before it.",
        "hole": "What the learner writes, in the starter: `Value.__add__`, `dot`, `helpers.dot`.",
        "example": "A doctest; its numbers are tested.",
        "hints": "The most general first.",
    },
}

WORDS["Manifest2"] = WORDS["Manifest"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def report_schema() -> dict[str, Any]:
    """The JSON Schema of a report. Unknown keys are allowed: minors add some."""
    schema = _schema([Report], "report", "Report of autograd-grader, version 1")
    for record in schema["$defs"].values():
        if record.get("additionalProperties") is False:
            del record["additionalProperties"]
    return schema


def tasks_schema() -> dict[str, Any]:
    """The JSON Schema of tasks.yaml. Unknown keys are refused: they are misspelt ones."""
    return _schema([Manifest, Manifest2], "tasks", "tasks.yaml of an exercise, formats 1 and 2")


def schema_text(schema: dict[str, Any]) -> bytes:
    """A schema as the bytes of its committed file."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def _schema(roots: Sequence[type[Struct]], name: str, title: str) -> dict[str, Any]:
    """The schema of a record, or of one for each format."""
    tops, records = msgspec.json.schema_components(roots, ref_template="#/$defs/{name}")
    for record_name, record in records.items():
        record["description"] = " ".join(record["description"].split())
        for key, words in WORDS.get(record_name, {}).items():
            record["properties"][key] = {"description": words, **record["properties"][key]}
    top = dict(tops[0])
    if len(tops) > 1:
        is_newest = {"properties": {"format": {"const": len(tops)}}}
        top = {"if": is_newest, "then": tops[-1], "else": tops[0]}
    return {
        "$schema": DIALECT,
        "$id": f"urn:autograd-grader:schema:{name}:v{VERSIONS[name]}",
        "title": title,
        "description": records[roots[-1].__name__]["description"],
        **top,
        "$defs": dict(sorted(records.items())),
    }
