"""Moodle's grading worksheet: the table of an assignment that is downloaded, filled in, uploaded.

Its headers are in the language of whoever downloads it, and Moodle wants them back in the same
words. So the columns are found by what stands in them, and by words where that leaves a choice: the
first one numbers the participants; the grade stands before the maximum, which is one number for
all; the comments come last, and unlike the time before them their cells can be empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.course.roster.columns import Rows, columns_of
from grader.course.roster.layout import Layout, Platform, Wanted, number, pick
from grader.course.roster.table import Table, column_keys
from grader.model.errors import UsageProblem
from grader.text.clean import clean_text
from grader.text.words import said

_GRADE = column_keys(
    "Grade|Bewertung|Note|Calificación|Valutazione|Nota|Cijfer|Beoordeling|Qualificació",
    "Cualificación|Kalifikazioa|Betyg|Karakter|Ocena|Ocjena|Známka|Arviointi|Hinne|Not|Notă",
    "Įvertinimas|Vērtējums|Pont|Einkunn|Βαθμός|Оценка|Оцінка|Адзнака|Оцена|評点|成绩|成績|등급|성적",
    "ציון|درجة|نمره|Nilai",
)
_COMMENTS = column_keys(
    "Feedback comments|Feedback als Kommentar|Feedback par commentaires|Commenti|Comentarios",
    "Comentarios de retroalimentación|Comentários de feedback|Feedback tekstvak",
    "Comentaris de retroacció|Feedback-iruzkinak|Återkopplingskommentarer|Komentarz zwrotny",
    "Comentarii de feedback|Geri bildirim yorumları|Grįžtamojo ryšio komentarai",
    "Σχόλια ανατροφοδότησης|Отзыв в виде комментария|Відгук - коментарем|フィードバックコメント",
    "反馈意见|피드백 코멘트|تعليقات الإفادة",
)


def worksheet(table: Table, rows: Rows, wanted: Wanted) -> Layout | None:
    """The layout of a worksheet; None for another table, also for one that has no place for marks.

    UsageProblem where the grade's column is not clear, or where a grade is no number.
    """
    known = columns_of(table, rows)
    if 0 not in known.participants:
        return None
    others = {*known.ids, *known.names, *known.first_names, *known.last_names, *known.groups}
    open_places = [
        place
        for place in range(1, len(table.columns))
        if place not in others and _can_be_grade(rows, place)
    ]
    if not open_places:
        return None
    grade = _grade(table, rows, open_places, wanted)
    after = _column(rows, grade + 1)
    if _is_scale(after):
        raise UsageProblem(
            said(
                "{table} is graded on a scale, and marks are points", table=clean_text(table.name)
            ),
            next_move=said("Choose points as the grade of the assignment, and download it again."),
        )
    maximum = number(after[0]) if _is_maximum(after) else None
    numbers = (*_column(rows, grade), *(after if maximum else ()))
    return Layout(
        platform=Platform.MOODLE,
        grade=grade,
        comments=_comments(table, rows, grade),
        maximum=maximum,
        comma=any("," in one for one in numbers),
    )


def _grade(table: Table, rows: Rows, open_places: Sequence[int], wanted: Wanted) -> int:
    by_words = [place for place in open_places if table.columns[place] in _GRADE]
    by_place = [place for place in open_places if _is_top(_column(rows, place + 1))]
    both = [place for place in by_words if place in by_place]
    found = [] if wanted.column is not None else both or by_words or by_place
    named = {place: table.titles[place] for place in found or open_places}
    return pick(table, named, wanted, only_one_will_do=bool(found))


def _comments(table: Table, rows: Rows, grade: int) -> int | None:
    after = range(grade + 1, len(table.columns))
    named = [place for place in after if table.columns[place] in _COMMENTS]
    last = len(table.columns) - 1
    open_last = [last] if last in after[1:] and not all(_column(rows, last)) else []
    return next(reversed(named or open_last), None)


def _column(rows: Rows, place: int) -> list[str]:
    return [cells[place] for _, cells in rows if place < len(cells)]


def _can_be_grade(rows: Rows, place: int) -> bool:
    """Whether all cells are empty or numbers, or words of the scale beside them."""
    cells = _column(rows, place)
    return all(not cell or number(cell) is not None for cell in cells) or _is_scale(
        _column(rows, place + 1)
    )


def _is_top(cells: list[str]) -> bool:
    """Whether the cells tell what the best grade is: the same for everybody."""
    return _is_maximum(cells) or _is_scale(cells)


def _is_maximum(cells: list[str]) -> bool:
    return len(set(cells)) == 1 and bool(number(cells[0]))


def _is_scale(cells: list[str]) -> bool:
    return len(set(cells)) == 1 and "\n" in cells[0]
