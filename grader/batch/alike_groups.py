"""Groups of learners whose code is alike, from the likeness that the gradebook keeps."""

from __future__ import annotations

from collections.abc import Iterator

from grader.batch.alike import COMMON_SHARE, near_groups
from grader.batch.people import HERE, LONGEST_LIST, People
from grader.model.class_report import Alike, AlikeGroup

MOST_GROUPS = 50
MOST_COMPARED = 20_000
GRADED = "FROM learners l JOIN marks m ON m.id = l.mark"
KINDS = (
    ("file", "m.submission", "l.id"),
    ("text", "m.text", "m.submission"),
    ("shape", "m.shape", "m.text"),
)
"""What is the same in a group, and what must differ, or a group would be told twice."""


def alike_code(people: People) -> Alike:
    """Every kind of group; one that a tenth of the class is in says nothing and is counted only."""
    total = people.book.one(f"SELECT count(*) {GRADED} WHERE {HERE}", people.values)[0]
    most = max(4, int(COMMON_SHARE * total))
    groups: list[AlikeGroup] = []
    common = 0
    for kind, column, other in KINDS:
        rows = people.book.rows(
            f"SELECT {column}, count(*) AS n, min(m.score) {GRADED} WHERE {HERE} "
            f"AND {column} != '' GROUP BY 1 HAVING count(DISTINCT {other}) > 1 ORDER BY n DESC, 1",
            people.values,
        )
        common += sum(1 for row in rows if row[1] > most)
        who = f"WHERE {HERE} AND {column} = :value"
        groups += [
            AlikeGroup(kind, count, score, people.examples(who, most, value=value))
            for value, count, score in [row for row in rows if row[1] <= most][:MOST_GROUPS]
        ]
    prints = _prints(people)
    near = _near(people, prints) if prints is not None else ()
    return Alike((*groups, *near), common, total, prints is not None)


def _prints(people: People) -> dict[int, bytes] | None:
    """The fingerprints of every distinct submission; None in a class too large for it."""
    rows = people.book.rows(
        f"SELECT min(m.id), m.prints {GRADED} WHERE {HERE} GROUP BY m.shape ORDER BY 1 LIMIT :most",
        {**people.values, "most": MOST_COMPARED + 1},
    )
    return dict(rows) if len(rows) <= MOST_COMPARED else None


def _near(people: People, prints: dict[int, bytes]) -> Iterator[AlikeGroup]:
    groups = sorted(near_groups(prints), key=lambda group: (-len(group), group))
    for group in groups[:MOST_GROUPS]:
        shapes = f"SELECT shape FROM marks WHERE id IN ({', '.join(map(str, group))})"
        found = people.examples(f"WHERE {HERE} AND m.shape IN ({shapes})", LONGEST_LIST)
        yield AlikeGroup("near", len(found), None, found)
