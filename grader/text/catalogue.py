"""Catalogues in use: found, read, and asked. Loaded only for a reader of another language.

A catalogue may come from a course, so nothing in it can do harm: a file that cannot be read costs
one line and its words, and a translation whose placeholders are not those of its source is not
used.
"""

from __future__ import annotations

import gettext
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from string import Formatter

from grader.text.message import Message

DOMAIN = "autograd_grader"
PACKAGED = Path(__file__).parents[1] / "locale"
CONTEXT = "sentence"
"""Sets the templates of messages apart: only those are looked up for a text that was saved."""
MOST_FORMS = 200


class Catalogue:
    """One reader's words."""

    def __init__(self, translations: gettext.NullTranslations, path: str) -> None:
        self._translations = translations
        place = Path(path)
        self.folder = str(place.parents[2])
        self.language = place.parts[-3].split(".")[0].split("@")[0].replace("_", "-")

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

    def message(self, text: str) -> str:
        """The translation of a message, or of the whole of a text that has no values."""
        if not isinstance(text, Message):
            return text if fields(text) else self._sentence(text)
        template = self._sentence(text.one)
        if text.many != text.one:
            template = self._form(text.one, text.many, text.values["number"])
        if not text.values:
            return template
        values = {
            name: self.message(value) if isinstance(value, Message) else value
            for name, value in text.values.items()
        }
        return template.format(**values)

    def _sentence(self, source: str) -> str:
        found = self._translations.pgettext(CONTEXT, source)
        return source if found == source else fitting(found, source)

    def _form(self, one: str, many: str, number: object) -> str:
        assert isinstance(number, int)
        source = one if number == 1 else many
        return fitting(self._translations.npgettext(CONTEXT, one, many, number), source, many)


def load(languages: Sequence[str], own: str) -> Catalogue | None:
    """The catalogues of these languages behind one another, a course's own before ours."""
    folders = [folder for folder in (own, str(PACKAGED)) if folder]
    first: gettext.GNUTranslations | None = None
    place = ""
    for language in languages:
        for folder in folders:
            for path in gettext.find(DOMAIN, folder, [language], all=True):
                read = _read(path)
                if read is None:
                    continue
                if first is None:
                    first, place = read, path
                else:
                    first.add_fallback(read)
    return None if first is None else Catalogue(first, place)


def _read(path: str) -> gettext.GNUTranslations | None:
    try:
        with open(path, "rb") as stream:
            translations = gettext.GNUTranslations(stream)
        for number in range(MOST_FORMS):  # the rule for its plurals may end in any way too
            translations.ngettext("", "", number)
        return translations
    except Exception as error:
        # its reader was written for sound files: a broken one can end it in any way
        why = type(error).__name__
        print(f"grader: the translation {path} cannot be read ({why}): left out", file=sys.stderr)
        return None


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
