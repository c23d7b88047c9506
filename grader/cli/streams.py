"""Standard output where it cannot write every character.

A Windows program whose output goes to a file or a pipe writes the system's own code page, and an
old locale does the same on Unix: there is no `∂` and no `₁` in it. Nothing may fail for that: what
the encoding lacks is written as the ASCII a person would type. The scorecard chooses its signs
itself and never comes to this.
"""

from __future__ import annotations

import codecs
import io
import sys

HANDLER = "grader.ascii"
_ORDINARY = ("strict", "surrogateescape", "backslashreplace")
"""What Python gives a standard stream by itself; anything else was asked for."""


def write_what_can_be_written() -> None:
    """Has the standard streams spell out what their encoding lacks."""
    codecs.register_error(HANDLER, _spelled)
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper) or stream.errors not in _ORDINARY:
            continue
        if codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(errors=HANDLER)


def _spelled(error: UnicodeError) -> tuple[str, int]:
    from grader.render.text import to_ascii

    if not isinstance(error, UnicodeEncodeError):
        raise error
    return to_ascii(error.object[error.start : error.end]), error.end
