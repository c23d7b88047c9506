"""A request's submission and how to grade it: from JSON, a form, or a file as the body."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from grader.service.asked import Asked, not_asked
from grader.service.door import Refusal
from grader.text.words import said

FILES = (
    "application/octet-stream",
    "application/x-ipynb+json",
    "application/zip",
    "text/plain",
    "text/x-python",
)


async def read_request(request: Request) -> tuple[Asked, bytes]:
    """What is asked, and the bytes of the submission. Refusal."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FILES and request.query_params:
        message = said("the query goes with a file as the body, and nothing else")
        raise Refusal(400, "usage", message)
    if kind == "application/json":
        return _from_json(await request.body())
    if kind == "multipart/form-data":
        async with request.form(max_files=1, max_fields=20) as form:
            return await _from_form(form)
    if kind in FILES:
        return _asked(dict(request.query_params)), await request.body()
    raise Refusal(
        415,
        "usage",
        said("send JSON, a form with a file, or a file as one of {kinds}", kinds=", ".join(FILES)),
    )


def _from_json(body: bytes) -> tuple[Asked, bytes]:
    try:
        asked = msgspec.json.decode(body, type=Asked)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Refusal(400, "usage", not_asked(body, error)) from None
    if asked.source is None:
        raise Refusal(400, "usage", said("a request has a source"))
    return asked, asked.source.encode()


async def _from_form(form: FormData) -> tuple[Asked, bytes]:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Refusal(400, "usage", said("the form has no file called `file`"))
    asked = _asked({name: value for name, value in form.items() if isinstance(value, str)})
    return replace(asked, name=asked.name or file.filename), await file.read()


def _asked(values: dict[str, str]) -> Asked:
    try:
        return msgspec.convert(values, Asked, strict=False)
    except msgspec.MsgspecError as error:
        raise Refusal(400, "usage", said("not a request: {error}", error=error)) from None
