"""Why what is graded is not there after an import: one clear sentence for each part. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence

from grader.model.exercise import Submission
from grader.model.import_failure import not_imported
from grader.model.program import Raised
from grader.model.running import PYTHON
from grader.target.import_words import line_words, named_at, reason_of
from grader.target.loading import Kind, Loading
from grader.target.newer_syntax import newer_version
from grader.text.clean import clean_text
from grader.text.words import joined, listed, said

SYNTAX_ERRORS = frozenset({"SyntaxError", "IndentationError", "TabError"})


def why_not(loading: Loading) -> str:
    """One clear sentence: why nothing that is graded is there, with the learner's own line."""
    submission, address = loading.submission, loading.contract.objects[0]
    if loading.missing_files:
        return not_handed_in(loading)
    module, wanted = loading.contract.place(address)
    names = _names_in(loading, module)
    file, text = loading.file, submission.main_file.text
    defining = re.compile(rf"^[ \t]*(?:class|def)[ \t]+{re.escape(wanted)}\b", re.MULTILINE)
    needed = next((one for one in loading.contract.objects if one in loading.needs), None)
    if needed is not None:
        return needs_sentence(loading, needed)
    for problem in loading.problems:
        if defining.search(_unit(loading, problem.unit)):
            return load_sentence(submission, problem.raised, file)
    if nearest(wanted, names):
        return absent_sentence(loading, address)
    if loading.problems:
        return load_sentence(submission, loading.problems[0].raised, file)
    if loading.endings:
        return not_imported(file, _ended_at(loading))
    starred = [
        one
        for one in loading.named(Kind.MODULE)
        if re.search(rf"^[ \t]*from[ \t]+{re.escape(one.name)}\b.*\*", text, re.MULTILINE)
    ]
    if starred and address in loading.contract.classes:
        return said(
            "{main} has no class named `{wanted}`. It imports {names}, which is not installed "
            "here: is that a file to be handed in too?",
            main=file,
            wanted=wanted,
            names=listed([named_at(submission, one) for one in starred]),
        )
    return absent_sentence(loading, address)


def why_absent(loading: Loading) -> Iterator[str]:
    """A sentence for each part of what is graded that is not there."""
    if loading.missing_files:
        yield not_handed_in(loading)
    for address in loading.absent:
        if address in loading.needs:
            yield needs_sentence(loading, address)
        elif f"{loading.contract.place(address)[0]}.py" not in loading.missing_files:
            yield absent_sentence(loading, address)


def not_handed_in(loading: Loading) -> str:
    """Which of the files are missing; of a single one nobody knows which of them it was."""
    asked = listed(loading.contract.files)
    if len(loading.submission.files) == 1:
        return said(
            "This exercise asks for {number} files, and one was handed in. Put {files} into a "
            "folder or a .zip.",
            number=len(loading.contract.files),
            files=asked,
        )
    return said(
        "{missing} was not handed in: this exercise asks for {files}, beside each other.",
        missing=listed(loading.missing_files),
        files=asked,
    )


def needs_sentence(loading: Loading, address: str) -> str:
    """That something graded is made of what is not installed."""
    module, wanted = loading.contract.place(address)
    defining = re.compile(rf"^[ \t]*class[ \t]+{re.escape(wanted)}\b", re.MULTILINE)
    texts = {file.path: file.text for file in loading.submission.files}
    text = texts.get(_file_of(loading, module), "")
    reason = _needed(wanted, loading.needs[address], is_defined=bool(defining.search(text)))
    return not_imported(_shown(loading, module), reason)


def absent_sentence(loading: Loading, address: str) -> str:
    """That a module does not define what is graded, with the nearest of the names it defines."""
    module, wanted = loading.contract.place(address)
    is_class = address in loading.contract.classes
    say = no_class_sentence if is_class else no_function_sentence
    return say(_shown(loading, module), wanted, _names_in(loading, module))


def _names_in(loading: Loading, module: str) -> list[str]:
    """The names that a module defines."""
    places = [loading.contract.place(name) for name in loading.names]
    return [name for found, name in places if found == module]


def _file_of(loading: Loading, module: str) -> str:
    is_main = module == loading.contract.module
    return loading.submission.main if is_main else f"{module}.py"


def _shown(loading: Loading, module: str) -> str:
    """A module's file, as its learner knows it."""
    return loading.file if module == loading.contract.module else f"{module}.py"


