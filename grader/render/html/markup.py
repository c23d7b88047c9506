"""Makes HTML that cannot forget to escape.

`tag` takes text and `Html`: text is cleaned and escaped, `Html` was made here and passes. So a
learner's text can reach a page only as text, and mypy checks every call; with that, a template
language would bring a dependency, and a second one compiled, and take the checking away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from string import Formatter

from grader.text.clean import spell_out

LONGEST = 200_000
_VOID = frozenset({"meta", "hr", "br", "link", "input"})
_CODE = re.compile(r"`([^`\n]{1,200})`")


class Html(str):
    """Markup that is safe to put into a page."""

    __slots__ = ()


Child = str | Html | None | Iterable["Child"]
Attribute = str | int | bool | None
EMPTY = Html("")


def tag(_name: str, *children: Child, **attributes: Attribute) -> Html:
    """An element. `class_` is class, `aria_label` aria-label; None and False are left out."""
    pairs = "".join(_attribute(key, value) for key, value in attributes.items())
    if _name in _VOID:
        return Html(f"<{_name}{pairs}>")
    return Html(f"<{_name}{pairs}>{join(*children)}</{_name}>")


def join(*children: Child) -> Html:
    """Everything after one another, text escaped."""
    return Html("".join(map(_child, children)))


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return escape(spell_out(child, limit=LONGEST), quote=False)
    return "".join(map(_child, child))


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(spell_out(str(value), limit=LONGEST))}"'


def inline(text: str) -> Html:
    """One line of words in which `code` between backticks is set as code."""
    parts: list[Child] = []
    end = 0
    for found in _CODE.finditer(text):
        parts += [text[end : found.start()], tag("code", found[1])]
        end = found.end()
    return join(*parts, text[end:])


def around(template: str, **parts: Child) -> Html:
    """A sentence with elements in it: each takes the place of its name in braces."""
    made: list[Child] = []
    for literal, name, _, _ in Formatter().parse(template):
        made += [literal, parts[name] if name is not None else None]
    return join(made)


def unseen(words: str) -> Html:
    """Words for screen readers only, where the eye has a sign."""
    return tag("span", words, class_="unseen")


def sign(character: str) -> Html:
    """A sign for the eye only."""
    return tag("span", character, class_="sign", aria_hidden="true")


def fold(title: Child, *body: Child, open_: bool = False, class_: str | None = None) -> Html:
    """What opens on demand, with or without JavaScript."""
    return tag("details", tag("summary", title), *body, open=open_, class_=class_)
