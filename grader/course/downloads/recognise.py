"""Whose a download is: the folder where the submissions lie, and the platform that named them.

A platform recognises a download by a strict reading of its names. Where two do, it is compared who
handed in what: if that is the same, the first has it, and if not, nobody guesses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from grader.course.downloads import nbgrader, submitty
from grader.course.downloads.newest import settle
from grader.course.downloads.reading import Platform, Reading
from grader.course.downloads.shelf import Piece, Shelf
from grader.course.downloads.sources import is_readable
from grader.model.errors import UsageProblem
from grader.text.clean import clean_name
from grader.text.words import said

DEEPEST_WRAPPING = 3

_TOPS = (nbgrader.TOP, submitty.TOP)
"""Beside these folders the platform keeps others of its own."""


class Choice(NamedTuple):
    """A platform's reading of a folder of a download."""

    shelf: Shelf
    platform: Platform
    reading: Reading


def recognised(top: Shelf, platforms: Mapping[str, Platform]) -> Choice | None:
    """The platform that recognises the download, None where none does.

    `platforms` are in the order in which they are asked, by the word for `--format`. Raises
    UsageProblem where two would read it differently.
    """
    for shelf in chain.from_iterable(_levels(top)):
        seen = shelf.remembering()
        readings = ((word, one.read(seen, seen.pieces())) for word, one in platforms.items())
        found = {word: reading for word, reading in readings if reading.recognised}
        if found:
            word = _agreed(top, shelf, platforms, found)
            return Choice(shelf, platforms[word], found[word])
    return None


def by_hand(top: Shelf, plain: Platform, module_file: str) -> Choice:
    """The reading of submissions that were named by hand."""
    shelf = _class_folder(_levels(top), module_file)
    return Choice(shelf, plain, plain.read(shelf, shelf.pieces()))


def asked_for(top: Shelf, platform: Platform) -> Choice:
    """The reading by a platform that was asked for, of the folder that has most learners by it.

    Raises UsageProblem when none has any.
    """
    shelves = list(chain.from_iterable(_levels(top)))
    readings = [platform.read(shelf, shelf.pieces()) for shelf in shelves]
    shelf, reading = max(zip(shelves, readings, strict=True), key=lambda one: _people(one[1]))
    if reading.claims:
        return Choice(shelf, platform, reading)
    names = [clean_name(piece.name, limit=60) for piece in top.pieces()[:1]]
    raise UsageProblem(
        said(
            "nothing in {source} is named as in {platform}: there is {name}, say",
            source=clean_name(top.label),
            platform=platform.NAME,
            name=names[0],
        )
        if names
        else said("{source} holds no submissions.", source=clean_name(top.label)),
        next_move=said("Without `--format` and `--id-pattern` the platform is recognised."),
    )


def _people(reading: Reading) -> int:
    return len({claim.learner_id for claim in reading.claims})


def _agreed(
    top: Shelf, shelf: Shelf, platforms: Mapping[str, Platform], found: Mapping[str, Reading]
) -> str:
    """The first of those that recognise the download, where all read it alike."""
    first, *others = found
    handed_in = _handed_in(found[first], shelf) if others else {}
    for other in others:
        if _handed_in(found[other], shelf) != handed_in:
            raise UsageProblem(
                said(
                    "{source} may come from {first} or {other}, which differ in who handed in what",
                    source=clean_name(top.label),
                    first=platforms[first].NAME,
                    other=platforms[other].NAME,
                ),
                next_move=said(
                    "Say which: --format {first} or --format {other}.", first=first, other=other
                ),
            )
    return first


def _handed_in(reading: Reading, shelf: Shelf) -> dict[str, list[str]]:
    """What counts of each learner, by its paths."""
    return {claim.learner_id: sorted(claim.source.paths) for claim in settle(reading.claims, shelf)}


def _levels(top: Shelf) -> list[list[Shelf]]:
    """The folder, and those that lie alone in it; before each, those of `_TOPS` in it."""
    levels: list[list[Shelf]] = []
    shelf = top
    while True:
        pieces = [piece for piece in shelf.pieces() if not piece.name.lower().endswith(".csv")]
        tops = [name for name in _TOPS if Piece(name, True) in pieces]
        levels.append([*map(shelf.inside, tops), shelf])
        alone = len(pieces) == 1 and pieces[0].is_folder
        if not alone or len(levels) == DEEPEST_WRAPPING:
            return levels
        shelf = shelf.inside(pieces[0].name)


def _class_folder(levels: Sequence[Sequence[Shelf]], module_file: str) -> Shelf:
    """Where submissions named by hand lie side by side: often one folder lies around them all."""
    top, inner = levels[0][-1], levels[-1][-1]
    pieces = [piece for piece in inner.pieces() if not piece.name.lower().endswith(".csv")]
    alike = sum(piece.is_folder or is_readable(piece.name) for piece in pieces)
    is_class = alike > 1 and Piece(module_file, False) not in pieces
    return inner if is_class else top
