"""Every word for people comes through here. English is the source: a text is its own key.

Two ways, by where the words are made. What is shown at once goes through `_` and `ngettext` and is
in the reader's language from the start. A sentence made further down, of an error or of a report,
goes through `said` and stays English, because a report must be the same bytes whoever grades; where
it is shown, `retold` finds the template it was made from and says it in the reader's language.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.text.catalogue import Catalogue

VARIABLE = "AUTOGRAD_GRADER_LOCALE"
"""Names a folder with catalogues of one's own, laid out as `grader/locale` is."""
SOURCE = frozenset({"", "C", "POSIX", "en"})


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


def said(template: str, /, **values: object) -> str:
    """A sentence in the source language, with its values: for errors, reports and what is kept."""
    return template.format(**values) if values else template


def said_many(one: str, many: str, /, number: int, **values: object) -> str:
    """As `said`, in the form for this `number`, which is one of the values."""
    return (one if number == 1 else many).format(number=number, **values)


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`, as `said` has them."""
    if len(names) < 2:
        return "".join(names)
    return said("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def retold(text: str) -> str:
    """A sentence that `said` made, in the reader's language; any other text as it is."""
    found = catalogue()
    return text if found is None else found.retold(text)


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
