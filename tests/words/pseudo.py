"""A language of brackets: every text of ours stands in ⟦ ⟧, so whatever stands outside is bare."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog

from grader.text.catalogue import DOMAIN
from tests.words.template import compiled, template

LANGUAGE = "qps"
OPEN, CLOSE = "⟦", "⟧"


def bracketed(text: str) -> str:
    """The text of the language of brackets."""
    return f"{OPEN}{text}{CLOSE}"


def install(folder: Path) -> dict[str, str]:
    """Writes the language into a folder; the variables with which it is spoken."""
    made = Catalog(locale="en", domain=DOMAIN)
    for one in template():
        if one.id:
            forms = one.id if isinstance(one.id, tuple) else (one.id,)
            strings = tuple(map(bracketed, forms))
            made.add(one.id, strings if len(forms) > 1 else strings[0], context=one.context)
    target = folder / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.mo"
    target.parent.mkdir(parents=True)
    target.write_bytes(compiled(made))
    return {"AUTOGRAD_GRADER_LOCALE": str(folder), "LANGUAGE": LANGUAGE}
