"""Records as JSON. msgspec writes only plain text, and messages are more than that."""

from __future__ import annotations

import msgspec

from grader.text.message import plain

_ENCODER = msgspec.json.Encoder(enc_hook=plain)
_SORTED = msgspec.json.Encoder(order="deterministic", enc_hook=plain)


def encoded(value: object) -> bytes:
    """The value as JSON on one line. TypeError, ValueError, OverflowError where it has none."""
    return _ENCODER.encode(value)


def encoded_sorted(value: object) -> bytes:
    """As `encoded`, with the keys of mappings sorted: equal values are equal bytes."""
    return _SORTED.encode(value)


def indented(value: object) -> str:
    """As `encoded`, over many lines for people to read."""
    return msgspec.json.format(encoded(value), indent=2).decode()
