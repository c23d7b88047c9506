"""`grader serve --http` from the outside: what platforms ask and get, and what they may not."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import submissions
from tests.cli.running import graded
from tests.service.running import Service, form, serving

TOKEN, OTHER = "token-of-the-first-course", "token-of-the-other-course"
KEY = "key-of-the-first-course"
RIGHT, WRONG = submissions.REFERENCE, submissions.wrong_mul()
FORGED = 'x"}\n{"event":"submission","score":10}'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all that it must survive; it ends well, and its log is JSON throughout."""
    folder = tmp_path_factory.mktemp("service")
    tokens = folder / "tokens.toml"
    tokens.write_text(
        f'[courses.first]\ntoken = "{TOKEN}"\nkey = "{KEY}"\n[courses.other]\ntoken = "{OTHER}"\n'
    )
    with serving(folder, "--token-file", tokens, "--jobs", 1, token=TOKEN) as one:
        yield one
        assert one.end() == 143
        events = {line["event"] for line in one.log()}
        assert events == {"started", "submission"}
        assert all(TOKEN not in json.dumps(line) for line in one.log())
        assert "class Value" not in one.errors.read_text()


def without_timing(report):
    return {key: value for key, value in report.items() if key != "timing"}


def test_the_report_is_that_of_grade(service: Service, tmp_path: Path) -> None:
    answer = service.grade(id=7, source=WRONG)
    assert answer.status == 200
    assert answer.json["id"] == 7
    alone = graded(submissions.write(tmp_path, WRONG))
    assert without_timing(answer.json["report"]) == without_timing(alone)


def test_seed_task_audience_export_and_learner_are_as_asked(service: Service) -> None:
    asked = {"seed": 7, "task": "mul", "audience": "learner", "export": "ctrf"}
    answer = service.grade(source=WRONG, learner_id="ada", learner_name="Ada", **asked)
    report = answer.json["report"]
    assert (report["seed"], [task["id"] for task in report["tasks"]]) == (7, ["mul"])
    assert report["learner"] == {"id": "ada", "name": "Ada"}
    assert json.loads(answer.json["export"])["results"]


def test_a_format_that_cannot_be_made_costs_no_report(service: Service) -> None:
    answer = service.grade(source=RIGHT, export="canvas-csv")
    assert answer.status == 200
    assert answer.json["report"]["score"] == 10
    assert answer.json["error"]["kind"] == "usage"
    assert service.get(f"/v1/jobs/{answer.json['job']}/export/canvas-csv").error == (400, "usage")


def test_who_does_not_wait_asks_later(service: Service) -> None:
    job = service.later(source=RIGHT)
    report = service.graded(job)
    assert report["score"] == 10
    page = service.get(f"/v1/jobs/{job}/page")
    assert page.body.startswith(b"<!doctype html>")
    assert b"Well done" in page.body
    assert b"Other right ways" in page.body
    export = service.get(f"/v1/jobs/{job}/export/junit")
    assert export.body.startswith(b"<?xml")
    assert service.get(f"/v1/jobs/{job}/export/nothing").error == (404, "missing")


def test_a_file_is_taken_as_the_body_and_in_a_form(service: Service) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("value.py", RIGHT)
    kind = "application/zip"
    whole = service.ask("POST", "/v1/grade?name=a.zip&seed=3", packed.getvalue(), content_type=kind)
    assert (whole.json["report"]["score"], whole.json["report"]["seed"]) == (10, 3)
    body, kind = form({"task": "add"}, ("value.py", RIGHT.encode()))
    sent = service.ask("POST", "/v1/grade", body, content_type=kind)
    assert [task["id"] for task in sent.json["report"]["tasks"]] == ["add"]


def test_a_course_does_not_see_what_another_handed_in(service: Service) -> None:
    job = service.later(source=RIGHT)
    for path in (f"/v1/jobs/{job}", f"/v1/jobs/{job}/page", f"/v1/jobs/{job}/export/junit"):
        answer = service.get(path, authorization=f"Bearer {OTHER}")
        assert answer.error == (404, "missing")
    service.graded(job)


@pytest.mark.parametrize("path", ["/v1/exercise", "/v1/jobs/x", "/v1/jobs/x/page"])
@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {KEY}"])
def test_nobody_asks_without_a_token(service: Service, path: str, token: str) -> None:
    answer = service.get(path, authorization=token)
    assert answer.error == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_what_is_no_secret_needs_none(service: Service) -> None:
    for path in ("/healthz", "/readyz", "/v1/schema", "/v1/openapi.json"):
        assert service.get(path, authorization="none").status == 200


