"""Reads `submission_metadata.yml`, which holds every result of a class and may be very large.

It is read as a stream of events: only learners, times and the number of earlier submissions are
kept, tags are never acted on, and an alias costs no more than the name it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import yaml
from msgspec import Struct

from grader.text.clean import clean_text
from grader.text.words import said

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ]+(\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*\s*([Zz]|[+-]\d\d:?\d\d)?(?:\s*UTC)?"
)
_MOST_PEOPLE = 100
DEEPEST = 100


class MetadataError(ValueError):
    """The metadata is not what Gradescope writes."""


class Person(Struct, frozen=True):
    """A learner who handed something in; `others` are further identifiers, such as an address."""

    id: str
    name: str | None
    others: tuple[str, ...]


class Handed(Struct, frozen=True):
    """One submission: its learners, its time as ISO 8601, and its number among theirs."""

    people: tuple[Person, ...] = ()
    at: str | None = None
    attempt: int | None = None


def handed_in(data: bytes) -> dict[str, Handed]:
    """Every submission of an export, by the name of its folder; raises MetadataError."""
    stream = _Stream(data)
    return {name: stream.handed(stream.next()) for name in stream.keys(stream.next())}


def own_metadata(data: bytes) -> Handed:
    """The submission that a metadata file of its own describes; raises MetadataError."""
    stream = _Stream(data)
    return stream.handed(stream.next())


class _Stream:
    """The events of one document; each reader is given the first event of what it reads."""

    def __init__(self, data: bytes) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = yaml.parse(data, Loader=loader)
        self._texts: dict[str, str] = {}  # what an alias may stand for
        while not isinstance(self.next(), yaml.DocumentStartEvent):
            pass

    def next(self) -> Any:
        """The next event; raises MetadataError where the text is not YAML or ends."""
        try:
            return next(self._events)
        except StopIteration:
            raise MetadataError(said("it is empty")) from None
        except yaml.YAMLError as error:
            words = getattr(error, "problem", None) or said("it is not YAML")
            mark = getattr(error, "problem_mark", None)
            where = said("line {line}: {words}", line=mark.line + 1, words=words) if mark else words
            raise MetadataError(clean_text(where)) from None

    def handed(self, event: Any) -> Handed:
        """One submission; depending on its age an export says `:submitters` or `users`."""
        people: tuple[Person, ...] = ()
        at, attempt = None, None
        for key in self.keys(event):
            value = self.next()
            if key in ("submitters", "users"):
                people = self._people(value)
            elif key == "created_at":
                at = _time(self._text(value))
            elif key in ("history", "previous_submissions"):
                attempt = 1 + sum(1 for item in self._items(value) if self._skip(item))
            else:
                self._skip(value)
        return Handed(people, at, attempt)

    def keys(self, event: Any) -> Iterator[str]:
        """The keys of a mapping; whoever asks takes the value before the next key."""
        if not isinstance(event, yaml.MappingStartEvent):
            self._skip(event)
            return
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            yield (self._text(event) or "").lstrip(":")

    def _items(self, event: Any) -> Iterator[Any]:
        if not isinstance(event, yaml.SequenceStartEvent):
            self._skip(event)
            return
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            yield event

    def _people(self, event: Any) -> tuple[Person, ...]:
        people: list[Person] = []
        for item in self._items(event):
            person = _person({key: self._text(self.next()) for key in self.keys(item)})
            if person is not None and len(people) < _MOST_PEOPLE:
                people.append(person)
        return tuple(people)

    def _text(self, event: Any) -> str | None:
        """The text that a value is, None where it is nothing or no text."""
        if isinstance(event, yaml.AliasEvent):
            return self._texts.get(event.anchor or "")
        self._skip(event)
        if not isinstance(event, yaml.ScalarEvent):
            return None
        return None if event.style is None and event.value in _NOTHING else event.value

    def _skip(self, event: Any) -> bool:
        """Passes over a whole value; the texts in it may be named again later."""
        depth = 0
        while True:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    raise MetadataError(said("it is nested too deeply"))
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.ScalarEvent) and event.anchor:
                self._texts[event.anchor] = event.value
            if depth == 0:
                return True
            event = self.next()


def _person(fields: dict[str, str | None]) -> Person | None:
    names = [fields.get(key) for key in ("sid", "email", "id")]
    known = list(dict.fromkeys(name for name in names if name))
    if not known:
        return None
    full_name = fields.get("name")
    return Person(known[0], full_name and clean_text(full_name, limit=200), tuple(known[1:]))


def _time(text: str | None) -> str | None:
    match = _TIME.fullmatch((text or "").strip())
    if match is None:
        return None
    zone = (match[3] or "").upper().replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}").isoformat()
    except ValueError:
        return None
