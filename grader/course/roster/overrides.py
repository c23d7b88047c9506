"""Reads the marks that a grader gives by hand, each with its reason, in place of the grader's."""

from __future__ import annotations

import math
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from grader.course.roster.learners import Roster, id_key
from grader.course.roster.table import Table, read_table
from grader.text.clean import clean_text
from grader.text.words import said

_ID = "id learnerid studentid userid".split()
_SCORE = "score points mark".split()
_REASON = "reason comment".split()


class Override(Struct, frozen=True, gc=False):
    """A grader's own mark, which every regrade keeps."""

    learner_id: str
    score: float
    reason: str


def read_overrides(
    path: Path, *, max_score: float, known: Iterable[str], roster: Roster | None = None
) -> dict[str, Override]:
    """The overrides in a CSV with the columns id, score and reason, by the id of the row.

    `known` are the ids of the rows; with a roster, its other identifiers will do as well. Raises
    UsageProblem with the line for a score that is no number or out of range, a missing reason,
    an unknown learner, or one who is there twice.
    """
    table = read_table(path)
    places = [table.find(names) for names in (_ID, _SCORE, _REASON)]
    if not all(places):
        table.refuse_columns(
            said("does not have the columns of overrides"),
            said("Give it the columns id, score and reason."),
        )
    rows = list(known)
    ids = {id_key(learner): learner for learner in rows} | {learner: learner for learner in rows}
    found: dict[str, Override] = {}
    lines: dict[str, int] = {}
    for line, cells in table.rows():
        given, score, reason = (cells[place[0]] for place in places)
        learner = _known(table, line, given, ids, roster)
        if learner in lines:
            what = said(
                "{given} is already on line {lines}",
                given=clean_text(given, limit=80),
                lines=lines[learner],
            )
            table.refuse(line, what, said("Keep one of the two lines."))
        if not reason:
            table.refuse(line, said("there is no reason"), said("Say why: the learner will ask."))
        lines[learner] = line
        points = _score(table, line, score, max_score)
        found[learner] = Override(learner, points, clean_text(reason))
    return found


def _known(table: Table, line: int, given: str, ids: dict[str, str], roster: Roster | None) -> str:
    enrolled = roster.find(given) if roster else None
    names = [given, id_key(given), *([id_key(enrolled.id)] if enrolled else ())]
    learner = next((ids[name] for name in names if name in ids), None)
    if learner is None:
        _refuse_unknown(table, line, given, ids)
    return learner


def _refuse_unknown(table: Table, line: int, given: str, ids: dict[str, str]) -> NoReturn:
    near = get_close_matches(id_key(given), ids, 1) if len(ids) <= 10_000 else []
    next_move = (
        said("Did you mean {ids}?", ids=clean_text(ids[near[0]])) if near else said("Check the id.")
    )
    shown = clean_text(given, limit=80)
    table.refuse(
        line,
        said("there is no learner {shown}", shown=shown) if shown else said("there is no id"),
        next_move,
    )


def _score(table: Table, line: int, text: str, max_score: float) -> float:
    # A decimal comma is what a spreadsheet in most of Europe writes.
    number = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        score = float(number)
    except ValueError:
        score = math.nan
    if not math.isfinite(score) or "_" in number:
        shown = clean_text(text, limit=40)
        table.refuse(
            line,
            said('the score "{shown}" is not a number', shown=shown),
            said("Write it in digits: 7.5."),
        )
    if not 0 <= score <= max_score:
        table.refuse(
            line,
            said(
                "the score {score:g} is not between 0 and {max_score:g}",
                score=score,
                max_score=max_score,
            ),
            said("Correct it."),
        )
    return score
