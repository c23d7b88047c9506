"""Reads bytes as source text: UTF-8, or the coding that the file declares as Python wants it."""

from __future__ import annotations

import codecs
import io
from typing import NoReturn

from grader.intake.refusal import refuse
from grader.text.clean import with_newlines
from grader.text.words import said

_BOM = b"\xef\xbb\xbf"
_ASCII = bytes(range(128)) + rb" .xn--a-. \x41 \u0041 \N{DIGIT ONE} ~{ ~} +AGE- &#65; =41"
"""All of it, and what an escape would be in codings that have some."""


def decoded(data: bytes, shown: str) -> str:
    """The text of a source; a NUL, and what cannot be read, is refused by offset and line."""
    at, what = data.find(b"\0"), said("a NUL byte")
    text, coding = "", "UTF-8"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark.
        start = error.start + len(_BOM) * data.startswith(_BOM)
        if at < 0 and (declared := _declared(data)):
            try:
                return data.decode(declared)
            except UnicodeDecodeError as second:
                start, coding = second.start, declared
        if at < 0 or start < at:
            at = start
            what = said(
                "the byte 0x{data:02X}, which is not {coding}", data=data[start], coding=coding
            )
    if at >= 0:
        _refuse_bytes(data, at, what, shown)
    return text


def refuse_utf16(data: bytes, shown: str) -> None:
    """Refuses what begins with a mark of UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        refuse(
            said("{shown} is saved as UTF-16, not UTF-8.", shown=shown),
            said("Save it as UTF-8 in your editor."),
        )


def _declared(data: bytes) -> str | None:
    """The coding that a source declares (PEP 263), if it is another one that Python knows.

    One in which ASCII is not ASCII is none: a source could mean something else to each reader.
    """
    from tokenize import detect_encoding

    # the lines up to the declaration may be in that coding, too
    lines = with_newlines(data.decode("ascii", "replace")).encode("ascii", "replace")
    try:
        coding = codecs.lookup(detect_encoding(io.BytesIO(lines).readline)[0]).name
        is_plain = _ASCII.decode(coding) == _ASCII.decode("ascii")
    except Exception:
        # a codec that is not one of text may raise what it likes
        return None
    return coding if is_plain and coding != "utf-8" else None


def _refuse_bytes(data: bytes, at: int, what: str, shown: str) -> NoReturn:
    refuse_utf16(data, shown)
    line = data.count(b"\n", 0, at) + 1
    refuse(
        said(
            "{shown} has {what}, at offset {at} (line {line}).",
            shown=shown,
            what=what,
            at=at,
            line=line,
        ),
        said("Save it as plain UTF-8 text."),
    )
