"""Reads a page strictly: every element closed in its place, everything else an error."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"meta", "br", "hr", "link"}
KNOWN = set(
    "html head meta title style script body a header main footer section h1 h2 h3 h4 h5 h6 p span "
    "strong em code pre bdi small ul ol li dl dt dd table caption thead tbody tr th td details "
    "summary button div figure figcaption svg g path rect text tspan math mrow mi mn mo mtext "
    "mspace mfrac msub msup msubsup msqrt mroot mover munder munderover mtable mtr mtd".split()
)


class Element(NamedTuple):
    """An element that was opened, and what it stands in."""

    name: str
    attributes: dict[str, str | None]
    parents: tuple[str, ...]


class Page(HTMLParser):
    """All elements and all text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.stack: list[str] = []
        self.feed(source)
        self.close()
        assert not self.stack, f"never closed: {self.stack}"

    def handle_starttag(self, tag, attrs):
        assert tag in KNOWN, f"an element out of nowhere: {tag}"
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"doubled attributes in {tag}: {names}"
        self.elements.append(Element(tag, dict(attrs), tuple(self.stack)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.stack[-1:] == [tag], f"</{tag}> inside {self.stack}"
        self.stack.pop()

    def handle_data(self, data):
        self.texts.append((tuple(self.stack), data))

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data[:80]}")

    def all(self, name):
        """The elements of that name, in order."""
        return [element for element in self.elements if element.name == name]

    def values(self, attribute):
        """Every value of that attribute."""
        return [e.attributes[attribute] for e in self.elements if attribute in e.attributes]

    @property
    def words(self):
        """What a reader sees, without styles and script."""
        return "".join(text for stack, text in self.texts if not {"style", "script"} & set(stack))
