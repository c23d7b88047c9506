"""Mathematics for people: TeX as MathML for pages and as Unicode for terminals, never raw.

latex2mathml reads the TeX, which gives one tree for both. Of its result only plain presentation
elements pass, without links and styles, so that no formula can do more than be read. TeX it
cannot read, and commands it does not know, show as their words without the backslashes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, tostring

MATHEMATICS = re.compile(r"(?<![\\$])\$(?![\s$])([^$`]{1,500}?)(?<![\s\\])\$(?![\d$])")
"""A formula between dollar signs that touch it; `$5 or $6` holds none."""

_CODE = re.compile(r"(?m)^(?P<fence>```+|~~~+)[^\n]*\n[\s\S]*?^(?P=fence)[^\n]*$|`+[^`]*`+")
_ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover "
    "mtable mtr mtd mpadded mphantom".split()
)
_ATTRIBUTES = frozenset({"stretchy", "fence", "form", "accent", "linethickness", "width"})
_BINARY = frozenset("=<>≤≥≠≈≡+−-±·×÷∗*→←↦∈∼∝⊙∘")
_OPENING = frozenset("([{|")
_LETTERS = re.compile(r"[^\W\d_]+$")
_NAME = re.compile(r"[a-z]{2}")  # `max`, and not `x` or a subscript's letters
_PLAIN = str.maketrans({"*": "∗", "_": " ", "`": "'", "\\": ""})

_UNDER = dict(
    zip(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_OVER = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW′∗",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ′∗",
        strict=True,
    )
)
_ACCENTS = {"^": "\u0302", "~": "\u0303", "˙": "\u0307", "¯": "\u0304", "→": "\u20d7"}


def mathml(tex: str) -> str:
    """A formula as a MathML element, safe to put into a page."""
    return tostring(_formula(tex), encoding="unicode")


def unicode(text: str) -> str:
    """Markdown with its formulas written in Unicode; code stays as it is."""
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [_written(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, _written(text[end:])])


def _written(text: str) -> str:
    spelled = MATHEMATICS.sub(lambda found: line(found[1]), text)
    return spelled.replace("\\$", "$")


def line(tex: str) -> str:
    """A formula on one line: `∂L/∂y · b`."""
    return " ".join(_text(_formula(tex)).split())


def _formula(tex: str) -> Element:
    """The formula as presentation elements only."""
    # takes longer to import than most commands take, and few texts hold a formula
    from latex2mathml.converter import convert_to_element

    root = Element("math")
    try:
        _copy(convert_to_element(tex), root)
    except Exception:  # a formula that cannot be read is still to be shown
        SubElement(root, "mtext").text = _words(tex)
    return root


def _copy(read: Element, into: Element) -> None:
    for child in read:
        name = child.tag if child.tag in _ELEMENTS else "mrow"
        if name == "mo" and _NAME.match(child.text or ""):
            name = "mi"  # `max` is a name, and an operator's spaces would tear it off
        kept = {key: value for key, value in child.attrib.items() if key in _ATTRIBUTES}
        made = SubElement(into, name, kept)
        made.text = _words(html.unescape(child.text)) if child.text else None
        _copy(child, made)


def _words(tex: str) -> str:
    return re.sub(r"\\([a-zA-Z]+)", r"\1", tex).replace("\\", "")


# --- one line of Unicode ---------------------------------------------------------------------


def _text(element: Element) -> str:
    shape = _SHAPES.get(element.tag)
    children = list(element)
    if shape is not None and len(children) == _CHILDREN.get(element.tag, len(children)):
        return shape(*[_text(child) for child in children])
    if children:
        return _row(children)
    words = (element.text or "").translate(_PLAIN)
    return words if element.tag == "mtext" else words.strip()


def _row(children: list[Element]) -> str:
    """Side by side; relations and operations between two operands stand free, names as words."""
    joined, named = "", False
    for child in children:
        words = _text(child)
        operand = bool(joined) and joined.rstrip()[-1] not in _OPENING | _BINARY | {","}
        if child.tag == "mo" and words in _BINARY and operand:
            joined = f"{joined.rstrip()} {words} "
        elif child.tag == "mo" and words == ",":
            joined += ", "
        else:
            name = _NAME.match(words) is not None
            apart = (name or named) and joined[-1:].isalnum() and words[:1].isalnum()
            joined += f" {words}" if apart else words
            named = name
    return joined


def _fraction(upper: str, lower: str) -> str:
    return f"{_grouped(upper, ' ')}/{_grouped(lower, ' ')}"


def _grouped(text: str, *signs: str) -> str:
    """In brackets where it would not hold together: `(a + b)`, `∂y`, `(2a)`."""
    product = re.fullmatch(r"[^\W_]+|∂\S+|\(.*\)", text) is None or re.match(r"\d+\D", text)
    return f"({text})" if product or any(sign in text for sign in signs) else text


def _under(base: str, below: str) -> str:
    if all(character in _UNDER for character in below):
        return base + "".join(map(_UNDER.__getitem__, below))
    return f"{base}[{below}]"


def _over(base: str, above: str) -> str:
    tight = above.replace(" ", "")
    if all(character in _OVER for character in tight):
        return base + "".join(map(_OVER.__getitem__, tight))
    return f"{base}^{above}" if _LETTERS.match(above) else f"{base}^({above})"


def _hat(base: str, above: str) -> str:
    return base + _ACCENTS[above] if above in _ACCENTS and len(base) == 1 else _over(base, above)


def _root(inner: str, degree: str = "") -> str:
    return f"{_over('', degree) if degree else ''}√{_grouped(inner, ' ')}"


_SHAPES: dict[str, Callable[..., str]] = {
    "mfrac": _fraction,
    "msub": _under,
    "msup": _over,
    "msubsup": lambda base, below, above: _over(_under(base, below), above),
    "munder": _under,
    "mover": _hat,
    "munderover": lambda base, below, above: _over(_under(base, below), above),
    "msqrt": lambda *inner: _root("".join(inner)),
    "mroot": _root,
    "mtable": lambda *rows: "; ".join(rows),
    "mtr": lambda *cells: " if ".join(cells) if len(cells) == 2 else " ".join(cells),
    "mspace": lambda *_: " ",
}
_CHILDREN = {
    "mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3,
    "mroot": 2,
}  # fmt: skip
