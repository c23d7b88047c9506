"""`/c/{key}/`: a page to hand in, for a course without a platform.

The key is in the link that the teacher gives out. It allows to hand in; what was handed in is seen
by whoever has the link to it, which cannot be guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.model.check import Audience
from grader.model.errors import Fault, GraderError
from grader.render.html.hand_in import (
    Filled,
    beside,
    hand_in_page,
    replaced_page,
    waiting_page,
)
from grader.report import wire
from grader.report.audience import for_audience
from grader.service.asked import Asked, taken
from grader.service.courses import Course, Courses
from grader.service.desk import Desk
from grader.service.door import NOT_THERE, Refusal
from grader.service.store import DONE, REPLACED, Entry, Handed, QueueFull
from grader.text.clean import clean_text, with_newlines
from grader.text.words import _, translated

PATIENCE_S = 8.0
LOOK_AGAIN_S = 3


class HandIn:
    """The routes, and what they need."""

    def __init__(self, desk: Desk, courses: Courses) -> None:
        self.desk = desk
        self.courses = courses
        self.routes = [
            Route("/c/{key}", self.folder, methods=["GET"]),
            Route("/c/{key}/", self.form, methods=["GET"]),
            Route("/c/{key}/", self.take, methods=["POST"]),
            Route("/c/{key}/{job}", self.answer, methods=["GET"]),
        ]

    async def folder(self, request: Request) -> Response:
        """The address without its last stroke."""
        course_of_key(self.courses, request)
        return RedirectResponse(f"{request.path_params['key']}/", 308)

    async def form(self, request: Request) -> Response:
        """The form."""
        course = course_of_key(self.courses, request)
        return await self._form(course, Filled())

    async def take(self, request: Request) -> Response:
        """Takes what is handed in, and leads to its answer."""
        course = course_of_key(self.courses, request)
        async with request.form(max_files=1, max_fields=10) as sent:
            texts = {name: value for name, value in sent.items() if isinstance(value, str)}
            file = sent.get("file")
            upload = file if isinstance(file, UploadFile) and file.filename else None
            data = await upload.read() if upload else _code(texts).encode("utf-8", "replace")
        filled = Filled("" if upload else _code(texts), _name(texts), texts.get("after", ""))
        if not data.strip():
            return await self._form(course, filled, _("There is no code yet."), 422)
        asked = Asked(
            name=upload.filename if upload else None,
            learner_id=filled.name or None,
            learner_name=filled.name or None,
        )
        try:
            submission = await run_in_threadpool(taken, course.exercise, asked, data)
            entry = await self.desk.hand_in(course, Handed(submission), filled.job)
        except QueueFull:
            words = _("Too many submissions wait already. Hand in again in a minute.")
            return await self._form(course, filled, words, 429, self.desk.retry_after_s(course))
        except GraderError as error:
            status = 503 if isinstance(error, Fault) else 422
            return await self._form(course, filled, translated(error.message), status)
        return RedirectResponse(entry.id, 303)

    async def answer(self, request: Request) -> Response:
        """The feedback, or that it is not there yet: then the browser looks again by itself."""
        course = course_of_key(self.courses, request)
        entry = await self.desk.find(course, request.path_params["job"])
        if entry is None:
            raise Refusal(404, "missing", NOT_THERE)
        entry = await self.desk.wait(entry, PATIENCE_S)
        if entry.state == REPLACED:
            return _html(replaced_page(course.exercise, entry.replaced_by or "./"))
        if entry.state != DONE:
            before = await self.desk.place(entry)
            return _html(waiting_page(course.exercise, before), again_s=LOOK_AGAIN_S)
        return _html(await run_in_threadpool(_feedback, course, entry))

    async def _form(
        self, course: Course, filled: Filled, problem: str = "", status: int = 200, later_s: int = 0
    ) -> Response:
        text = await run_in_threadpool(hand_in_page, course.exercise, filled, problem)
        return _html(text, status, {"retry-after": str(later_s)} if later_s else {})


def course_of_key(courses: Courses, request: Request) -> Course:
    """The course of the key in the address. Refusal."""
    course = courses.by_key(request.path_params["key"])
    if course is None:
        raise Refusal(404, "missing", NOT_THERE)
    return course


def _feedback(course: Course, entry: Entry) -> str:
    report = for_audience(wire.decode(entry.report or b""), Audience.LEARNER)
    submission = entry.handed.submission
    whole = len(submission.files) == 1 and not submission.main_file.cells
    source = submission.main_file.text if whole else ""
    filled = Filled(source, submission.learner_name or "", entry.id)
    return course.pages.page(report, Audience.LEARNER, beside(course.exercise, filled))


def _html(
    text: str, status: int = 200, headers: Mapping[str, str] = {}, again_s: int = 0
) -> Response:
    """A page; its own policy stands in its head."""
    more = {"refresh": str(again_s)} if again_s else {}
    policy = {"content-security-policy": "frame-ancestors 'none'"}
    return HTMLResponse(text, status, {**policy, **headers, **more})


def _code(texts: Mapping[str, str]) -> str:
    return with_newlines(texts.get("code", ""))


def _name(texts: Mapping[str, str]) -> str:
    return clean_text(texts.get("name", ""), limit=200).strip()
