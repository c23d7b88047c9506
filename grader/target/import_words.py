"""How an import went, in words: notes about one that succeeded, or why it did not. Pure."""

from __future__ import annotations

import difflib
import platform
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from grader.model.exercise import Place, Submission
from grader.model.import_failure import not_imported
from grader.model.program import Raised
from grader.target.loading import Kind, Lesson, Loading
from grader.target.newer_syntax import newer_version
from grader.text.clean import clean_text
from grader.text.words import joined, listed, said, said_many

MOST_CELLS = 3
"""Failing cells that have a note each."""

NO_MESSAGE = frozenset({"", "None", "True", "False", "0", "1"})
"""What `sys.exit` was given, where it says nothing to a person."""

VERSION = ".".join(platform.python_version_tuple()[:2])

SYNTAX_ERRORS = frozenset({"SyntaxError", "IndentationError", "TabError"})

GUARD = '`if __name__ == "__main__":`'


def notes(loading: Loading) -> Iterator[str]:
    """What there is to say of an import that gave the graded class."""
    missing = [one for one in loading.lessons if one.kind is Kind.MODULE]
    if missing:
        yield said_many(
            "{names} is not installed here, only the standard library is. Your file was imported "
            "without it; what uses it fails. Delete the import if your class does not need it.",
            "{names} are not installed here, only the standard library is. Your file was imported "
            "without them; what uses them fails. Delete the imports if your class does not need "
            "them.",
            number=len(missing),
            names=listed([_named_at(loading.submission, one) for one in missing]),
        )
    for one in loading.lessons:
        if one.kind is not Kind.MODULE:
            yield _lesson(loading.submission, one)
    yield from _what_ended(loading)


def why_not(loading: Loading, names: Sequence[str], needs: str) -> str:
    """One clear sentence: why there is no graded class, with the learner's own line."""
    submission, wanted = loading.submission, loading.contract.class_name
    file = loading.file
    if needs:
        return not_imported(
            file,
            said(
                "your class `{wanted}` needs `{package}`, which is not installed here: only the "
                "standard library is",
                wanted=wanted,
                package=clean_text(needs),
            ),
        )
    left_out = [one for one in loading.lessons if one.kind is Kind.FORBIDDEN]
    ended = [*loading.problems, *((one.unit, one.raised) for one in left_out)]
    defining = re.compile(rf"^[ \t]*class[ \t]+{re.escape(wanted)}\b", re.MULTILINE)
    for unit, raised in ended:
        if defining.search(_unit(loading, unit)):
            return load_sentence(submission, raised, file)
    if ended:
        return load_sentence(submission, ended[0][1], file)
    if loading.ending is not None:
        return not_imported(file, _ended_at(loading))
    missing = [one for one in loading.lessons if one.kind is Kind.MODULE]
    if missing:
        return said(
            "{main} has no class named `{wanted}`. It imports {names}, which is not installed "
            "here: is that a file to be handed in too?",
            main=file,
            wanted=wanted,
            names=listed([_named_at(submission, one) for one in missing]),
        )
    return no_class_sentence(file, wanted, names)


def load_sentence(submission: Submission, raised: Raised, file: str) -> str:
    """What an import raised, with the learner's own line."""
    reason = _reason(raised)
    place = submission.place(raised.path or submission.main, raised.line)
    newer = newer_version(raised.message, place.text) if place is not None else ""
    if newer and raised.type_name in SYNTAX_ERRORS:
        reason = said(
            "{reason}; Python {newer} and later may read it, this grader runs Python {version}",
            reason=reason,
            newer=newer,
            version=VERSION,
        )
    parts = reason, *_shown_line(submission, raised)
    return not_imported(file, joined("\n    ", parts))


def no_class_sentence(main: str, wanted: str, names: Sequence[str]) -> str:
    """That the file defines no such class, with the nearest of the names it defines."""
    folded = {name.lower(): name for name in names}
    near = difflib.get_close_matches(wanted.lower(), folded, n=1, cutoff=0.5)
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
        found=clean_text(folded[near[0]]),
    )


# --- parts of sentences ---------------------------------------------------------------------