def test_the_exercise_is_told_without_its_battery(service: Service) -> None:
    answer = service.get("/v1/exercise")
    assert [task["id"] for task in answer.json["tasks"]] == ["add", "mul", "relu", "neuron"]
    assert b"hints" not in answer.body


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b'{"source": ', "application/json", (400, "usage")),
        (b"[1]", "application/json", (400, "usage")),
        (b"{}", "application/json", (400, "usage")),
        (b'{"source": "a", "path": "/etc/passwd"}', "application/json", (400, "usage")),
        (b'{"source": "a", "task": "div"}', "application/json", (400, "usage")),
        (b'{"source": "a", "export": "../x"}', "application/json", (400, "usage")),
        (b'{"source": "\\ud800"}', "application/json", (400, "usage")),
        (b"[" * 100_000, "application/json", (400, "usage")),
        (b"a=b", "application/x-www-form-urlencoded", (415, "usage")),
        (b"nothing", "multipart/form-data", (400, "usage")),
        (b"\x00\x01", "text/x-python", (422, "refused")),
        (b"x" * (2 << 20), "text/x-python", (413, "limit")),
        (
            json.dumps({"source": "a", "name": FORGED, "task": FORGED}).encode(),
            "application/json",
            (400, "usage"),
        ),
    ],
    ids=lambda value: None if not isinstance(value, bytes) else f"{len(value)} bytes",
)
def test_what_cannot_be_graded_is_told_in_one_sentence(
    service: Service, body: bytes, kind: str, error: tuple[int, str]
) -> None:
    answer = service.ask("POST", "/v1/grade", body, content_type=kind)
    assert answer.error == error


def test_what_stands_in_the_query_is_not_passed_over(service: Service) -> None:
    body = json.dumps({"source": RIGHT}).encode()
    kind = "application/json"
    answer = service.ask("POST", "/v1/grade?seed=1", body, content_type=kind)
    assert answer.error == (400, "usage")


@pytest.mark.parametrize(
    "path",
    ["/v1/jobs/../../etc/passwd", "/v1/jobs/%2e%2e%2f%2e%2e%2fetc", "/v1/jobs/'%20OR%201=1", "/v1"],
)
def test_an_id_is_a_name_and_no_path(service: Service, path: str) -> None:
    assert service.get(path).error == (404, "missing")


def test_another_method_is_told(service: Service) -> None:
    answer = service.ask("DELETE", "/v1/grade")
    assert answer.error == (405, "usage")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("".join(f"X-{number}: y\r\n" for number in range(10_000)), 431),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", 400),
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Content-Length: -1\r\n", 400),
        ("No colon\r\n", 400),
    ],
    ids=["10000 headers", "two lengths", "length and chunks", "negative", "no header"],
)
def test_what_is_hardly_http_is_told_as_json_too(service: Service, head: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as link:
        request = f"POST /v1/grade HTTP/1.1\r\nHost: localhost\r\n{head}\r\nabcd"
        link.sendall(request.encode())
        link.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    first, _, rest = answer.partition(b"\r\n")
    assert first.split()[1] == str(status).encode()
    assert list(json.loads(rest.partition(b"\r\n\r\n")[2])["error"]) == ["kind", "message"]


def test_the_page_takes_code_and_leads_to_its_feedback(service: Service) -> None:
    """As a browser without JavaScript does."""
    page = service.get(f"/c/{KEY}/")
    assert b"<math>" in page.body
    assert b'enctype="multipart/form-data"' in page.body
    body, kind = form({"code": WRONG, "name": "Ada <b>"}, ("", b""))
    sent = service.ask("POST", f"/c/{KEY}/", body, content_type=kind)
    assert sent.status == 303
    answer = service.get(f"/c/{KEY}/{sent.headers['location']}")
    text = answer.body.decode()
    assert "replaces the gradient instead of adding to it" in text
    assert "Ada &lt;b&gt;" in text
    assert f'name="after" value="{sent.headers["location"]}"' in text
    assert "form-action &#x27;self&#x27;" in text


def test_the_page_says_what_it_cannot_take(service: Service) -> None:
    for fields, file in (({"code": " \n"}, None), ({}, ("value.py", b"\x00"))):
        body, kind = form(fields, file)
        sent = service.ask("POST", f"/c/{KEY}/", body, content_type=kind)
        assert sent.status == 422
        assert b'role="alert"' in sent.body


def test_a_key_opens_its_page_and_nothing_else(service: Service) -> None:
    assert service.get(f"/c/{KEY}").headers["location"] == f"{KEY}/"
    for path in ("/c/wrong/", f"/c/{TOKEN}/", f"/c/{KEY}/x", "/c/wrong", "/c/local/"):
        assert service.get(path).error == (404, "missing")
