"""The formats that course platforms read: a report goes in, text comes out.

A format is one file with `export(report)` and one line in `FORMATS`. Formats of a table have
`rows(marked)` as well, which gives the lines of a whole class under one header, each with the mark
to hand over; a format that is not UTF-8 has `ENCODING = "utf-16"`. Others join in through the
entry-point group `autograd_grader.exporters`, whose entries name such a function; they are loaded
when asked for, and cannot take the name of a format of ours.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from grader.export.table import Marked
from grader.model.errors import GraderError, UsageProblem
from grader.model.report import Report
from grader.text.clean import clean_text
from grader.text.words import said

GROUP = "autograd_grader.exporters"

Exporter = Callable[[Report], str]
ClassExporter = Callable[[Iterable[Marked]], Iterator[str]]

FORMATS = {
    "aplus": "aplus",
    "blackboard": "blackboard",
    "brightspace": "brightspace",
    "canvas-csv": "canvas_csv",
    "check50": "check50",
    "classroom50": "classroom50",
    "codegrade": "codegrade",
    "coderunner": "coderunner",
    "csv": "plain_csv",
    "ctrf": "ctrf",
    "dodona": "dodona",
    "exercism": "exercism",
    "github-classroom": "github_classroom",
    "gradescope": "gradescope",
    "junit": "junit",
    "lti-ags": "lti_ags",
    "moodle-csv": "moodle_csv",
    "prairielearn": "prairielearn",
    "submitty": "submitty",
    "vpl": "vpl",
    "xqueue": "xqueue",
}


def names() -> list[str]:
    """Every format there is: ours, then those of other packages."""
    return [*FORMATS, *sorted(_others())]


def exporter(name: str) -> Exporter:
    """The function that turns a report into that format. UsageProblem when there is none."""
    if name in FORMATS:
        export: Exporter = import_module(f"grader.export.{FORMATS[name]}").export
        return export
    others = _others()
    if name in others:
        return _other(others[name])
    shown = clean_text(name, limit=60)
    known = [*FORMATS, *sorted(others)]
    near = get_close_matches(name[:100].lower(), known, n=1)
    hint = (
        said("Did you mean {near}?", near=near[0])
        if near
        else said("The formats are {known}.", known=", ".join(known))
    )
    raise UsageProblem(said("There is no export format {shown!r}.", shown=shown), next_move=hint)


def class_exporter(name: str) -> ClassExporter | None:
    """The function that turns a class into the lines of one table; None for other formats."""
    if name not in FORMATS:
        exporter(name)
        return None
    rows: ClassExporter | None = getattr(
        import_module(f"grader.export.{FORMATS[name]}"), "rows", None
    )
    return rows


def encoded(name: str, text: str) -> bytes:
    """A format's text as the bytes of its file: UTF-8, or what its `ENCODING` says."""
    module = import_module(f"grader.export.{FORMATS[name]}") if name in FORMATS else None
    if getattr(module, "ENCODING", "") == "utf-16":
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")  # the same on any machine
    return text.encode("utf-8")


def _others() -> dict[str, EntryPoint]:
    found = entry_points(group=GROUP)
    return {entry.name: entry for entry in found if entry.name not in FORMATS}


def _other(entry: EntryPoint) -> Exporter:
    """Another package's function, held to its promise: whatever breaks in it is named."""
    try:
        function = entry.load()
    except Exception as error:
        raise _broken(entry, said("cannot be loaded"), error) from error
    if not callable(function):
        raise _broken(entry, said("is not a function"))

    def export(report: Report) -> str:
        try:
            text = function(report)
        except GraderError:
            raise
        except Exception as error:
            raise _broken(entry, said("failed"), error) from error
        if not isinstance(text, str):
            raise _broken(entry, said("gave {name} where text was due", name=type(text).__name__))
        return text

    return export


def _broken(entry: EntryPoint, what: str, error: Exception | None = None) -> UsageProblem:
    name, package = clean_text(entry.name, limit=60), entry.dist.name if entry.dist else ""
    if error is not None:
        why = clean_text(f"{type(error).__name__}: {error}", limit=298)
        what = said("{what}: {why}", what=what, why=why)
    return UsageProblem(
        said(
            "The exporter {name!r} of the package {package} {what}.",
            name=name,
            package=package,
            what=what,
        )
        if package
        else said("The exporter {name!r} {what}.", name=name, what=what),
        next_move=said("Tell its authors, or leave that format out."),
    )
