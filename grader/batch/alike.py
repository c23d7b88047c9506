"""What two submissions have in common: token-based marks of likeness, and groups of alike ones.

Theory of operation. Source is cut into tokens; comments, strings and layout are left out. `text`
is the digest of the tokens, `shape` the digest with every name replaced by one sign, and `prints`
are winnowed fingerprints: of every run of GRAM tokens (names kept) a 32-bit checksum, and of every
WINDOW of those the smallest. What the exercise hands out is taken away before anything is
compared, and so is what many learners share: in a small exercise right answers are often alike.
"""

from __future__ import annotations

import hashlib
import keyword
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

from grader.model.exercise import Submission

GRAM = 9
WINDOW = 4
LARGEST = 200_000
"""Characters of source beyond which likeness is not looked for."""

COMMON_SHARE = 0.1
"""A fingerprint that more than this share of a class has is an idiom, not a trace."""

LEAST_OWN = 6
"""Fingerprints of its own that a submission needs before it can be near another."""

NEAR = 0.8
"""The share of own fingerprints two submissions have in common to be near-identical."""

# Possessive (*+) and each alternative bounded by its own end: hostile text takes one pass.
_TOKEN = re.compile(
    r"""
      \#[^\n]*+ | [ \t\r\f\n\\]++
    | (?P<string> [A-Za-z]{0,2}
        (?: \"{3}(?:\\.|(?!\"{3}).)*+(?:\"{3})? | '{3}(?:\\.|(?!'{3}).)*+(?:'{3})?
          | "(?:\\.|[^"\\\n])*+"? | '(?:\\.|[^'\\\n])*+'? ) )
    | (?P<name> [^\W\d]\w*+ ) | (?P<number> \.?\d[\w.]*+ )
    | (?P<sign> \*\*=?|//=?|[-+*/%&|^@=<>!:]=|->|. )
    """,
    re.VERBOSE | re.DOTALL,
)
_KEYWORDS = frozenset(keyword.kwlist)


class Likeness(NamedTuple):
    """The token-based marks of one submission; all empty where it is too large to look at."""

    text: str
    shape: str
    prints: bytes


def likeness(submission: Submission, handed_out: frozenset[int]) -> Likeness:
    """The marks of a submission, without the fingerprints of what was handed out."""
    if sum(len(file.text) for file in submission.files) > LARGEST:
        return Likeness("", "", b"")
    words = [word for file in submission.files for word in tokens(file.text)]
    own = array("I", sorted(fingerprints(words) - handed_out))
    return Likeness(_digest(words), _digest(_shapes(words)), own.tobytes())


def tokens(source: str) -> list[str]:
    """The tokens of a source; a string is `""`, whatever it says."""
    found = []
    for match in _TOKEN.finditer(source):
        if match.lastgroup == "string":
            found.append('""')
        elif match.lastgroup is not None:
            found.append(match[0])
    return found


def fingerprints(words: Sequence[str]) -> frozenset[int]:
    """Winnowed checksums of all runs of GRAM tokens."""
    grams = [
        crc32(" ".join(words[at : at + GRAM]).encode("utf-8", "replace"))
        for at in range(len(words) - GRAM + 1)
    ]
    spans = range(max(1, len(grams) - WINDOW + 1)) if grams else range(0)
    return frozenset(min(grams[at : at + WINDOW]) for at in spans)


def _shapes(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        is_name = word.isidentifier() and word not in _KEYWORDS
        yield "n" if is_name else word


def _digest(words: Iterable[str]) -> str:
    data = "\n".join(words).encode("utf-8", "replace")
    return hashlib.blake2b(data, digest_size=12).hexdigest()


# --- groups -------------------------------------------------------------------------------


def near_groups(prints: Mapping[int, bytes]) -> list[list[int]]:
    """Groups of submissions (by number) whose own, uncommon fingerprints are nearly the same."""
    own = _uncommon(prints)
    holders: dict[int, list[int]] = defaultdict(list)
    for number, marks in own.items():
        for mark in marks:
            holders[mark].append(number)
    parent = {number: number for number in own}
    for number, marks in own.items():
        shared = Counter(other for mark in marks for other in holders[mark] if other > number)
        for other, common in shared.items():
            if common >= NEAR * (len(marks) + len(own[other]) - common):
                parent[_root(parent, other)] = _root(parent, number)
    groups: dict[int, list[int]] = defaultdict(list)
    for number in own:
        groups[_root(parent, number)].append(number)
    return [group for group in groups.values() if len(group) > 1]


def _uncommon(prints: Mapping[int, bytes]) -> dict[int, array[int]]:
    """Each submission's fingerprints that few others have, where it has enough of them."""
    counts: Counter[int] = Counter()
    for data in prints.values():
        counts.update(array("I", data))
    most = max(4, int(COMMON_SHARE * len(prints)))
    most = min(most, 200)
    kept = {}
    for number, data in prints.items():
        marks = array("I", (mark for mark in array("I", data) if counts[mark] <= most))
        if len(marks) >= LEAST_OWN:
            kept[number] = marks
    return kept


def _root(parent: dict[int, int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number
