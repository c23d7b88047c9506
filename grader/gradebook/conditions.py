"""What a mark depends on beside the submission, as records and as rows of the gradebook."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

from grader.gradebook.store import Gradebook, readable
from grader.model.exercise import Limits
from grader.text.words import said


class Conditions(Struct, frozen=True):
    """What a mark depends on beside the submission.

    The level of isolation is one of them: code that is refused something in the box may earn
    another mark without it, and a mark earned unguarded must not pass for one earned in the box.
    So is the version of Python: the same source may behave differently.
    """

    exercise: str
    exercise_digest: str
    grader: str
    python: str
    seed: str
    limits: Limits
    isolation: str

    @property
    def digest(self) -> str:
        """Equal for equal conditions."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    def differences(self, before: Conditions) -> list[str]:
        """What is not as it was before, in words."""
        words: list[str] = []
        if self.exercise_digest != before.exercise_digest:
            words.append(said("the exercise was changed"))
        for name in ("grader", "python", "isolation"):
            old, new = getattr(before, name), getattr(self, name)
            if old != new:
                words.append(f"{name} {old} became {new}")
        if self.seed != before.seed:
            words.append(said("the seeds of the random checks were changed"))
        for name in self.limits.__struct_fields__:
            old, new = getattr(before.limits, name), getattr(self.limits, name)
            if old != new:
                words.append(
                    said("limit {name} {old:g} became {new:g}", name=name, old=old, new=new)
                )
        return words


def conditions_id(book: Gradebook, conditions: Conditions) -> int:
    """The number of these conditions, new or known."""
    values = (conditions.digest, msgspec.json.encode(conditions).decode())
    book.do("INSERT OR IGNORE INTO conditions(digest, detail) VALUES (?, ?)", values)
    return int(book.one("SELECT id FROM conditions WHERE digest = ?", values[:1])[0])


def conditions_of(book: Gradebook, number: int) -> Conditions:
    """The conditions of that number."""
    detail = book.one("SELECT detail FROM conditions WHERE id = ?", (number,))[0]
    with readable(book.path):
        return msgspec.json.decode(detail, type=Conditions)