def _lesson(submission: Submission, lesson: Lesson) -> str:
    place, reason = _at(submission, lesson.raised), _reason(lesson.raised)
    if lesson.kind is Kind.NAME:
        return said(
            "`{name}` exists only in Jupyter ({place}): at the top level it did nothing here.",
            name=lesson.name,
            place=place,
        )
    if lesson.kind is Kind.ANNOTATION:
        return said(
            "Python {version} cannot evaluate the annotation in {place} ({reason}), so it was left "
            "as it is. With `from __future__ import annotations` at the top every version can.",
            version=VERSION,
            place=place,
            reason=reason,
        )
    return said(
        "The grader does not allow what {place} does ({reason}): that statement was left out.",
        place=place,
        reason=reason,
    )


def _what_ended(loading: Loading) -> Iterator[str]:
    submission = loading.submission
    if loading.cells:
        failed = dict(reversed(loading.problems))
        for unit in islice(sorted(failed), MOST_CELLS):
            yield _cell_ended(loading, unit, failed[unit])
        more = len(failed) - MOST_CELLS
        if more > 0:
            yield said_many(
                "{number} more cell was left so.", "{number} more cells were left so.", number=more
            )
    else:
        for _, raised in loading.problems:
            yield _import_ended(_at(submission, raised), _reason(raised))
    if loading.ending is not None:
        place = submission.place(submission.main, loading.ending.line)
        yield _import_ended(line_words(place), loading.ending.reason)


def _cell_ended(loading: Loading, unit: int, raised: Raised) -> str:
    place = loading.submission.place(raised.path or loading.submission.main, raised.line)
    number = loading.cells[unit].number if unit < len(loading.cells) else 0
    if place is not None and place.cell == number:
        return said(
            "Cell {cell} was left at its line {line}: {reason}",
            cell=number,
            line=place.line,
            reason=_reason(raised),
        )
    return said(
        "Cell {cell} was left ({place}): {reason}",
        cell=number,
        place=line_words(place),
        reason=_reason(raised),
    )


def _import_ended(place: str, reason: str) -> str:
    return said(
        "The import ended at {place}: {reason}. What stands above is graded. Put what is to run "
        "only on your own machine below {guard}.",
        place=place,
        reason=reason,
        guard=GUARD,
    )


def _ended_at(loading: Loading) -> str:
    assert loading.ending is not None
    place = loading.submission.place(loading.submission.main, loading.ending.line)
    return said("{reason}, at {place}", reason=loading.ending.reason, place=line_words(place))


def _unit(loading: Loading, unit: int) -> str:
    """The text of a file's or a cell's lines."""
    main = next(
        (file for file in loading.submission.files if file.path == loading.submission.main), None
    )
    text = main.text if main is not None else ""
    if not loading.cells:
        return text
    if unit >= len(loading.cells):
        return ""
    cell = loading.cells[unit]
    return "\n".join(text.split("\n")[cell.first - 1 : cell.last])


def _named_at(submission: Submission, lesson: Lesson) -> str:
    return said("`{name}` ({place})", name=lesson.name, place=_at(submission, lesson.raised))


def _at(submission: Submission, raised: Raised) -> str:
    return line_words(submission.place(raised.path or submission.main, raised.line))


def line_words(place: Place | None) -> str:
    """`line 7`, or `line 7 of cell 3`."""
    if place is None:
        return said("an unknown line")
    if place.cell is None:
        return said("line {line}", line=place.line)
    return said("line {line} of cell {cell}", line=place.line, cell=place.cell)


def _reason(raised: Raised) -> str:
    """An exception of an import, in a few words."""
    name = clean_text(raised.type_name, limit=80)
    message = re.sub(r" \([^()]*, line \d+\)$", "", clean_text(raised.message, limit=300))
    if name in {"ModuleNotFoundError", "ImportError"}:
        if "No module named" not in message:
            return message
        return said(
            "{message}; it is not installed here, and the exercise does not need it",
            message=message,
        )
    if name == "SystemExit":
        if message in NO_MESSAGE:
            return said("the program ended itself (`SystemExit`)")
        return said("the program ended itself (`SystemExit: {message}`)", message=message)
    return f"{name}: {message}" if message else name


def _shown_line(submission: Submission, raised: Raised) -> tuple[str, ...]:
    """The learner's own line, where it is known, with its number and a caret below."""
    place = submission.place(raised.path or submission.main, raised.line)
    line = clean_text(place.text.strip(), limit=120) if place is not None else ""
    if place is None or not line:
        return ()
    caret = _caret(raised, place.text, line)
    where = line_words(place)
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
