"""`/v1/`: grading for platforms, in JSON.

A platform hands in and either waits for the report or asks for it later. All that is answered
about a job is answered to the course that handed it in, and to nobody else.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from grader import export
from grader.model.check import Audience
from grader.model.errors import GraderError
from grader.model.report import Report
from grader.report import wire
from grader.report.audience import for_audience
from grader.report.schema import committed
from grader.service.answers import JobState, Problem, about, json_response
from grader.service.asked import refuse_unknown, taken
from grader.service.courses import Course, Courses
from grader.service.desk import Desk
from grader.service.door import NOT_THERE, Refusal
from grader.service.openapi import document
from grader.service.reading import read_request
from grader.service.store import DONE, REPLACED, WAITING, Entry, Handed, QueueFull
from grader.text.words import said


class Api:
    """The routes, and what they need."""

    def __init__(self, desk: Desk, courses: Courses) -> None:
        self.desk = desk
        self.courses = courses
        self.routes = [
            Route("/v1/grade", self.grade, methods=["POST"]),
            Route("/v1/jobs/{job}", self.job, methods=["GET"]),
            Route("/v1/jobs/{job}/page", self.page, methods=["GET"]),
            Route("/v1/jobs/{job}/export/{format}", self.export, methods=["GET"]),
            Route("/v1/exercise", self.exercise, methods=["GET"]),
            Route("/v1/schema", self.schema, methods=["GET"]),
            Route("/v1/openapi.json", self.openapi, methods=["GET"]),
            Route("/healthz", self.healthz, methods=["GET"]),
            Route("/readyz", self.readyz, methods=["GET"]),
        ]

    # --- jobs ------------------------------------------------------------------------------

    async def grade(self, request: Request) -> Response:
        """Takes a submission; its report, or where to ask for it."""
        course = self._course(request)
        asked, data = await read_request(request)
        await run_in_threadpool(refuse_unknown, course.exercise, asked)
        submission = await run_in_threadpool(taken, course.exercise, asked, data)
        handed = Handed(submission, asked.id, asked.seed, asked.task, asked.audience, asked.export)
        try:
            entry = await self.desk.hand_in(course, handed)
        except QueueFull:
            raise queue_full(self.desk, course) from None
        patience = self._patience(request)
        if patience is None and not self.desk.is_long(await self.desk.place(entry)):
            patience = self.desk.rules.wait_s
        entry = await self.desk.wait(entry, patience) if patience else entry
        later = {"location": f"/v1/jobs/{entry.id}"}
        if entry.state == DONE:
            return await self._answer(entry, 200, later)
        if entry.state == REPLACED:
            return await self._answer(entry, 409, later)
        return await self._answer(entry, 202, {**later, "retry-after": "2"})

    async def job(self, request: Request) -> Response:
        """A job as it is now, or when it is done, where the request prefers to wait."""
        entry, patience = await self._entry(request), self._patience(request)
        if patience and entry.state == WAITING:
            entry = await self.desk.wait(entry, patience)
        return await self._answer(entry, 200)

    async def page(self, request: Request) -> Response:
        """The learner's page of a job."""
        course, entry = self._course(request), await self._entry(request)
        report = self._report(entry, Audience.LEARNER)
        text = await run_in_threadpool(course.pages.page, report, Audience.LEARNER)
        # the page's own policy, which says more, stands in its head
        return HTMLResponse(text, headers={"content-security-policy": "frame-ancestors 'self'"})

    async def export(self, request: Request) -> Response:
        """A job's report in a platform's format."""
        name, entry = request.path_params["format"], await self._entry(request)
        try:
            exporter = await run_in_threadpool(export.exporter, name)
        except GraderError as error:
            raise Refusal(404, "missing", str(error)) from None
        report = self._report(entry, entry.handed.audience)
        data = export.encoded(name, await run_in_threadpool(exporter, report))
        return Response(data, media_type="application/octet-stream")

    # --- what does not change ----------------------------------------------------------------

    async def exercise(self, request: Request) -> Response:
        """The exercise of the course."""
        return json_response(about(self._course(request).exercise))

    async def schema(self, request: Request) -> Response:
        """The JSON Schema of reports."""
        return Response(committed("report"), media_type="application/schema+json")

    async def openapi(self, request: Request) -> Response:
        """The description of all this."""
        return json_response(document(guarded=self.courses.open is None))

    async def healthz(self, request: Request) -> Response:
        """Whether the process answers."""
        return json_response({"status": "ok"})

    async def readyz(self, request: Request) -> Response:
        """Whether submissions are graded."""
        troubles = self.desk.troubles()
        if troubles:
            return json_response({"status": "not ready", "reasons": troubles}, 503)
        return json_response({"status": "ok"})

    # --- shared ------------------------------------------------------------------------------

    def _course(self, request: Request) -> Course:
        """Whose request it is. Refusal."""
        if self.courses.open is not None:
            return self.courses.open
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        course = self.courses.by_token(token.strip()) if scheme.lower() == "bearer" else None
        if course is None:
            message = said("this needs the token of a course: Authorization: Bearer TOKEN")
            raise Refusal(401, "unauthorized", message, {"www-authenticate": "Bearer"})
        return course

    def _patience(self, request: Request) -> float | None:
        """For how many seconds whoever asks wants to wait (RFC 7240); None where it is not said."""
        asked = [one.strip().lower() for one in request.headers.get("prefer", "").split(",")]
        for one in asked:
            name, _, value = one.partition("=")
            if name == "wait" and value.isdecimal():
                return min(float(value[:6]), self.desk.rules.wait_s)
        return 0.0 if "respond-async" in asked else None

    async def _entry(self, request: Request) -> Entry:
        entry = await self.desk.find(self._course(request), request.path_params["job"])
        if entry is None:
            raise Refusal(404, "missing", NOT_THERE)
        return entry

    def _report(self, entry: Entry, audience: Audience) -> Report:
        if entry.report is None:
            raise Refusal(409, "missing", said("there is no report of this job"))
        return for_audience(wire.decode(entry.report), audience)

    async def _answer(
        self, entry: Entry, status: int, headers: dict[str, str] | None = None
    ) -> Response:
        before = await self.desk.place(entry) if entry.state == WAITING else None
        shown = await run_in_threadpool(self._state, entry, before)
        return json_response(shown, status, headers)

    def _state(self, entry: Entry, before: int | None) -> JobState:
        handed = entry.handed
        told = JobState(entry.id, entry.state, handed.id, before, entry.replaced_by)
        if entry.report is None:
            return told
        shown = self._report(entry, handed.audience)
        told = replace(told, report=msgspec.Raw(wire.encode(shown, indent=0).strip()))
        if handed.export is None:
            return told
        try:
            return replace(told, export=export.exporter(handed.export)(shown))
        except GraderError as error:
            return replace(told, error=Problem("usage", str(error)))


def queue_full(desk: Desk, course: Course) -> Refusal:
    """As many wait as may; with when to come again."""
    seconds = desk.retry_after_s(course)
    message = said("{number} submissions wait already: come again later", number=desk.rules.queue)
    return Refusal(429, "busy", message, {"retry-after": str(seconds)})
