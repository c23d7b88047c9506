"""The marks as the platform's gradebook takes them.

Where the platform's own table came with the class, the marks are filled into it: it has the
platform's numbers for learners and columns. Without it a table is made for those platforms whose
downloads call learners as their gradebooks do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from grader.batch.feedback.made import Made, version_of
from grader.course.downloads import blackboard, brightspace, canvas, moodle
from grader.course.roster import Filled, filled
from grader.export import class_exporter, encoded
from grader.export.common import points_text
from grader.export.table import Marked
from grader.gradebook.handed_in import Given
from grader.model.errors import UsageProblem
from grader.model.report import SAME
from grader.text.clean import clean_name
from grader.text.words import joined, said, said_many, some

_OWN_IDS = {
    canvas.NAME: ("canvas-csv", "canvas-gradebook.csv"),
    blackboard.NAME: ("blackboard", "blackboard-gradebook.tsv"),
}
_IDS_OF_A_ROSTER = {
    moodle.NAME: ("moodle-csv", "moodle-gradebook.csv"),
    brightspace.NAME: ("brightspace", "brightspace-gradebook.csv"),
}
"""By platform, the format of its table and a file name: with the ids of its download, or not."""


class Tables(Struct, frozen=True):
    """The names of the tables that were written, and what there is to say about them."""

    names: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Asked(Struct, frozen=True):
    """The table that the marks are filled into, and the header of its column for them.

    `now` is true where it was given for this, and did not just come with the class.
    """

    roster: Given | None
    column: str | None = None
    now: bool = False


def write_tables(
    made: Made, platform: str, asked: Asked, read: Callable[[], Mapping[str, Marked]]
) -> Tables:
    """Writes the tables; `read` gives the marks by learner, where there is one to write.

    UsageProblem where one was asked for that cannot be filled.
    """
    if asked.roster is not None:
        marks = read()
        try:
            found = filled(asked.roster.content, asked.roster.name, marks, column=asked.column)
        except UsageProblem as problem:
            if asked.now:
                raise
            return Tables(remarks=(joined(" ", (problem.message, problem.next_move)),))
        if found is not None:
            _write(made, found.name, found.data)
            return Tables((found.name,), tuple(_remarks(found, marks)))
    if asked.column is not None:
        raise UsageProblem(
            said("--column is of no use: there is no table of a platform to fill in"),
            next_move=said("Give the one that you downloaded with --roster."),
        )
    own = _OWN_IDS.get(platform)
    if asked.roster is not None:
        own = own or _IDS_OF_A_ROSTER.get(platform)
    elif platform in _IDS_OF_A_ROSTER:
        words = said(
            "no table for the gradebook: the download of {platform} does not call learners as its "
            "gradebook does. Give {platform}'s own table of grades with --roster.",
            platform=platform,
        )
        return Tables(remarks=(words,))
    if own is None:
        return Tables()
    kind, name = own
    rows = class_exporter(kind)
    assert rows is not None
    _write(made, name, encoded(kind, "".join(rows(read().values()))))
    return Tables((name,))


def _write(made: Made, name: str, data: bytes) -> None:
    version = version_of(data)
    if not made.stands(name, version):
        made.write(name, version, data)


def _remarks(found: Filled, marks: Mapping[str, Marked]) -> Iterator[str]:
    """What of the marks did not find its place in the platform's table."""
    if found.without_row:
        yield said_many(
            "{number} learner with a mark has no row in {table}: {ids}",
            "{number} learners with a mark have no row in {table}: {ids}",
            len(found.without_row),
            table=found.name,
            ids=some([clean_name(one, limit=60) for one in found.without_row]),
        )
    maximum = next((one.maximum for one in marks.values() if one.maximum), None)
    if found.maximum is not None and maximum is not None and abs(found.maximum - maximum) >= SAME:
        yield said(
            "{table} is for {theirs} points at most, and the marks are out of {ours}",
            table=found.name,
            theirs=points_text(found.maximum),
            ours=points_text(maximum),
        )
