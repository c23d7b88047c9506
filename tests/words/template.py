"""The template of all catalogues: every text for people, found in the source by its call.

`python -m tests.words` writes the template, brings each language's texts up to it and compiles
them. Babel reads and writes the files; finding is done here, because help texts are docstrings and
because a call that cannot be read (a text put together at run time) has to be an error.
"""

from __future__ import annotations

import ast
import gettext
import inspect
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from grader.text.catalogue import CONTEXT, DOMAIN
from grader.text.words import LIST

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "grader"
LOCALE = PACKAGE / "locale"
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
COMMAND = ".venv/bin/python -m tests.words"
NAMES = {"_": 1, "N_": 1, "ngettext": 2, "said": 1, "said_many": 2}
"""The calls that hold texts, and how many each."""
DATES = datetime(2000, 1, 1, tzinfo=UTC)
"""Files that say when they were made differ without a reason."""
OURS = ("words.py", "message.py", "catalogue.py")


class Text(NamedTuple):
    """A text as a call has it."""

    where: str
    function: str
    one: str
    many: str
    values: frozenset[str] | None

    @property
    def context(self) -> str | None:
        """Messages are looked up by their templates alone, so they are kept apart."""
        return CONTEXT if self.function.startswith("said") else None


@cache
def texts() -> tuple[Text, ...]:
    """Every text in the package. SyntaxError where a call has none that can be read."""
    return tuple(_texts())


def _texts() -> Iterator[Text]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name in OURS or path.parent.name == "inside":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        formats, place = dict(_formats(tree)), path.relative_to(ROOT)
        for node in ast.walk(tree):
            where = f"{place}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in NAMES:
                yield from _of_call(node, where, formats.get(node))
            if isinstance(node, ast.FunctionDef) and any(map(_is_verb, node.decorator_list)):
                help_text = inspect.cleandoc(ast.get_docstring(node, clean=False) or "")
                yield Text(where, "help", help_text, "", None)
    yield Text("grader/text/words.py:0", "said", LIST, "", frozenset({"names", "last"}))


def _is_verb(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "verb"


def _formats(tree: ast.AST) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """The calls whose text is filled in at once, with the names of the values."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
        ):
            yield node.func.value, frozenset(word.arg or "**" for word in node.keywords)


def _of_call(node: ast.Call, where: str, values: frozenset[str] | None) -> Iterator[Text]:
    function = node.func.id
    given = node.args[: NAMES[function]]
    words = [one.value for one in given if isinstance(one, ast.Constant)]
    if function in ("said", "said_many"):
        values = frozenset(word.arg or "**" for word in node.keywords)
    if len(words) < NAMES[function]:
        looked_up = isinstance(given[0], ast.Name | ast.Subscript | ast.Attribute)
        if function == "_" and looked_up:
            return  # a constant that `N_` marks
        raise SyntaxError(f"{where}: {function}() needs its text as it is")
    yield Text(where, function, words[0], words[1] if len(words) > 1 else "", values)


def template() -> Catalog:
    """All texts as a catalogue without translations."""
    made = Catalog(
        project="autograd-grader",
        version="",
        header_comment=f"# Texts of autograd-grader. Made by: {COMMAND}",
        creation_date=DATES,
        revision_date=DATES,
    )
    for text in sorted(texts(), key=lambda one: (one.one, one.context or "")):
        made.add((text.one, text.many) if text.many else text.one, context=text.context)
    return made


def written(catalogue: Catalog) -> str:
    """The catalogue as text, without what changes from run to run."""
    stream = io.BytesIO()
    write_po(stream, catalogue, no_location=True, sort_output=True, ignore_obsolete=True, width=96)
    moving = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator")
    lines = stream.getvalue().decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{m}' for m in moving)))


def languages() -> list[Path]:
    """The texts of every language that is shipped."""
    return sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def translation(path: Path) -> Catalog:
    """A language's texts."""
    with path.open("rb") as stream:
        found = read_po(stream, locale=path.parts[-3], domain=DOMAIN)
    found.creation_date = found.revision_date = DATES
    return found


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the program reads it."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def content(compiled_catalogue: bytes) -> dict[object, str]:
    """What a compiled catalogue says, whatever the version of Babel that wrote it."""
    read = gettext.GNUTranslations(io.BytesIO(compiled_catalogue))
    head = {("head", key): value for key, value in read.info().items() if key != "generated-by"}
    messages = {key: value for key, value in read._catalog.items() if key != ""}
    return {**head, **messages}


def refresh() -> None:
    """Writes the template, and every language's texts and catalogue after it."""
    LOCALE.mkdir(exist_ok=True)
    made = template()
    TEMPLATE.write_text(written(made), "utf-8")
    for path in languages():
        known = translation(path)
        known.update(made, no_fuzzy_matching=True)
        path.write_text(written(known), "utf-8")
        compiled_file, made_anew = path.with_suffix(".mo"), compiled(translation(path))
        if not compiled_file.exists() or content(compiled_file.read_bytes()) != content(made_anew):
            compiled_file.write_bytes(made_anew)
        done = sum(1 for one in known if one.id and one.string and all(_forms(one.string)))
        print(f"{path.parts[-3]}: {done} of {len(known)} texts are translated")


def _forms(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string),)
