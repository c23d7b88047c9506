"""Any other naming, by a regular expression of the teacher's own: `--id-pattern`.

The pattern is searched in the name of each file and folder; of a folder that it does not fit, in
the paths of what lies in it, such as `group 1/ada/value.py`. Its named groups are `id` and, where
there are such, `name`, `attempt` (the greatest is the newest) and `late` (late where it fits).
Files with the same id and attempt belong together.

A pattern such as `(a+)+$` takes longer than anybody waits on a name that a learner chose for it.
All matching of a download therefore runs under one alarm, after which the pattern is wrong usage;
and names that no file system would hold are not looked at.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence

from grader.course.downloads.entry import Claim
from grader.course.downloads.names import learner_id
from grader.course.downloads.reading import LONGEST_NAME, Part, Reading, pieces_in, together
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import UploadFolder
from grader.model.alarm import OutOfTime, at_most
from grader.model.errors import UsageProblem
from grader.text.clean import clean_text
from grader.text.words import said

MATCHING_S = 5.0
DEEPEST = 4

_SEPARATORS = "_- "


class IdPattern:
    """A platform made of a pattern. Raises UsageProblem when it is none, or has no group `id`."""

    NAME = "--id-pattern"

    def __init__(self, text: str) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about what later versions may read otherwise
                self._pattern = re.compile(text)
        except (re.error, OverflowError, RecursionError) as error:
            raise UsageProblem(
                said("--id-pattern is no regular expression: {error}", error=clean_text(str(error)))
            ) from None
        if "id" not in self._pattern.groupindex:
            raise UsageProblem(
                said(
                    "--id-pattern has no group `id`: write one as (?P<id>...), to tell whose it is"
                )
            )

    def read(self, shelf: Shelf, pieces: Sequence[Piece]) -> Reading:
        """One claim for each attempt; UsageProblem when matching does not come to an end."""
        try:
            with at_most(MATCHING_S):
                looked_at = list(self._matches(shelf, "", pieces, DEEPEST))
        except OutOfTime:
            raise UsageProblem(
                said("--id-pattern takes too long: some name here makes it try without end"),
                next_move=said("Avoid a repetition inside a repetition, as in (a+)+."),
            ) from None
        found = [(piece, match) for piece, match in looked_at if match is not None]
        claims = [self._folder(piece, match) for piece, match in found if piece.is_folder]
        claims += together(
            self._part(piece, match) for piece, match in found if not piece.is_folder
        )
        return Reading(
            claims=claims,
            found=[piece for piece, _ in found],
            stray=[piece for piece, match in looked_at if match is None],
        )

    def _matches(
        self, shelf: Shelf, around: str, pieces: Sequence[Piece], deepest: int
    ) -> Iterator[tuple[Piece, re.Match[str] | None]]:
        """Each file or folder by its path, with what fits it; folders that nothing fits opened."""
        for name, is_folder in pieces:
            piece = Piece(around + name, is_folder)
            match = self._pattern.search(piece.name) if len(piece.name) <= LONGEST_NAME else None
            if match is not None and (not match["id"] or "/" in match["id"]):
                match = None  # no id reaches over folders
            inside = pieces_in(shelf, piece.name) if is_folder and match is None else []
            if inside and deepest > 1:
                yield from self._matches(shelf, f"{piece.name}/", inside, deepest - 1)
            else:
                yield piece, match

    def _folder(self, piece: Piece, match: re.Match[str]) -> Claim:
        part = self._part(piece, match)
        return Claim(
            learner_id=learner_id(part.learner),
            learner_name=learner_id(part.name) if part.name else None,
            source=UploadFolder(piece.name),
            rank=part.rank,
            late=part.late,
            attempt=part.attempt,
        )

    def _part(self, piece: Piece, match: re.Match[str]) -> Part:
        groups = match.groupdict()
        attempt = groups.get("attempt") or ""
        rest = piece.name[match.end() :].rpartition("/")[2].lstrip(_SEPARATORS)
        return Part(
            learner=match["id"],
            key=(attempt,),
            upload=piece.name.rpartition("/")[2] if rest.startswith(".") or not rest else rest,
            path=piece.name,
            rank=_rank(attempt),
            name=groups.get("name"),
            late=bool(groups["late"]) if "late" in groups else None,
            attempt=int(attempt) if re.fullmatch(r"[0-9]{1,9}", attempt) else None,
        )


def _rank(attempt: str) -> tuple[int, ...]:
    """Attempts in the order of their numbers, and of their letters where they have none."""
    numbers = re.findall(r"[0-9]+", attempt)
    return tuple(map(int, numbers)) if numbers else tuple(map(ord, attempt))
