"""Catalogues in use: found, read, and asked. Loaded only for a reader of another language.

A catalogue may come from a course, so nothing in it can do harm: a file that cannot be read costs
one line and its words, and a translation whose placeholders are not those of its source is not
used.
"""

from __future__ import annotations

import gettext
import re
import struct
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from string import Formatter
from typing import NamedTuple

DOMAIN = "autograd_grader"
PACKAGED = Path(__file__).parents[1] / "locale"
CONTEXT = "sentence"
"""Sets what `said` makes apart: only those are looked for in a finished text."""
LONGEST = 4000
DEEPEST = 8
MOST_PARTS = 12
HELD = 2000
MOST_FORMS = 200
LIST = "{names} and {last}"
_FIGURE = re.compile(r"-?[\d.]+(?:e[+-]\d+)?|-?inf|nan")
_NAMES = re.compile(r"(\S+(?:, \S+)*) and (\S+)")
FEWEST_OF_ITS_OWN = 6
"""A template with less of its own would fit what it never made."""


class Template(NamedTuple):
    """A sentence's source: both forms, the pieces between the values of one, and its number."""

    one: str
    many: str
    pieces: tuple[str, ...]
    names: tuple[str, ...]
    figures: frozenset[str]
    number: int


class Catalogue:
    """One reader's words."""

    def __init__(self, translations: gettext.NullTranslations, keys: set[str], path: str) -> None:
        self._translations = translations
        self._keys = keys
        self._known: dict[tuple[str, bool], str] = {}
        place = Path(path)
        self.folder = str(place.parents[2])
        self.language = place.parts[-3].split(".")[0].split("@")[0].replace("_", "-")

    @cached_property
    def _templates(self) -> list[Template]:
        return templates(self._keys)

    def text(self, source: str) -> str:
        """The translation of a text."""
        # the key of a catalogue's head is the empty text
        return fitting(self._translations.gettext(source), source) if source else source

    def fits(self, sources: Iterable[str]) -> bool:
        """Whether whoever looks these up without asking us can fill all of them in."""
        return all(self._translations.gettext(one) == self.text(one) for one in sources)

    def plural(self, one: str, many: str, number: int) -> str:
        """The translation of the form for this number."""
        source = one if number == 1 else many
        return fitting(self._translations.ngettext(one, many, number), source, many)

    def retold(self, text: str, depth: int = 0) -> str:
        """The translation of a finished sentence; itself where no template made it."""
        if not text or len(text) > LONGEST or depth > DEEPEST:
            return text
        # the ends of a text are met again and again on the ways to take it apart
        key = (text, depth > 0)
        if key not in self._known:
            if len(self._known) >= HELD:
                self._known.clear()
            whole = self._whole(text, depth) or (self._list(text) if depth else None)
            self._known[key] = whole if whole is not None else self._in_parts(text, depth)
        return self._known[key]

    def _whole(self, text: str, depth: int) -> str | None:
        for template in self._templates:
            values = match(template, text)
            if values is not None:
                deeper = {name: self.retold(of, depth + 1) for name, of in values.items()}
                return filled(self._sentence(template, values), deeper)
        return None

    def _list(self, text: str) -> str | None:
        """Names behind one another; too common a shape for anything but a value of a sentence."""
        found = _NAMES.fullmatch(text)
        if found is None:
            return None
        template = fitting(self._translations.pgettext(CONTEXT, LIST), LIST)
        return filled(template, {"names": found[1], "last": found[2]})

    def _sentence(self, template: Template, values: Mapping[str, str]) -> str:
        one, many = template.one, template.many
        if one == many:
            return fitting(self._translations.pgettext(CONTEXT, one), one)
        given = values.get("number", "")
        number = int(given) if given.isdecimal() else template.number
        source = one if number == 1 else many
        return fitting(self._translations.npgettext(CONTEXT, one, many, number), source, many)

    def _in_parts(self, text: str, depth: int) -> str:
        """Line by line, else sentence by sentence: several are often said in one breath."""
        for end in ("\n", ". ", "; ", ": "):
            kept = end.rstrip() if end == ". " else ""
            parts = text.split(end)[:MOST_PARTS]
            for number in range(len(parts) - 1, 0, -1):
                head = end.join(parts[:number]) + kept
                rest = text[len(head) + len(end) - len(kept) :]
                told = self._whole(head, depth)
                if told is None and number > 1:
                    continue
                indent = rest[: len(rest) - len(rest.lstrip())]
                more = indent + self.retold(rest[len(indent) :], depth + 1)
                if told is not None or more != rest:
                    return (told or head) + end[len(kept) :] + more
        return text


