"""Plain data as a worker claims it, and what of it can be true. Pure.

A container has as many items, as deep, as the box would send, or it is none: whatever bytes a
worker sends, what is made of them is small, and ordinary Python data.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from msgspec import Meta, Struct

from grader.inside import evaluate, values
from grader.model.program import Data, Scalar

Text = Annotated[str, Meta(max_length=values.MAX_TEXT)]

Name = Annotated[str, Meta(max_length=evaluate.MAX_NAME)]

SafeInt = Annotated[int, Meta(ge=-values.MAX_SAFE_INT, le=values.MAX_SAFE_INT)]

MOST_ALIKE = 100
"""Keys of one hash: honest ones hardly ever meet, and each is compared with all the others."""


class WirePlain(Struct, array_like=True, tag="v", forbid_unknown_fields=True):
    """Plain data that is no container; the kinds are those of `grader.inside.values`."""

    kind: Literal["n", "b", "i", "f", "c", "s", "y"]
    text: Text


class WireItems(Struct, array_like=True, tag="c", forbid_unknown_fields=True):
    """A container: list, tuple, set, frozen set, or dict, whose keys and values are in turn."""

    kind: Literal["l", "t", "s", "z", "d"]
    items: Annotated[list[WireItem], Meta(max_length=2 * values.MAX_ITEMS)]


WireItem = SafeInt | float | WirePlain | WireItems


def value_of(wire: WireItem) -> Data:
    """The value; ValueError for a claim that cannot be true."""
    return _Reading().value(wire, 0)


class _Reading:
    """One value under way: how many items it may still have."""

    def __init__(self) -> None:
        self.left = values.MAX_ITEMS + 1

    def value(self, wire: WireItem, depth: int) -> Data:
        self.left -= 1
        if self.left < 0 or depth > values.MAX_DEPTH:
            raise ValueError("value too large")
        if isinstance(wire, WirePlain):
            return _scalar(wire)
        if not isinstance(wire, WireItems):
            return wire
        items = [self.value(item, depth + 1) for item in wire.items]
        if wire.kind == "l":
            return items
        if wire.kind == "t":
            return tuple(items)
        if wire.kind == "d":
            return dict(zip(_hashable(items[::2]), items[1::2], strict=True))
        return (set if wire.kind == "s" else frozenset)(_hashable(items))


def _hashable(items: list[Data]) -> list[Data]:
    """The items; ValueError where they cannot be keys, or would be slow ones."""
    try:
        alike = Counter(hash(item) for item in items)
    except TypeError:
        raise ValueError("keys of another kind") from None
    if any(count > MOST_ALIKE for count in alike.values()):
        raise ValueError("too many keys alike")
    return items


def _scalar(wire: WirePlain) -> Scalar | complex | bytes:
    kind, text = wire.kind, wire.text
    if kind == "i":
        if len(text) > values.MAX_DIGITS + 1:
            raise ValueError("integer too long")
        return int(text)
    if kind == "f":
        return float(text)
    if kind == "c":
        real, imaginary = text.split(" ")
        return complex(float(real), float(imaginary))
    if kind == "y":
        return bytes.fromhex(text)
    return {"n": None, "b": text == "1", "s": text}[kind]
