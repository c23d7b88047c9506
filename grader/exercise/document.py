"""A YAML file as plain data, with the line of every value.

The only file that reads YAML. It is read as a stream of events and not loaded in one go: so every
complaint has its line, doubled keys are seen, and neither deep nesting nor aliases can grow without
bound.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn, TypeVar

import msgspec
import yaml

from grader.model.errors import ExerciseProblem
from grader.text.words import joined, listed, said

DEEPEST = 8

Record = TypeVar("Record")

Shape = Callable[[str, int], Any]
"""The record that the keys at a path belong to, so deep in the file; None where any will do."""

_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null")}

_WORDS = {
    "str": "text",
    "int": said("a whole number"),
    "float": said("a number"),
    "int | float": said("a number"),
    "bool": said("true or false"),
    "array": said("a list"),
    "object": said("a block of keys"),
    "null": "empty",
}


class Document:
    """A file as plain data, with the line of every value under its path (`$.tasks[0].id`)."""

    def __init__(self, shown: str, data: bytes, shape: Shape, beginning: str) -> None:
        self.shown = shown
        self.shape = shape
        self.beginning = beginning
        self.lines: dict[str, int] = {}
        self.top: dict[str, object] = {}
        """The keys that the file begins with, as far as it is read."""
        self._complaints: list[ExerciseProblem] = []
        self._loader: Any = None
        try:
            self._text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self._problem(
                line, said("not UTF-8 text."), said("Save the file as UTF-8.")
            ) from None

    def refuse(self, path: str, what: str, next_move: str) -> NoReturn:
        """Raise ExerciseProblem for the value at `path`, or the nearest value around it."""
        while path not in self.lines and path:
            path = re.sub(r"[.\[][^.\[]*$", "", path) if path != "$" else ""
        raise self._problem(self.lines.get(path, 1), what, next_move)

    def plain(self) -> dict[str, Any]:
        """The whole file, which begins with keys. Complaints about its parts are kept."""
        data = self._document()
        if not isinstance(data, dict):
            self.refuse("$", said("this file begins with keys."), self.beginning)
        return data

    def formatted(self, *known: int) -> dict[str, Any]:
        """The whole file, which says that it is of one of these formats. ExerciseProblem.

        The format is judged before the keys: another one may mean other keys.
        """
        data = self.plain()
        form = data.get("format")
        if "format" not in data:
            next_move = said("Begin the file with `format: {format}`.", format=known[0])
            self.refuse("$", said("`format` is missing."), next_move)
        if type(form) is not int or form not in known:
            what = said(
                "format {given} is unknown; this grader reads format {format}.",
                given=repr(form)[:40],
                format=listed([str(one) for one in known]),
            )
            next_move = said("Write `format: {format}`, or update the grader.", format=known[0])
            self.refuse("$.format", what, next_move)
        self.refuse_complaints()
        return data

    def refuse_complaints(self) -> None:
        """Raises the first complaint about a part, where there is any."""
        for complaint in self._complaints:
            raise complaint

    def typed(self, data: object, record: type[Record], below: str = "$") -> Record:
        """The data `below` a path as a record; ExerciseProblem where it does not fit."""
        try:
            return msgspec.convert(data, record)
        except msgspec.ValidationError as error:
            self.refuse(*in_words(str(error), below))

    def _problem(self, line: int, what: str, next_move: str) -> ExerciseProblem:
        return ExerciseProblem(joined(": ", (f"{self.shown}:{line}", what)), next_move=next_move)

    def _complain(self, line: int, what: str, next_move: str) -> None:
        self._complaints.append(self._problem(line, what, next_move))

    def _document(self) -> object:
        try:
            self._loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self._text)
            self._loader.get_event()
            event = self._loader.get_event()
            if isinstance(event, yaml.StreamEndEvent):
                raise self._problem(1, said("the file is empty."), self.beginning)
            data = self._value(self._loader.get_event(), "$", 0)
            self._loader.get_event()
            event = self._loader.get_event()
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except yaml.reader.ReaderError as error:
            line = self._text.count("\n", 0, self._text.find(chr(error.character))) + 1
            what = said(
                "the character U+{character:04X} is not allowed here.", character=error.character
            )
            raise self._problem(line, what, said("Remove it.")) from None
        if not isinstance(event, yaml.StreamEndEvent):
            line = event.start_mark.line + 1
            raise self._problem(
                line, said("a second document begins here."), said("Keep one: drop the `---`.")
            )
        return data

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> ExerciseProblem:
        line = error.problem_mark.line if error.problem_mark else 0
        if "nesting depth" in (error.problem or ""):
            # PyYAML 6.0.4 and later look ahead no deeper, and may say so before we do
            return self._too_deep(line + 1)
        what = said("this is not YAML: {problem}.", problem=error.problem)
        if error.context and error.context_mark and error.context_mark.line != line:
            what = said(
                "this is not YAML: {problem}, {context} that begins in line {line}.",
                problem=error.problem,
                context=error.context,
                line=error.context_mark.line + 1,
            )
        next_move = said("Look for a missing quote, colon or bracket, or uneven indentation.")
        if "\t" in "".join(self._text.split("\n")[line : line + 1]):
            next_move = said("Indent with spaces: YAML takes no tabs.")
        return self._problem(line + 1, what, next_move)

    def _too_deep(self, line: int) -> ExerciseProblem:
        return self._problem(
            line, said("nested too deeply."), said("This file needs no such depth.")
        )

    def _value(self, event: Any, path: str, depth: int) -> object:
        line = self.lines[path] = event.start_mark.line + 1
        if depth > DEEPEST:
            raise self._too_deep(line)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self._complain(
                line, said("anchors (&) and aliases (*) are not read."), said("Write it out.")
            )
        elif event.tag not in (None, "!"):
            self._complain(line, said("tags (!) are not read."), said("Write the plain value."))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items = self._until(yaml.SequenceEndEvent)
            return [self._value(e, f"{path}[{at}]", depth + 1) for at, e in enumerate(items)]
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        return None

    def _until(self, end: type[yaml.Event]) -> Iterator[Any]:
        while not isinstance(event := self._loader.get_event(), end):
            yield event

    def _scalar(self, event: Any, line: int) -> object:
        tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag not in _PLAIN_TAGS:
            return event.value
        try:
            value = self._loader.construct_object(yaml.ScalarNode(tag, event.value))
        except ValueError:
            value = math.nan
        if isinstance(value, float) and not math.isfinite(value):
            self._complain(
                line,
                said("{value:.40} is not a number.", value=event.value),
                said("Write a plain number."),
            )
        return value

    def _mapping(self, path: str, depth: int) -> dict[str, object]:
        shape = self.shape(path, depth)
        known = [field.encode_name for field in msgspec.structs.fields(shape)] if shape else None
        found: dict[str, object] = {}
        if path == "$":
            self.top = found
        for event in self._until(yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            name = str(getattr(event, "value", "?"))
            if not isinstance(event, yaml.ScalarEvent):
                raise self._problem(
                    line, said("a key has to be a plain word."), said("Quote [, { and *.")
                )
            if name in found:
                first = self.lines[f"{path}.{name}"]
                self._complain(
                    line,
                    said("`{name}` is here twice.", name=name),
                    said("The first is in line {first}.", first=first),
                )
            elif known is not None and name not in known:
                self._complain(
                    line, said("unknown key `{name:.60}`.", name=name), nearest(name, known)
                )
            found[name] = self._value(self._loader.get_event(), f"{path}.{name}", depth + 1)
        return found


def in_words(complaint: str, below: str = "$") -> tuple[str, str, str]:
    """A msgspec complaint about what is `below` a path, as (path, what is wrong, next move)."""
    what, _, path = complaint.partition(" - at `")
    path = below + path.rstrip("`").removeprefix("$")
    name = re.sub(r".*\.", "", path)
    if missing := re.fullmatch(r"Object missing required field `(.+)`", what):
        key = missing[1]
        inside = path.removeprefix("$.")
        where = said("`{key}` is missing in `{path}`.", key=key, path=inside)
        what = said("`{key}` is missing.", key=key) if path == "$" else where
        return path, what, said("Add the key `{key}:`.", key=key)
    if got := re.fullmatch(r"Expected `(.+?)`, got `(.+)`", what):
        kinds = [_WORDS.get(kind.removesuffix(" | null"), kind) for kind in got.groups()]
        next_move = (
            said('Put it in quotes: {name}: "..."', name=name)
            if kinds[0] == "text"
            else said("Correct it.")
        )
        if kinds[0] == "a list":
            next_move = said("Write a list: {name}: [one, two]", name=name)
        return (
            path,
            said(
                "`{name}` has to be {due}; it is {found}.", name=name, due=kinds[0], found=kinds[1]
            ),
            next_move,
        )
    if "matching regex" in what:
        what = said(
            "`{name}` takes small letters, digits, - and _, and begins with a letter.", name=name
        )
        return path, what, said("Choose such a name.")
    if "of length >= 1" in what:
        return path, said("`{name}` is empty.", name=name), said("Give at least one.")
    bound = re.sub(r"Expected `\w+` ", "", what).replace(".0", "")
    return (
        path,
        said("`{name}` has to be {bound}.", name=name, bound=bound),
        said("Correct the number."),
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """A next move: the known name most like the word, else all of them."""
    from difflib import get_close_matches

    if close := get_close_matches(word, list(known), 1):
        return said("Did you mean `{close}`?", close=close[0])
    return said("Known here: {known}.", known=", ".join(known))
