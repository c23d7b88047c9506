"""Text for people that can still be said in another language."""

from __future__ import annotations

from collections.abc import Mapping

_PLAIN = (str, int, float)


class Message(str):
    """An English sentence that knows what it was made from: a template for one and for many, and
    the values, some of which may be messages themselves.

    What is cut, cleaned or put together from it otherwise than by `joined` is plain text, and so
    is what was saved or sent: that is shown as it stands.
    """

    __slots__ = ("many", "one", "values")
    one: str
    many: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        """Itself, so that the text of an exception is still a message."""
        return self


def make_message(text: str, one: str, many: str, values: dict[str, object]) -> Message:
    """The message of a text and what it was made from; the values may be changed."""
    message = str.__new__(Message, text)
    message.one, message.many = one, many
    for name, value in values.items():
        if not isinstance(value, _PLAIN):
            values[name] = str(value)  # a message outlives the error that it tells of
    message.values = values
    return message


def plain(value: object) -> str:
    """A message as plain text. It is the `enc_hook` of msgspec, which writes plain text only."""
    if isinstance(value, str):
        return str.__str__(value)
    raise NotImplementedError(f"{type(value).__name__} is not text")
