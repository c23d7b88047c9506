"""The pages of a class: what their files are called, and what a learner sees of a report."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from grader.model.report import Report
from grader.report import wire
from grader.report.audience import for_learner

FOLDER = "pages"
LONGEST_NAME = 120
"""Bytes; file systems take 255, and a zip's path and an ending come on top."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\..*)?", re.IGNORECASE)


def page_names(learners: Iterable[str]) -> dict[str, str]:
    """By learner, a file name without its ending: the id as it is, wherever that can be.

    A part of a digest stands behind it where some file system would not keep two names apart, or
    not keep the name at all.
    """
    ids = list(learners)
    plain = {one: _plain(one) for one in ids}
    counts = Counter(map(_folded, plain.values()))
    names = {
        one: name if counts[_folded(name)] == 1 else f"{name}~{_digest(one)[:8]}"
        for one, name in plain.items()
    }
    taken = Counter(map(_folded, names.values()))
    return {
        one: name if taken[_folded(name)] == 1 else f"learner~{_digest(one)}"
        for one, name in names.items()
    }


def report_for_learner(data: bytes, *, remark: str, shared: bool) -> Report:
    """The saved report as its learner sees it, with a remark of the course about the mark.

    With `shared` it is a group's, and names nobody.
    """
    report = for_learner(wire.decode(data))
    notes = (*report.notes, remark) if remark else report.notes
    return replace(report, notes=notes, learner=None if shared else report.learner)


def _plain(learner: str) -> str:
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", learner)).strip(" .")
    short = name.encode()[:LONGEST_NAME].decode("utf-8", "ignore")
    if short == name and short and not _RESERVED.fullmatch(name) and not name.startswith("~"):
        return name
    return f"{short or 'learner'}~{_digest(learner)[:8]}"


def _folded(name: str) -> str:
    """What two names have in common that some file system takes for one."""
    return unicodedata.normalize("NFKD", name).casefold()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
