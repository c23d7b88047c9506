"""A page as a document: its head, with a policy that lets nothing run but what is inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from grader.render.html.markup import Child, Html, tag
from grader.render.resources import resource
from grader.text.words import language

STYLES = ("page.css", "graph.css")
SCRIPT = "page.js"


def document(
    title: str,
    *body: Child,
    styles: Sequence[str] = STYLES,
    scripts: Sequence[str] = (SCRIPT,),
    forms: str = "'none'",
    class_: str | None = None,
) -> str:
    """The document, which needs nothing else; `forms` is where a form of it may be sent."""
    style, code = "".join(map(resource, styles)), "".join(map(resource, scripts))
    policy = f"default-src 'none'; style-src {_hash(style)}"
    if code:
        policy += f"; script-src {_hash(code)}"
    policy += f"; base-uri 'none'; form-action {forms}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Html(style)),
    )
    script = tag("script", Html(code)) if code else None
    whole = tag("body", *body, script, class_=class_)
    return f"<!doctype html>\n{tag('html', head, whole, lang=language())}\n"


def two_columns(title: str, skip: Html, work: Child, beside: Html) -> str:
    """A document with a form in it: what is worked on, and what stands beside it."""
    return document(
        title,
        skip,
        tag("div", work, class_="work"),
        tag("aside", beside),
        styles=(*STYLES, "hand_in.css"),
        scripts=(SCRIPT, "hand_in.js"),
        forms="'self'",
        class_="columns",
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
