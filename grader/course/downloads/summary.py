"""What was recognised in a download, and how much of it, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from grader.text.clean import clean_name
from grader.text.words import listed, said, said_many, some

_AN = re.compile(r"(?i:[aeio]|nb)")
_LONGEST = 60


class Summary(Struct, frozen=True, kw_only=True):
    """How a download was read: the people in it, what they handed in, and what is nobody's.

    `kind` is what it was taken for, and `aside` are the names that nothing was made of.
    """

    kind: str
    people: int
    files: int
    folders: int
    aside: Sequence[str]

    def lines(self) -> list[str]:
        """A line that says what was recognised, and one about what is not graded."""
        things = [
            said_many("{number} file", "{number} files", self.files),
            said_many("{number} folder", "{number} folders", self.folders),
        ]
        told = [
            thing for thing, count in zip(things, (self.files, self.folders), strict=True) if count
        ]
        first = said(
            "{kind}: {people}, {things}",
            kind=self.kind,
            people=said_many("{number} person", "{number} people", self.people),
            things=listed(told or things[:1]),
        )
        if not self.aside:
            return [first]
        number = len(self.aside)
        return [
            first,
            said_many(
                "{number} side file, not graded: {names}",
                "{number} side files, not graded: {names}",
                number,
                names=some([clean_name(name, limit=_LONGEST) for name in self.aside]),
            ),
        ]


def download_of(platform: str) -> str:
    """`a Canvas download`."""
    if _AN.match(platform):
        return said("an {platform} download", platform=platform)
    return said("a {platform} download", platform=platform)
