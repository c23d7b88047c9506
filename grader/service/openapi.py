"""The description of `/v1/` in OpenAPI 3.1, made from the records that are read and answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from typing import Any

import msgspec

from grader.report.schema import committed
from grader.service.answers import ExerciseFacts, JobState, Refused, Status
from grader.service.asked import Asked
from grader.service.reading import FILES

REF = "#/components/schemas/{name}"

ERRORS = {
    400: "The request cannot be read, or asks for what there is not.",
    401: "No token of a course.",
    403: "A page of another site.",
    404: "Nothing of that name.",
    405: "Not with this method.",
    408: "The request took too long to arrive.",
    409: "There is no report of this job.",
    413: "The request is too long.",
    415: "Neither JSON, nor a form, nor a file.",
    421: "The service answers to this machine alone.",
    422: "The submission cannot be taken in.",
    431: "More headers than anybody needs.",
    429: "As many submissions wait as may.",
    500: "An error of the grader's own.",
    503: "Nothing can be graded now.",
}
ANYWHERE = (403, 405, 421, 431, 500)


@cache
def document(*, guarded: bool) -> dict[str, Any]:
    """The whole description; with tokens where the service asks for them."""
    made: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "autograd-grader",
            "version": metadata.version("autograd-grader"),
            "description": "Grades submissions to one exercise for each course.",
        },
        "paths": _paths(guarded),
        "components": {"schemas": _schemas()},
    }
    if guarded:
        made["components"]["securitySchemes"] = {"course": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"course": []}]
    return made


def _paths(guarded: bool) -> dict[str, Any]:
    asks = (401, 404) if guarded else (404,)
    whose = (401,) if guarded else ()
    return {
        "/v1/grade": {
            "post": {
                "operationId": "grade",
                "summary": "Takes a submission, and waits for its report where that is not long.",
                "parameters": [_prefer(), *_in_query()],
                "requestBody": {"required": True, "content": _submissions()},
                "responses": {
                    "200": _json("JobState", "Graded.", _located()),
                    "202": _json("JobState", "Accepted; ask for it later.", _located()),
                    "409": _json("JobState", "Another one took its place.", _located()),
                    **_errors(400, *whose, 408, 413, 415, 422, 429, 503, *ANYWHERE),
                },
            }
        },
        "/v1/jobs/{job}": _get(
            "job",
            "A job as it is now, or when it is done where that is preferred.",
            _json("JobState", "The job."),
            (*asks, 503),
            ["job"],
            [_prefer()],
        ),
        "/v1/jobs/{job}/page": _get(
            "page",
            "The learner's page of a job.",
            _text("text/html; charset=utf-8", "The page."),
            (*asks, 409, 503),
            ["job"],
        ),
        "/v1/jobs/{job}/export/{format}": _get(
            "export",
            "The report of a job in a platform's format.",
            _text("application/octet-stream", "The file."),
            (400, *asks, 409, 503),
            ["job", "format"],
        ),
        "/v1/exercise": _get(
            "exercise", "The exercise.", _json("ExerciseFacts", "What may be shown of it."), whose
        ),
        "/v1/schema": _public(
            "schema", "The JSON Schema of reports.", _text("application/schema+json", "The schema.")
        ),
        "/v1/openapi.json": _public(
            "openapi", "This.", _text("application/json", "The description.")
        ),
        "/healthz": _public("healthz", "Whether it answers.", _json("Status", "It does.")),
        "/readyz": _public(
            "readyz",
            "Whether submissions are graded.",
            _json("Status", "They are."),
            {"503": _json("Status", "They are not, and why.")},
        ),
    }


def _get(
    name: str,
    summary: str,
    good: dict[str, Any],
    errors: tuple[int, ...],
    path: Sequence[str] = (),
    more: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    parameters = [
        {"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in path
    ]
    responses = {"200": good, **_errors(*errors, *ANYWHERE)}
    made: dict[str, Any] = {"operationId": name, "summary": summary, "responses": responses}
    return {"get": made | ({"parameters": [*parameters, *more]} if parameters else {})}


def _public(
    name: str, summary: str, good: dict[str, Any], more: dict[str, Any] | None = None
) -> dict[str, Any]:
    made = _get(name, summary, good, ())
    made["get"]["responses"] |= more or {}
    made["get"]["security"] = []
    return made


def _json(record: str, words: str, headers: dict[str, Any] | None = None) -> dict[str, Any]:
    schema = {"$ref": REF.format(name=record)}
    content = {"application/json": {"schema": schema}}
    made: dict[str, Any] = {"description": words, "content": content}
    return made | ({"headers": headers} if headers else {})


def _text(kind: str, words: str) -> dict[str, Any]:
    return {"description": words, "content": {kind: {}}}


def _errors(*statuses: int) -> dict[str, Any]:
    return {str(status): _json("Refused", ERRORS[status]) for status in statuses}


def _located() -> dict[str, Any]:
    return {"Location": {"description": "The job.", "schema": {"type": "string"}}}


def _prefer() -> dict[str, Any]:
    words = "`respond-async`: 202 at once. `wait=N`: for N seconds, 60 at the most."
    return {"name": "Prefer", "in": "header", "description": words, "schema": {"type": "string"}}


def _in_query() -> list[dict[str, Any]]:
    """What goes beside a file; in JSON and in a form it stands inside."""
    properties = _schemas()["Asked"]["properties"]
    return [
        {"name": name, "in": "query", "schema": schema}
        for name, schema in properties.items()
        if name not in ("source", "id")
    ]


def _submissions() -> dict[str, Any]:
    form = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
    asked = {
        "allOf": [{"$ref": REF.format(name="Asked")}],
        "properties": {"source": {"type": "string"}},
        "required": ["source"],
    }
    return {
        "application/json": {"schema": asked},
        "multipart/form-data": {"schema": form},
        **{kind: {} for kind in FILES},
    }


@cache
def _schemas() -> dict[str, Any]:
    records = (Asked, ExerciseFacts, JobState, Refused, Status)
    _, made = msgspec.json.schema_components(records, ref_template=REF)
    text = committed("report").decode().replace("#/$defs/", REF.format(name=""))
    made |= json.loads(text)["$defs"]
    made["JobState"]["properties"]["report"] = {"$ref": REF.format(name="Report")}
    return made
