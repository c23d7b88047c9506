"""The submissions that no known mistake describes, and what may be said of them."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from grader.exercise.content import solutions
from grader.exercise.document import Document, nearest
from grader.exercise.find import read_bytes
from grader.model.exercise import Exercise
from grader.text.words import said

ALLOWED = "allowed.yaml"


class NearMiss(Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with a submission that no known mistake describes, and what may be said of it.

    `may_say` are the ids of known mistakes that are true of it all the same; `shows` has to stand
    in the messages of its failing checks.
    """

    wrong: str
    may_say: tuple[str, ...]
    shows: tuple[str, ...] = ()
    full_marks: bool = False


def near_misses(exercise: Exercise) -> dict[Path, NearMiss]:
    """The submissions in `unknown`, and what their list says of each.

    Raises ExerciseProblem where the list is not sound, or does not fit the files.
    """
    folder = exercise.reference / "unknown"
    files = {path.name: path for path in solutions(exercise, folder)}
    listing = folder / ALLOWED
    if not files and not listing.exists():
        return {}
    page = Document(
        str(listing),
        read_bytes(listing, listing),
        lambda path, depth: NearMiss if depth == 1 else None,
        said("Begin it with the name of a file: `name.py:`."),
    )
    entries = _entries(page)
    for name in entries:
        if name not in files:
            what = said("there is no `{name:.60}` in this folder.", name=name)
            page.refuse(f"$.{name}", what, nearest(name, files or [ALLOWED]))
    for name in files:
        if name not in entries:
            what = said("`{name}` has no entry here.", name=name)
            page.refuse("$", what, said("Add the key `{key}:`.", key=name))
    return {files[name]: entries[name] for name in sorted(entries)}


def _entries(page: Document) -> dict[str, NearMiss]:
    """The entries by the name of their file."""
    data = page.plain()
    page.refuse_complaints()
    found = {}
    for name, value in data.items():
        path = f"$.{name}"
        if not isinstance(value, dict):
            what = said("nothing is said of `{name:.60}`.", name=name)
            page.refuse(path, what, said("Add the keys `wrong:` and `may_say:` below it."))
        found[name] = page.typed(value, NearMiss, path)
        if not found[name].wrong.strip():
            what = said("`{name}` is empty.", name="wrong")
            page.refuse(f"{path}.wrong", what, said("Write it."))
    return found
