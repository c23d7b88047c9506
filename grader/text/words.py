"""Every word for people comes through here. English is the source: a text is its own key.

Two ways, by where the words are made. What is shown at once goes through `_` and `ngettext` and is
in the reader's language from the start. A sentence made further down, of an error or of a report,
is a `Message`, made by `said`: English text, because a report must be the same bytes whoever
grades, that still knows its template and values; where it is shown, `translated` fills in the
template of the reader's language.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.text.catalogue import Catalogue
from grader.text.message import Message, make_message

VARIABLE = "AUTOGRAD_GRADER_LOCALE"
"""Names a folder with catalogues of one's own, laid out as `grader/locale` is."""

SOURCE = frozenset({"", "C", "POSIX", "en"})

LIST = "{names} and {last}"


def gettext(text: str) -> str:
    """`text` in the reader's language."""
    found = catalogue()
    return text if found is None else found.text(text)


_ = gettext


def ngettext(one: str, many: str, number: int) -> str:
    """The form of the text for this number, in the reader's language."""
    found = catalogue()
    if found is None:
        return one if number == 1 else many
    return found.plural(one, many, number)


def N_(text: str) -> str:  # noqa: N802  gettext's own name for it, which tools look for
    """`text` as it is; marks a constant that `_` translates where it is shown."""
    return text


def said(template: str, /, **values: object) -> Message:
    """A sentence in the source language, with its values: for errors, reports and what is kept."""
    return make_message(
        template.format(**values) if values else template, template, template, values
    )


def said_many(one: str, many: str, /, number: int, **values: object) -> Message:
    """As `said`, in the form for this `number`, which is one of the values."""
    values["number"] = number
    return make_message((one if number == 1 else many).format(**values), one, many, values)


def some(names: Sequence[str], most: int = 5) -> Message:
    """`a, b, c`, or the first `most` of these names and how many more there are."""
    shown = joined(", ", names[:most])
    if len(names) <= most:
        return shown
    return said("{names} and {number} more", names=shown, number=len(names) - most)


def listed(names: Sequence[str], most: int | None = None) -> Message:
    """`a`, `a and b`, `a, b and c`, as `said` has them; more than `most` as `some` has them."""
    if most is not None and len(names) > most:
        return some(names, most)
    if len(names) < 2:
        return joined("", names)
    return said(LIST, names=joined(", ", names[:-1]), last=names[-1])


def joined(separator: str, parts: Iterable[str]) -> Message:
    """The parts as one text, of which those that are messages can still be translated.

    A text that is not ours, such as a learner's own words, stays as it is in every language.
    """
    values: dict[str, object] = {f"part{number}": part for number, part in enumerate(parts)}
    template = separator.join(f"{{{name}}}" for name in values)
    return make_message(template.format(**values), template, template, values)


def translated(text: str) -> str:
    """A message in the reader's language; any other text as it is.

    A text that was saved or sent has lost its template. It is known again as a whole, where it is
    a sentence without values, and never in parts: the parts may be somebody's own words.
    """
    found = catalogue()
    return text if found is None else found.message(text)


def language() -> str:
    """The language that is written, as HTML names it."""
    found = catalogue()
    return "en" if found is None else found.language


def wanted() -> list[str]:
    """The languages a reader asks for, most wanted first, as far as they come before English."""
    asked = map(os.environ.get, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    names: list[str] = []
    for name in (next(filter(None, asked), None) or "").split(":"):
        # English needs no catalogue, so gettext would look past it for one it has
        if name.split(".")[0].split("@")[0].split("_")[0] in SOURCE:
            break
        names.append(name)
    return names


@functools.cache
def catalogue() -> Catalogue | None:
    """The reader's catalogue; None where the source language will do."""
    languages = wanted()
    if not languages:
        return None
    from grader.text.catalogue import load

    return load(languages, os.environ.get(VARIABLE, ""))
