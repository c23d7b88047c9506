"""PrairieLearn, "Downloads": `ada@example.edu_1_autograd_1_2_value.py`.

The parts are the uid, an address; the number of the assessment instance, the question, the number
of the variant and, where all submissions are downloaded, of the submission; and the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.course.downloads.reading import Part, Reading, matched, together
from grader.course.downloads.shelf import Piece, Shelf

NAME = "PrairieLearn"

# A question may end in numbers, too: the file is what follows the last ones.
_FILE = re.compile(
    r"(?P<uid>[^@]+@[^@_]+)(?P<asked>_[0-9]{1,9}_.+?(?:_[0-9]{1,9}){1,2})"
    r"_(?![0-9]+_)(?P<upload>(?:(?!_[0-9]+_).)+)",
    re.DOTALL,
)
_NUMBER = re.compile(r"(?<=_)[0-9]{1,9}(?=_|$)")


def read(shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
    """One claim for each submission: the one with the highest numbers is the newest."""
    named, stray = matched(_FILE, pieces, folders=False)
    parts = (
        Part(
            learner=match["uid"],
            key=(match["asked"],),
            upload=match["upload"],
            path=piece.name,
            rank=tuple(map(int, _NUMBER.findall(match["asked"]))),
        )
        for piece, match in named
    )
    return Reading(claims=list(together(parts)), found=[piece for piece, _ in named], stray=stray)
