"""Code out of an online editor's page: exactly what was typed, or a sentence."""

from __future__ import annotations

import contextlib
import html
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.downloads.onlinetext import UnclearTextError, code_in
from tests.course.downloads.kit import canvas_page, moodle_page

CODE = """class Value:
    def __init__(self, data):
        self.data = data  # <b>not bold</b> & "quoted"

    def __add__(self, other):
        if self.data < other.data:
\t\treturn   1
        return 2
"""


def plain_text(code: str) -> str:
    """What Moodle makes of its plain text format: breaks, and every second space kept."""
    return html.escape(code).replace("  ", "&nbsp; ").replace("\n", "<br />\n")


def rich_editor(code: str) -> str:
    """What an editor makes of pasted lines: one paragraph, breaks, and indentation kept."""
    lines = []
    for line in code.split("\n"):
        body = line.lstrip(" ")
        lines.append("&nbsp;" * (len(line) - len(body)) + html.escape(body))
    return f'<p dir="ltr" style="text-align: left;">{"<br>".join(lines)}</p>'


def paragraphs(code: str) -> str:
    """One paragraph for each line."""
    lines = [html.escape(line).replace("  ", "&nbsp;&nbsp;") for line in code.split("\n")]
    return "\n".join(f"<p>{line or '<br>'}</p>" for line in lines)


def preformatted(code: str) -> str:
    """A code block, coloured by the editor."""
    coloured = html.escape(code).replace("class", '<span class="kw">class</span>')
    return f'<pre class="language-python"><code>{coloured}</code></pre>\n<p>&nbsp;</p>'


MAKERS = [plain_text, rich_editor, paragraphs, preformatted]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("page", [moodle_page, lambda body: body])
def test_what_was_typed_comes_back(make, page) -> None:
    assert code_in(page(make(CODE))).rstrip() == CODE.rstrip()


def test_canvas_puts_its_own_heading_before_the_text() -> None:
    page = canvas_page(preformatted(CODE)).partition("</h1>")[2]
    assert code_in(page).rstrip() == CODE.rstrip()


LINES = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.text(st.sampled_from("abc_1=+-*/<>&\"'#()[]{}:;,. é语"), min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=8,
)


@given(LINES, st.sampled_from(MAKERS))
def test_any_lines_come_back_or_are_refused(lines, make) -> None:
    """Nothing is ever changed but white space at the ends of lines."""
    code = "\n".join(" " * indent + body.strip() for indent, body in lines if body.strip())
    try:
        found = code_in(moodle_page(make(code)))
    except UnclearTextError:
        return
    assert [line.rstrip() for line in found.rstrip().split("\n")] == code.rstrip().split("\n")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<p>My solution:</p><pre>x = 1</pre>", "text beside the code block"),
        ("<p>def f():\n    return 1</p>", "where lines end"),
        ("<p>x = 1\n<b>y = 2</b></p>", "where lines end"),
        ("<p>\n    x = 1</p>", "how far lines are indented"),
        ("<p>def f():</p><p>return 1</p>", "its indentation is lost"),
        ("if x:<br>y = 1", "its indentation is lost"),
        ('<p>if x:</p><p style="padding-left: 40px;">y = 1</p>', "a matter of style"),
        ("<ul><li>x = 1</li></ul>", "more than lines of text (<ul>)"),
        ('<p><img src="code.png"></p>', "more than lines of text (<img>)"),
        ("<table><tr><td>x</td></tr></table>", "<table>"),
        ("<script>alert(1)</script>", "<script>"),
        ("x <!-- never closed", "not sound HTML"),
        ("a <b c", "not sound HTML"),
        ("<head>", "not sound HTML"),
    ],
)
def test_what_would_be_a_guess_is_refused(body: str, why: str) -> None:
    with pytest.raises(UnclearTextError) as caught:
        code_in(body)
    assert why in str(caught.value)


def test_comments_and_headings_of_the_page_are_no_text() -> None:
    assert code_in("<!-- pasted --><p>x = 1</p><!----><p>y = 2</p>") == "x = 1\ny = 2\n"
    assert code_in("<!DOCTYPE html><head><title>a</title></head><body></body>").strip() == ""


@pytest.mark.parametrize(
    "piece", ["<b> ", "<pre>x", "<!--", "<br>", "<a", "</p>\n", "&nbsp;", "<p>x", "<b>x</b>", "&#"]
)
def test_a_hostile_page_costs_no_time(piece: str) -> None:
    """One pass, whatever the page holds."""
    start = time.process_time()
    with contextlib.suppress(UnclearTextError):
        code_in(piece * (2**18 // len(piece)))
    assert time.process_time() - start < 4
