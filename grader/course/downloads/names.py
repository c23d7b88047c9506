"""Learner ids out of file names, and file names out of learner ids, in any script.

Two names that differ only in how an accent is stored are one id; two ids never share a file
name, not even on a disk that ignores case or stores accents its own way.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from grader.text.clean import clean_name

LONGEST_ID = 200
LONGEST_FILE_NAME = 100
LONGEST_PAGE_NAME = 120
"""Bytes; file systems take 255, and a zip's path and an ending come on top."""

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9@._+-]*[A-Za-z0-9@_+-])?")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\..*)?", re.IGNORECASE)


def learner_id(text: str) -> str:
    """The id in a name: NFC, and nothing in it that a terminal would act on.

    Where something had to be replaced or cut, a part of a digest keeps the id apart from others.
    """
    whole = unicodedata.normalize("NFC", text)
    if len(whole) <= LONGEST_ID and whole.isprintable():
        return whole
    shown = clean_name(whole, limit=len(whole), joiners=True)
    if shown == whole and len(whole) <= LONGEST_ID:
        return whole
    return f"{shown[: LONGEST_ID - 20]}#{_digest(whole)[:12]}"


def file_name_of(learner: str) -> str:
    """A file name, without ending, that belongs to this id alone and is safe on every system.

    Plain lower-case ids are their own file name. Upper-case letters are noted behind a `~`, as
    hexadecimal bits by position; everything else is named by a digest behind `~~`.
    """
    plain = len(learner) <= LONGEST_FILE_NAME and _PLAIN.fullmatch(learner)
    if plain and not _RESERVED.fullmatch(learner):
        capitals = sum(1 << at for at, ch in enumerate(learner) if ch.isupper())
        return f"{learner}~{capitals:x}" if capitals else learner
    slug = re.sub(r"[^a-z0-9]+", "-", learner.lower())[:40].strip("-")
    return f"{slug}~~{_digest(learner)[:32]}"


def page_names(learners: Iterable[str]) -> dict[str, str]:
    """By learner, a file name without its ending for a person's eyes: the id wherever that can be.

    A part of a digest stands behind it where some file system would not keep two names apart, or
    not keep the name at all.
    """
    ids = list(learners)
    plain = {one: _page_name(one) for one in ids}
    counts = Counter(map(_folded, plain.values()))
    names = {
        one: name if counts[_folded(name)] == 1 else f"{name}~{_digest(one)[:8]}"
        for one, name in plain.items()
    }
    taken = Counter(map(_folded, names.values()))
    return {
        one: name if taken[_folded(name)] == 1 else f"learner~{_digest(one)[:32]}"
        for one, name in names.items()
    }


def _page_name(learner: str) -> str:
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", learner)).strip(" .")
    short = name.encode()[:LONGEST_PAGE_NAME].decode("utf-8", "ignore")
    if short == name and short and not _RESERVED.fullmatch(name) and not name.startswith("~"):
        return name
    return f"{short or 'learner'}~{_digest(learner)[:8]}"


def _folded(name: str) -> str:
    """What two names have in common that some file system takes for one."""
    return unicodedata.normalize("NFKD", name).casefold()


def _digest(text: str) -> str:
    # Names on a disk may hold bytes that are no text; Python keeps them as lone surrogates.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
