"""Markdown with mathematics, as the page shows it. HTML inside it is text, images are words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from grader.render.html.markup import LONGEST, Html
from grader.render.mathematics import MATHEMATICS, mathml
from grader.text.clean import spell_out

LOWEST_HEADING = 4
"""Headings in a text stand below the headings of the page around it."""

_SET_OFF = "<p><math>"


@lru_cache(1024)  # a class has as many pages as learners, and the same words of authors on each
def prose(text: str) -> Html:
    """A text in Markdown as HTML."""
    rendered: str = _markdown().render(spell_out(text, limit=LONGEST))
    return Html(rendered.replace(_SET_OFF, '<p class="formula"><math>'))


@cache
def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
    made.inline.ruler.before("escape", "mathematics", _read_formula)
    made.add_render_rule("mathematics", _show_formula)
    made.core.ruler.push("lower_headings", lambda state: _lower(state.tokens))
    return made


def _read_formula(state: StateInline, silent: bool) -> bool:
    """Takes a formula at the reader's place, if one begins there."""
    found = MATHEMATICS.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("mathematics", "math", 0).content = found[1]
    state.pos = found.end()
    return True


def _show_formula(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    return mathml(tokens[at].content)


def _lower(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + LOWEST_HEADING - 1)}"
