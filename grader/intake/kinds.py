"""Knows files that are no submission, by their ending or by their first bytes, and says so."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NoReturn

from grader.intake.refusal import refuse
from grader.text.words import said


class Kind(Enum):
    """What a file is that cannot be graded as it is."""

    ARCHIVE = auto()
    TAR = auto()
    GZIP = auto()
    RAR = auto()
    SEVEN_ZIP = auto()
    ZIP = auto()
    PDF = auto()
    WORD = auto()
    OFFICE = auto()
    RTF = auto()
    WEB_PAGE = auto()
    PICTURE = auto()
    COMPILED = auto()
    NOTEBOOK = auto()


_PACKED = frozenset({Kind.ARCHIVE, Kind.TAR, Kind.GZIP, Kind.RAR, Kind.SEVEN_ZIP})
_ENDINGS = {
    Kind.TAR: ".tar .tar.gz .tgz .tar.bz2 .tbz .tbz2 .tar.xz .txz .tar.zst",
    Kind.GZIP: ".gz",
    Kind.RAR: ".rar",
    Kind.SEVEN_ZIP: ".7z",
    Kind.ARCHIVE: ".bz2 .xz .zst .z .lzh .arj .cab .jar .whl .egg",
    Kind.PDF: ".pdf",
    Kind.WORD: ".doc .docx .docm .dotx",
    Kind.OFFICE: ".odt .ods .odp .xls .xlsx .ppt .pptx .pages .numbers .key",
    Kind.RTF: ".rtf",
    Kind.WEB_PAGE: ".html .htm .xhtml .mht .mhtml .webarchive",
    Kind.PICTURE: ".jpg .jpeg .png .gif .bmp .webp .heic .tif .tiff .svg",
    Kind.COMPILED: ".pyc .pyo .pyd .so",
}
"""An ending of two parts stands before its last one."""

_BY_START = (
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"Rar!\x1a\x07", Kind.RAR),
    (b"7z\xbc\xaf\x27\x1c", Kind.SEVEN_ZIP),
    (b"\x1f\x8b", Kind.GZIP),
    (b"\xfd7zXZ\0", Kind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE),
    (b"{\\rtf", Kind.RTF),
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    (b"\xff\xd8\xff", Kind.PICTURE),
)
"""None of them can begin a Python source."""

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*+<(?:!doctype\s|html|head|body|\?xml)", re.IGNORECASE)
_COMPILED = re.compile(rb"..\r\n.\0\0\0", re.DOTALL)
_NOTEBOOK = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*+\{\s*+"(?:cells|metadata|nbformat|nbformat_minor)"\s*+:'
)


def kind_by_name(name: str) -> Kind | None:
    """What a file of that name is, as far as its ending tells."""
    known = ((kind, tuple(endings.split())) for kind, endings in _ENDINGS.items())
    return next((kind for kind, endings in known if name.lower().endswith(endings)), None)


def kind_of(data: bytes) -> Kind | None:
    """What the bytes are, where they are certainly no Python source."""
    for start, kind in _BY_START:
        if data.startswith(start):
            return kind
    if data[257:265] in (b"ustar\x0000", b"ustar  \0"):
        return Kind.TAR
    if _PAGE.match(data):
        return Kind.WEB_PAGE
    if _NOTEBOOK.match(data) and b'"nbformat"' in data:
        return Kind.NOTEBOOK
    return Kind.COMPILED if _COMPILED.match(data) else None


def refuse_by_name(name: str, shown: str, module_file: str) -> None:
    """Refuses a file whose ending says that it is no Python source."""
    kind = kind_by_name(name)
    if kind is not None:
        what = said("{shown} is {kind}, not Python source.", shown=shown, kind=_words(kind))
        _refuse(what, kind, module_file)


def refuse_other_kind(data: bytes, shown: str, module_file: str, *expected: Kind) -> None:
    """Refuses bytes that are of a kind that their name does not say."""
    kind = kind_of(data)
    if kind is not None and kind not in expected:
        what = said("{shown} is in fact {kind}.", shown=shown, kind=_words(kind))
        _refuse(what, kind, module_file)


def _refuse(what: str, kind: Kind, module_file: str) -> NoReturn:
    if kind in _PACKED:
        move = said(
            "Unpack it, and hand in {module_file} itself or a .zip.", module_file=module_file
        )
    elif kind is Kind.ZIP:
        move = said("If it was packed by hand, let its name end in .zip.")
    elif kind is Kind.NOTEBOOK:
        move = said("Let its name end in .ipynb.")
    else:
        move = said(
            "Hand in the source itself: {module_file}, a .zip or a notebook (.ipynb).",
            module_file=module_file,
        )
    refuse(what, move)


def _words(kind: Kind) -> str:
    return {
        Kind.ARCHIVE: said("a packed file"),
        Kind.TAR: said("a tar archive"),
        Kind.GZIP: said("a gzip archive"),
        Kind.RAR: said("a RAR archive"),
        Kind.SEVEN_ZIP: said("a 7z archive"),
        Kind.ZIP: said("a zip archive or an Office document"),
        Kind.PDF: said("a PDF"),
        Kind.WORD: said("a Word document"),
        Kind.OFFICE: said("an Office document"),
        Kind.RTF: said("an RTF document"),
        Kind.WEB_PAGE: said("a web page"),
        Kind.PICTURE: said("a picture"),
        Kind.COMPILED: said("compiled code"),
        Kind.NOTEBOOK: said("a notebook"),
    }[kind]
