"""Groups of learners whose code is alike, from the likeness that the gradebook keeps."""

from __future__ import annotations

from collections.abc import Iterator

from grader.batch.alike import COMMON_SHARE, near_groups
from grader.batch.people import LONGEST_LIST, People
from grader.gradebook import likeness
from grader.model.class_report import Alike, AlikeGroup

MOST_GROUPS = 50
MOST_COMPARED = 20_000


def alike_code(people: People, conditions: int) -> Alike:
    """Every kind of group; one that a tenth of the class is in says nothing and is counted only."""
    total = likeness.marked(people.book, conditions)
    most = max(4, int(COMMON_SHARE * total))
    groups: list[AlikeGroup] = []
    common = 0
    for kind in likeness.KINDS:
        rows = likeness.same(people.book, conditions, kind)
        common += sum(1 for row in rows if row.learners > most)
        for row in [row for row in rows if row.learners <= most][:MOST_GROUPS]:
            who = likeness.who_has(people.book, conditions, kind, row.value, most)
            groups.append(AlikeGroup(kind, row.learners, row.score, people.persons(who)))
    prints = likeness.fingerprints(people.book, conditions, MOST_COMPARED)
    near = _near(people, conditions, prints) if prints is not None else ()
    return Alike((*groups, *near), common, total, prints is not None)


def _near(people: People, conditions: int, prints: dict[int, bytes]) -> Iterator[AlikeGroup]:
    groups = sorted(near_groups(prints), key=lambda group: (-len(group), group))
    for group in groups[:MOST_GROUPS]:
        found = likeness.who_is_shaped_like(people.book, conditions, group, LONGEST_LIST)
        yield AlikeGroup("near", len(found), None, people.persons(found))