def load(languages: Sequence[str], own: str) -> Catalogue | None:
    """The catalogues of these languages behind one another, a course's own before ours."""
    folders = [folder for folder in (own, str(PACKAGED)) if folder]
    first: gettext.GNUTranslations | None = None
    keys: set[str] = set()
    place = ""
    for language in languages:
        for folder in folders:
            for path in gettext.find(DOMAIN, folder, [language], all=True):
                read = _read(path)
                if read is None:
                    continue
                if first is None:
                    first, place = read[0], path
                else:
                    first.add_fallback(read[0])
                keys |= read[1]
    return None if first is None else Catalogue(first, keys, place)


def _read(path: str) -> tuple[gettext.GNUTranslations, set[str]] | None:
    try:
        with open(path, "rb") as stream:
            data = stream.read()
            stream.seek(0)
            translations = gettext.GNUTranslations(stream)
        for number in range(MOST_FORMS):  # the rule for its plurals may end in any way too
            translations.ngettext("", "", number)
        return translations, keys_of(data)
    except Exception as error:
        # its reader was written for sound files: a broken one can end it in any way
        why = type(error).__name__
        print(f"grader: the translation {path} cannot be read ({why}): left out", file=sys.stderr)
        return None


def keys_of(data: bytes) -> set[str]:
    """The sentences of a compiled catalogue, forms by number with a NUL between them."""
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    number, table = struct.unpack_from(f"{order}8xII", data)
    found = set()
    for place in range(number):
        length, start = struct.unpack_from(f"{order}II", data, table + 8 * place)
        context, mark, key = data[start : start + length].decode("utf-8").partition("\x04")
        if mark and context == CONTEXT:
            found.add(key)
    return found


def templates(keys: set[str]) -> list[Template]:
    """What to look for in a text, the one with the most words of its own first."""
    found = []
    for key in keys:
        one, _, many = key.partition("\0")
        for number, form in ((1, one), (2, many)):
            pieces, names = _cut(form)
            figures = frozenset(name for name, _, spec in fields(form) or () if spec == "g")
            if sum(map(len, pieces)) >= FEWEST_OF_ITS_OWN:
                found.append(Template(one, many or one, pieces, names, figures, number))
    return sorted(found, key=lambda one: (-sum(map(len, one.pieces)), one.pieces))


def _cut(template: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pieces, names = [""], []
    if fields(template) is None:
        return (template,), ()  # a lone brace: `said` was given no values for it
    for literal, name, _, _ in Formatter().parse(template):
        pieces[-1] += literal
        if name is not None:
            names.append(name)
            pieces.append("")
    return tuple(pieces), tuple(names)


def match(template: Template, text: str) -> dict[str, str] | None:
    """The values with which the template gives the text. By plain search, never backtracking."""
    pieces = template.pieces
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return {} if text == first else None
    end = len(text) - len(last)
    if end < len(first) or not (text.startswith(first) and text.endswith(last)):
        return None
    values: list[str] = []
    at = len(first)
    for piece in pieces[1:-1]:
        found = text.find(piece, at, end)
        if found < 0:
            return None
        values.append(text[at:found])
        at = found + len(piece)
    values.append(text[at:end])
    given = dict(zip(template.names, values, strict=True))
    return given if all(_FIGURE.fullmatch(given[name]) for name in template.figures) else None


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with values that are text already."""
    if not values:
        return template
    parts = []
    for literal, name, _, _ in Formatter().parse(template):
        parts += [literal, "" if name is None else values.get(name, "")]
    return "".join(parts)


@cache
def fitting(translated: str, source: str, other: str = "") -> str:
    """The translation where it can be filled in as its source can, else the source."""
    asked = fields(translated)
    return translated if asked in (fields(source), fields(other or source)) else source


def fields(text: str) -> frozenset[tuple[str, str, str]] | None:
    """The placeholders of a text, each with how it is written; None when it is no template."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        return None
    return frozenset((n, c or "", s or "") for _, n, s, c in parsed if n is not None)
