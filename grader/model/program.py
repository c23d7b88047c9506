"""A program: the steps that a battery asks of a target, and what each of them gave."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import msgspec
from msgspec import Struct

from grader.text.words import said

Number = int | float

Scalar = None | bool | int | float | str


class Ref(Struct, frozen=True, array_like=True):
    """An operand that is the result of an earlier step of the same program."""

    step: int


Data = object
"""Plain data: a scalar, a complex number, bytes, or a list, tuple, set or dict of plain data."""

Operand = object
"""A `Ref`, plain data that may hold such, or an `Array`."""


class Array(Struct, frozen=True, array_like=True):
    """An operand that becomes an array of numpy's: its type by numpy's name, its items as lists."""

    dtype: str
    items: Data


class Step(Struct, frozen=True, array_like=True):
    """One thing done to the submission.

    action  name                operands
    new     class or function   its arguments
    method  method              the object, then its arguments
    call    ""                  the callable object, then its arguments
    op      operator (`add`)    its operands
    get     attribute           the object
    set     attribute           the object, the value
    value   ""                  an object, or plain data made into one: as it is now
    read    attributes, spaced  the objects: every attribute of every object, object by object
    """

    action: str
    name: str
    operands: tuple[Operand, ...] = ()
    keywords: Mapping[str, Operand] = {}


class Plain(Struct, frozen=True):
    """A step's result that is plain data."""

    value: Data


class Handle(Struct, frozen=True):
    """A step's result that stays in the box: the first step that returned this very object."""

    step: int
    type_name: str


class Raised(Struct, frozen=True):
    """A step that raised in the learner's code; all text is the box's claim.

    `builtin` is the exception of Python's own that it is one of. `cell` is the number of a
    notebook's cell, and the line's number in it.
    """

    type_name: str
    message: str = ""
    line: int | None = None
    function: str = ""
    path: str = ""
    column: int | None = None
    builtin: str = ""
    cell: tuple[int, int] | None = None


class Many(Struct, frozen=True):
    """The results of a `read` step, in the order asked."""

    values: tuple[Number | Plain | Handle, ...]


class Skipped(Struct, frozen=True):
    """A step that was not run because an operand of it failed."""


Result = Plain | Handle | Many | Raised | Skipped


class Write(Struct, frozen=True):
    """A line of the submission that wrote an attribute; all of it is the box's claim.

    `at` is its place among all writes of the program. `is_building`: while the object was built;
    the line is then that which builds it. No line: none of the submission's own. `value` is what
    was written, where that is a finite number.
    """

    at: int
    path: str
    line: int | None
    function: str
    is_building: bool
    value: float | None


class SourceLine(Struct, frozen=True):
    """A line of the submission: its number, its text, its file where there are several, and its
    cell where it is of a notebook; the number is then that in the cell."""

    line: int
    source_line: str
    path: str
    cell: int | None = None


class Comparison(Struct, frozen=True):
    """One value of one node beside what it should be; `direction` is the field's own."""

    step: int
    field: str
    direction: str
    expected: Number
    got: Scalar | str
    ok: bool


def value_sentence(name: str, field: str, expected: str, got: str) -> str:
    """What was expected of a node's value and what came."""
    return said(
        "{name}.{field} should be {expected}, got {got}",
        name=name,
        field=field,
        expected=expected,
        got=got,
    )


class Output(Struct, frozen=True):
    """What the learner's code printed, stripped of control characters."""

    text: str
    truncated: bool = False


def wire_operand(operand: Operand) -> Any:
    """The form of an operand that encodes to JSON as it is (see `grader.inside.values`); TypeError
    for what cannot cross."""
    if isinstance(operand, float) and not math.isfinite(operand):
        return {"f": repr(operand)}
    if operand is None or isinstance(operand, Ref | bool | int | float | str):
        return operand
    if isinstance(operand, Fraction):
        return float(operand)
    if isinstance(operand, complex):
        return {"c": f"{operand.real!r} {operand.imag!r}"}
    if isinstance(operand, bytes):
        return {"y": operand.hex()}
    if isinstance(operand, Array):
        return {"a": [operand.dtype, wire_operand(operand.items)]}
    if isinstance(operand, list | tuple):
        tag = "l" if isinstance(operand, list) else "t"
        return {tag: [wire_operand(item) for item in operand]}
    if isinstance(operand, set | frozenset):
        tag = "s" if isinstance(operand, set) else "z"
        return {tag: sorted(map(wire_operand, operand), key=msgspec.json.encode)}
    if isinstance(operand, Mapping):
        return {"d": [[wire_operand(k), wire_operand(v)] for k, v in operand.items()]}
    raise TypeError(f"{type(operand).__name__} cannot be sent to a submission: send plain data")


PLAIN_TYPES = frozenset({Ref, int, str, bool, type(None)})


def wire_step(step: Step) -> Step:
    """The step itself where all its operands encode as they are, which is nearly always."""
    odd = [o for o in step.operands if type(o) not in PLAIN_TYPES]
    if not step.keywords and all(type(o) is float and math.isfinite(o) for o in odd):
        return step
    operands = tuple([wire_operand(operand) for operand in step.operands])
    keywords = {key: wire_operand(operand) for key, operand in step.keywords.items()}
    return Step(step.action, step.name, operands, keywords)


def operand_of(wire: Any) -> Operand:
    """The operand of such a form; ValueError where it is none, or a number in it is too long."""
    if isinstance(wire, list):
        (step,) = wire
        if type(step) is not int:
            raise ValueError("no step")
        return Ref(step)
    if not isinstance(wire, dict):
        return wire
    ((tag, body),) = wire.items()
    if tag == "f":
        return float(body)
    if tag == "c":
        return complex(*map(float, body.split()))
    if tag == "y":
        return bytes.fromhex(body)
    if tag == "d":
        return {operand_of(key): operand_of(value) for key, value in body}
    if tag == "a":
        return Array(str(body[0]), operand_of(body[1]))
    makers: Mapping[str, Any] = {"l": list, "t": tuple, "s": set, "z": frozenset}
    if tag not in makers:
        raise ValueError("no kind of data")
    return makers[tag](operand_of(item) for item in body)


def step_of_wire(wire: Any) -> Step:
    """The step of such a form; TypeError or ValueError where it is none."""
    action, name, operands, keywords = wire
    if not isinstance(action, str) or not isinstance(name, str):
        raise TypeError("no step")
    values = tuple([operand_of(operand) for operand in operands])
    return Step(action, name, values, {key: operand_of(one) for key, one in keywords.items()})


class Program(Struct, frozen=True, eq=False):
    """A whole program: its steps, and their encoding as it crosses to a worker.

    Programs of the same encoding are the same; that is what they are hashed and compared by.
    """

    steps: tuple[Step, ...]
    encoded: bytes

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Program:
        """The program of these steps; TypeError where an operand cannot cross."""
        steps = tuple(steps)
        return cls(steps, msgspec.json.encode([wire_step(step) for step in steps]))

    def salt(self, variant: int = 0) -> int:
        """What decides the order of its sets; every variant gives another order."""
        return zlib.crc32(self.encoded, variant)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.encoded == other.encoded

    def __hash__(self) -> int:
        return hash(self.encoded)


NO_PROGRAM = Program((), b"[]")
