"""Plain data on its way into the box and out of it. Runs in the box; standard library only.

An operand arrives as plain JSON (number, text, true, false, null), as `[3]`, the result of step 3,
or as an object of one entry: `{"f": "nan"}` a float that JSON lacks, `{"c": "0.0 1.0"}` a complex
number, `{"y": "6869"}` bytes, `{"l": [...]}` a list, `{"t": [...]}` a tuple, `{"s": [...]}` a set,
`{"z": [...]}` a frozen one, `{"d": [[key, value], ...]}` a dict, `{"a": [type, items]}` an array.

A value leaves as `["v", kind, text]` (n none, b bool, i int, f float, c complex, s text, y bytes)
or as `["c", kind, items]` with the letters above; the items of a dict are its keys and values in
turn. An item that is a number which JSON has stands for itself.

Everything is read by its base type (`float.__float__`, `list.__iter__`), so a right value in a
subclass is right and no method of a subclass takes part. What is too large or too deep stays in
the box, and so does a container of anything else. What leaves is a claim: the other side checks it
again.
"""

import json
import sys
from math import isfinite

MAX_DIGITS = 400
MAX_SAFE_INT = 2**53
MAX_TEXT = 4000
MAX_ITEMS = 10_000
"""Items in one value, those of its items included."""
MAX_DEPTH = 20
MAX_BYTES = 500_000
"""Of all values of one program that are more than a number, as JSON."""

CONTAINERS = (
    ("l", list, list.__iter__),
    ("t", tuple, tuple.__iter__),
    ("s", set, set.__iter__),
    ("z", frozenset, frozenset.__iter__),
    ("d", dict, dict.items),
)
PLAIN_BASES = (int, float, complex, str, bytes, *(base for _, base, _ in CONTAINERS))


class Missing:
    """Stands in the table where a step was skipped or raised."""


class NeedsFailedStep(Exception):
    """An operand is the result of a step that has none."""


class Opaque(Exception):
    """A value, or something in it, that stays in the box."""


def decode_operand(operand, table):
    if type(operand) is list:
        value = table[operand[0]]
        if value is Missing:
            raise NeedsFailedStep
        return value
    if type(operand) is not dict:
        return operand
    ((tag, body),) = operand.items()
    if tag == "f":
        return float(body)
    if tag == "c":
        return complex(*map(float, body.split()))
    if tag == "y":
        return bytes.fromhex(body)
    if tag == "d":
        return {decode_operand(k, table): decode_operand(v, table) for k, v in body}
    if tag == "a":
        import numpy

        return numpy.array(decode_operand(body[1], table), dtype=body[0])
    items = [decode_operand(item, table) for item in body]
    return {"l": list, "t": tuple, "s": set, "z": frozenset}[tag](items)


def plain(kind, text):
    return ["v", kind, text]


def encode_scalar(value, read=False):
    """The form of a value that is no container, a text cut to its bound; None for all else.

    `read` widens numbers to all that `float()` takes (a numpy scalar), which an attribute
    read wants and the result of an operator, an object of the learner's, must not get.
    """
    if value is None:
        return plain("n", "")
    kind = type(value)
    if kind is bool:
        return plain("b", "1" if value else "0")
    if issubclass(kind, int):
        number = int.__int__(value)
        if -(10**MAX_DIGITS) < number < 10**MAX_DIGITS:
            return plain("i", int.__repr__(number))
        return None
    if issubclass(kind, float):
        return plain("f", float.__repr__(float.__float__(value)))
    if issubclass(kind, str):
        return plain("s", str.__str__(value)[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8"))
    if issubclass(kind, complex):
        number = complex.__complex__(value)
        return plain("c", f"{number.real!r} {number.imag!r}")
    if issubclass(kind, bytes) and bytes.__len__(value) <= MAX_TEXT // 2:
        return plain("y", bytes.hex(value))
    if read and hasattr(kind, "__float__"):
        return plain("f", float.__repr__(float.__float__(float(value))))
    return None


def is_too_long(value):
    return issubclass(type(value), str) and str.__len__(value) > MAX_TEXT


def encode(value, read, most_bytes):
    """The form of a value and how many bytes it takes; no form for what stays in the box."""
    value = from_numpy(value)
    if is_too_long(value):
        return None, 0
    found = encode_scalar(value)
    if found is None:
        try:
            found = encode_item(value, [MAX_ITEMS + 1], 0, False)
        except (Opaque, RuntimeError):  # a dict that another thread changes meanwhile
            return encode_scalar(value, read), 0
    if found[0] == "v" and len(found[2]) <= MAX_DIGITS + 1:
        return found, 0
    size = len(json.dumps(found))
    return (found, size) if size <= most_bytes else (None, 0)


def encode_item(value, left, depth, is_key):
    """The form of a container or of an item in one, of which `left` more may follow. Raises Opaque.

    A key of a dict and an item of a set must not be what the other side cannot hash.
    """
    left[0] -= 1
    if left[0] < 0 or depth > MAX_DEPTH:
        raise Opaque
    value = from_numpy(value)
    kind = type(value)
    if (kind is float and isfinite(value)) or (
        kind is int and -MAX_SAFE_INT < value < MAX_SAFE_INT
    ):
        return value
    scalar = None if is_too_long(value) else encode_scalar(value)
    if scalar is not None:
        return scalar
    for tag, base, iterate in CONTAINERS:
        if issubclass(kind, base):
            if base.__len__(value) > left[0] or (is_key and tag in "lsd"):
                raise Opaque
            return ["c", tag, items_of(tag, iterate(value), left, depth + 1, is_key)]
    raise Opaque


def items_of(tag, items, left, depth, is_key):
    if tag == "d":
        pairs = [
            (encode_item(key, left, depth, True), encode_item(value, left, depth, False))
            for key, value in items
        ]
        return [one for pair in pairs for one in pair]
    encoded = [encode_item(item, left, depth, is_key or tag in "sz") for item in items]
    return sorted(encoded, key=json.dumps) if tag in "sz" else encoded


def from_numpy(value):
    """What an array or a number of numpy's holds, as lists and numbers; other values as they are.

    A module of that name may be anything: a stand-in, or one of the learner's own.
    """
    numpy = getattr(sys.modules.get("numpy"), "__dict__", {})
    array, number = numpy.get("ndarray"), numpy.get("generic")
    if type(array) is not type or type(number) is not type:
        return value
    if issubclass(type(value), array):
        return array.tolist(value) if array.size.__get__(value) <= MAX_ITEMS else value
    return number.item(value) if issubclass(type(value), number) else value


def may_be_plain(kind):
    """Whether some object of the type may leave: plain data, what `float` takes, an array."""
    bases = type.__dict__["__mro__"].__get__(kind)
    return any(
        any(base is one for one in PLAIN_BASES)
        or "__float__" in type.__dict__["__dict__"].__get__(base)
        for base in bases
    )
