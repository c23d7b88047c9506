"""The archive a platform takes back: feedback under the names that the platform gave.

Canvas takes one file for each learner, named as its download named the submission, and shows it
under the name of the learner's own upload; so it is of that kind: a comment in Python, a cell of a
notebook, a page in a zip. Moodle and Brightspace take a folder for each, named as downloaded, with
any file in it. Gradescope's results go by the submission's folder, too. What has no such way is
given pages and an index.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from grader.course.downloads import brightspace, canvas, gradescope, moodle
from grader.course.downloads.sources import is_readable
from grader.export import exporter
from grader.export.words import feedback
from grader.model.encoding import encoded
from grader.model.report import Report

PAGE = "feedback.html"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip knows: equal contents are equal bytes."""


class Upload(Struct, frozen=True):
    """How a platform takes feedback: the archive's name, and where in it what goes.

    `place` gives the name in the archive, from the names in the download and that of the file that
    was graded. `content` makes a file of that name from the report and its page.
    """

    archive: str
    place: Callable[[Sequence[str], str], str]
    content: Callable[[str, Report, bytes], bytes]


def archive_of(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of these files, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _the_page(_name: str, _report: Report, page: bytes) -> bytes:
    return page


def _of_its_kind(name: str, report: Report, page: bytes) -> bytes:
    """The feedback as a file that opens as its name says."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("html", "htm"):
        return page
    if ending == "zip":
        return archive_of([(PAGE, page)])
    text = feedback(report)
    if ending == "ipynb":
        cell = {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(True)}
        whole = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        return encoded(whole)
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines()).encode()


def _results(_name: str, report: Report, _page: bytes) -> bytes:
    return exporter("gradescope")(report).encode()


def _same_name(paths: Sequence[str], graded: str) -> str:
    """The name of the file that was graded, else of one that could have been."""
    names = [path.rpartition("/")[2] for path in paths]
    return min(names, key=lambda name: (not name.endswith(graded), not is_readable(name)))


UPLOADS = {
    canvas.NAME: Upload("canvas-upload.zip", _same_name, _of_its_kind),
    moodle.NAME: Upload(
        "moodle-feedback.zip", lambda paths, _: moodle.beside(paths[0], PAGE), _the_page
    ),
    brightspace.NAME: Upload(
        "brightspace-feedback.zip", lambda paths, _: brightspace.beside(paths[0], PAGE), _the_page
    ),
    gradescope.NAME: Upload(
        "gradescope-results.zip", lambda paths, _: f"{paths[0]}/results.json", _results
    ),
}
"""By the name of the platform that a class came from."""
