"""The style sheets and the script that pages carry inside themselves."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def resource(name: str) -> str:
    """The text of a file in `templates/`."""
    return (files("grader.render") / "templates" / name).read_text(encoding="utf-8")