def load_sentence(submission: Submission, raised: Raised, file: str) -> str:
    """What an import raised, with the learner's own line."""
    reason = reason_of(raised)
    place = submission.place(raised.path or submission.main, raised.line)
    newer = newer_version(raised.message, place.text) if place is not None else ""
    if newer and raised.type_name in SYNTAX_ERRORS:
        reason = said(
            "{reason}; Python {newer} and later may read it, this grader runs Python {version}",
            reason=reason,
            newer=newer,
            version=PYTHON,
        )
    parts = reason, *_shown_line(submission, raised)
    return not_imported(file, joined("\n    ", parts))


def no_class_sentence(main: str, wanted: str, names: Sequence[str]) -> str:
    """That the file defines no such class, with the nearest of the names it defines."""
    near = nearest(wanted, names)
    if not names:
        return said(
            "{main} loads, but has no class named `{wanted}`: it defines nothing.",
            main=main,
            wanted=wanted,
        )
    if not near:
        return said(
            "{main} loads, but has no class named `{wanted}` (it has {found}).",
            main=main,
            wanted=wanted,
            found=listed([f"`{clean_text(name)}`" for name in names[:3]]),
        )
    return said(
        "{main} loads, but has no class named `{wanted}` (it has `{found}`): the name must match "
        "exactly.",
        main=main,
        wanted=wanted,
        found=clean_text(near),
    )


def no_function_sentence(main: str, wanted: str, names: Sequence[str]) -> str:
    """As `no_class_sentence`, of a function."""
    near = nearest(wanted, names)
    if not names:
        return said(
            "{main} loads, but has no function named `{wanted}`: it defines nothing.",
            main=main,
            wanted=wanted,
        )
    if not near:
        return said(
            "{main} loads, but has no function named `{wanted}` (it has {found}).",
            main=main,
            wanted=wanted,
            found=listed([f"`{clean_text(name)}`" for name in names[:3]]),
        )
    return said(
        "{main} loads, but has no function named `{wanted}` (it has `{found}`): the name must "
        "match exactly.",
        main=main,
        wanted=wanted,
        found=clean_text(near),
    )


def nearest(wanted: str, names: Sequence[str]) -> str:
    """The name that is most like the wanted one; empty where none is."""
    folded = {name.lower(): name for name in names}
    near = difflib.get_close_matches(wanted.lower(), folded, n=1, cutoff=0.5)
    return folded[near[0]] if near else ""


def _needed(wanted: str, needs: str, *, is_defined: bool) -> str:
    package = clean_text(needs)
    if is_defined:
        return said(
            "your class `{wanted}` needs `{package}`, which is not installed here: only the "
            "standard library is",
            wanted=wanted,
            package=package,
        )
    return said(
        "`{wanted}` is to come from `{package}`, which is not here: is that a file to be handed in "
        "too?",
        wanted=wanted,
        package=package,
    )


def _ended_at(loading: Loading) -> str:
    ending = loading.endings[0]
    place = loading.submission.place(loading.path_of(ending.unit), ending.line)
    shown = line_words(place, loading.submission)
    return said("{reason}, at {place}", reason=ending.reason, place=shown)


def _unit(loading: Loading, unit: int) -> str:
    """The text of a file's or a cell's lines."""
    if unit < len(loading.cells):
        cell, text = loading.cells[unit], loading.submission.main_file.text
        return "\n".join(text.split("\n")[cell.first - 1 : cell.last])
    path = loading.path_of(unit)
    return next((file.text for file in loading.submission.files if file.path == path), "")


def _shown_line(submission: Submission, raised: Raised) -> tuple[str, ...]:
    """The learner's own line, where it is known, with its number and a caret below."""
    place = submission.place(raised.path or submission.main, raised.line)
    line = clean_text(place.text.strip(), limit=120) if place is not None else ""
    if place is None or not line:
        return ()
    caret = _caret(raised, place.text, line)
    where = line_words(place, submission)
    if not caret:
        return (said("{where}:  {code}", where=where, code=line),)
    # the code stands on a line of its own: a translation of the words would move the caret
    return said("in {where}:", where=where), line, caret


def _caret(raised: Raised, line: str, shown: str) -> str:
    """A caret under the column of the line as it is shown; nothing where that cannot be said."""
    if raised.column is None or line.strip() != shown:
        return ""
    at = raised.column - 1 - (len(line) - len(line.lstrip()))
    if not 0 <= at <= len(shown):
        return ""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in shown[:at])
    return " " * (at + wide) + "^"
