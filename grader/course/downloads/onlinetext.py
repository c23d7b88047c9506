"""Code out of a page of HTML that an online editor made, where that can be done without guessing.

What an editor keeps of pasted code is either a preformatted block, or lines that end with a
break or a block. Anything that hides where a line ended or how far it was indented is refused
with a sentence: a wrong guess would cost the learner marks. The page is read in one pass, so a
hostile one costs no more time than a friendly one.
"""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import NoReturn

from msgspec import Struct

from grader.course.downloads.shelf import Shelf
from grader.intake.refusal import refuse
from grader.intake.take import LARGEST_SOURCE, take_source
from grader.model.exercise import Submission
from grader.text.words import said

_TAG = re.compile(r"<(?:!DOCTYPE|(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*+))(?P<rest>[^<>]*+)>")
_BLOCKS = frozenset("html body p div section article h1 h2 h3 h4 h5 h6 pre".split())
_INLINE = frozenset("a b i u em strong span font code tt kbd samp var small big mark".split())
_INDENTED = re.compile(r"(?:padding-left|margin-left|text-indent)\s*:[^;\"']*[1-9]", re.IGNORECASE)
_OPENER = re.compile(r"(?:class|def|if|for|while|else|elif|try|except|with|async)\b.*:\s*(?:#.*)?")
_SPACE = " \t\r\n"
_NO_BREAK = str.maketrans({"\xa0": " ", "\u202f": " "})


class OnlineText(Struct, frozen=True, gc=False):
    """A page that holds what a learner typed or pasted into the platform's editor.

    The platform's own heading ends with `heading_end`, where it puts one before the text.
    """

    path: str
    heading_end: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders the submission is made of."""
        return (self.path,)

    def take(self, shelf: Shelf, module_file: str) -> Submission:
        """Reads the submission; raises SubmissionRefused."""
        code = self.code(shelf, module_file)
        if not code.strip():
            refuse(
                said("The online text is empty."),
                said("Hand in {module_file} as a file.", module_file=module_file),
            )
        submission = take_source(said("online text"), code.encode(), module_file)
        return submission.noting(said("The code was taken from the online text."))

    def code(self, shelf: Shelf, module_file: str) -> str:
        """The text of the page as lines of code; raises SubmissionRefused."""
        data = shelf.read(self.path, LARGEST_SOURCE)
        try:
            page = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            refuse(
                said("The online text is not UTF-8."),
                said("Hand in {module_file} as a file.", module_file=module_file),
            )
        if self.heading_end in page:
            page = page[page.find(self.heading_end) + len(self.heading_end) :]
        try:
            return code_in(page)
        except UnclearTextError as error:
            what = said(
                "The online text cannot be read as code without guessing: {error}.", error=error
            )
            refuse(what, said("Hand in {module_file} as a file.", module_file=module_file))


class UnclearTextError(ValueError):
    """The page does not say for certain what the lines of code were."""


def code_in(page: str) -> str:
    """The code that a page of HTML shows; raises UnclearTextError where that is a guess."""
    reader = _Reader()
    at = 0
    while at < len(page):
        if page.startswith("<!--", at):
            at = _behind(page, "-->", at)
        elif page[at] == "<":
            tag = _TAG.match(page, at) or _unclear(said("it is not sound HTML"))
            at = tag.end()
            if tag["name"] and tag["name"].lower() == "head" and not tag["close"]:
                at = _behind(page, "</head>", at)
            elif tag["name"]:
                reader.tag(tag["name"].lower(), bool(tag["close"]), tag["rest"])
        else:
            end = page.find("<", at)
            end = end if end >= 0 else len(page)
            reader.text(html.unescape(page[at:end]))
            at = end
    return reader.finish()


def _unclear(why: str) -> NoReturn:
    raise UnclearTextError(why)


def _behind(page: str, end: str, at: int) -> int:
    found = page.find(end, at)
    return found + len(end) if found >= 0 else _unclear(said("it is not sound HTML"))


class _Reader:
    """Lines of text, put together from the tags and texts of a page as they come."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] | None = None  # None until something visible stands on it
        self._lead: list[str] = []  # white space that is indentation if text follows
        self._after_break = False
        self._broken = False  # the source of the page ended a line here, the page did not
        self._in_pre = False
        self._outside = self._preformatted = False

    def tag(self, name: str, close: bool, rest: str) -> None:
        if name == "br":
            self._end_line(visible=True)
        elif name in _BLOCKS:
            self._end_line(visible=False)
            if _INDENTED.search(rest):
                _unclear(said("its indentation is a matter of style"))
            if name == "pre":
                self._in_pre = not close
                self._after_break = not close  # the first line end in the block does not count
        elif name not in _INLINE and name not in ("meta", "wbr"):
            _unclear(said("it holds more than lines of text (<{name}>)", name=name))

    def text(self, text: str) -> None:
        if self._in_pre:
            self._preformatted = self._preformatted or bool(text.strip())
            self._verbatim(text.replace("\r\n", "\n"))
        elif not text.strip(_SPACE):
            self._lead.append(text)
        else:
            self._outside = self._outside or bool(text.strip())
            self._flowing("".join(self._lead) + text)
            self._lead.clear()

    def finish(self) -> str:
        self._end_line(visible=False)
        if self._preformatted and self._outside:
            _unclear(said("it has text beside the code block"))
        if not self._preformatted:
            _refuse_flat(self._lines)
        return "".join(f"{line}\n" for line in self._lines).translate(_NO_BREAK)

    def _verbatim(self, text: str) -> None:
        if self._after_break:
            text = text.removeprefix("\n")
            self._after_break = False
        first, *others = text.split("\n")
        if self._line is None:
            self._line = []
        self._line.append(first)
        for other in others:
            self._lines.append("".join(self._line))
            self._line = [other]

    def _flowing(self, text: str) -> None:
        body = text.strip(_SPACE)
        before = text[: len(text) - len(text.lstrip(_SPACE))].replace("\r\n", "\n")
        after = text[len(text.rstrip(_SPACE)) :]
        if "\n" in body or self._broken or (self._line and "\n" in before):
            _unclear(said("it does not say where lines end"))
        self._broken = "\n" in after
        if self._line is None:
            before = self._indentation(before)
            self._line = []
        self._line.append(before + body + ("" if self._broken else after))

    def _indentation(self, before: str) -> str:
        """White space at the start of a line; behind a line end of the source it is layout."""
        if self._after_break:
            before = before.removeprefix("\n")
        _, newline, rest = before.rpartition("\n")
        if newline and rest:
            _unclear(said("it does not say how far lines are indented"))
        return rest

    def _end_line(self, *, visible: bool) -> None:
        if self._line is not None or visible:
            self._lines.append("".join(self._line or ()))
        self._line, self._broken = None, False
        self._lead.clear()
        self._after_break = visible and not self._in_pre


def _refuse_flat(lines: list[str]) -> None:
    """A block begins, and no line of the text is indented: the editor has eaten that."""
    if any(line[:1].isspace() for line in lines):
        return
    for line, following in pairwise(lines):
        if _OPENER.fullmatch(line.strip()) and following.strip():
            _unclear(said("its indentation is lost"))
