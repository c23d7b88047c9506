"""A program: the steps that a battery asks of a target, and what each of them gave."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

Number = int | float

Scalar = None | bool | int | float | str


class Ref(Struct, frozen=True, array_like=True):
    """An operand that is the result of an earlier step of the same program."""

    step: int


Operand = object
"""A `Ref`, a scalar, or a list, tuple or dict of operands."""


class Step(Struct, frozen=True, array_like=True):
    """One thing done to the submission.

    action  name                operands
    new     class or function   its arguments
    method  method              the object, then its arguments
    call    ""                  the callable object, then its arguments
    op      operator (`add`)    its operands
    get     attribute           the object
    set     attribute           the object, the value
    read    attributes, spaced  the objects: every attribute of every object, object by object
    """

    action: str
    name: str
    operands: tuple[Operand, ...] = ()
    keywords: Mapping[str, Operand] = {}


class Plain(Struct, frozen=True):
    """A step's result that is plain data."""

    value: Scalar


class Handle(Struct, frozen=True):
    """A step's result that stays in the box: the first step that returned this very object."""

    step: int
    type_name: str


class Raised(Struct, frozen=True):
    """A step that raised in the learner's code; all text is the box's claim."""

    type_name: str
    message: str = ""
    line: int | None = None
    function: str = ""
    path: str = ""
    column: int | None = None


class Many(Struct, frozen=True):
    """The results of a `read` step, in the order asked."""

    values: tuple[Number | Plain | Handle, ...]


class Skipped(Struct, frozen=True):
    """A step that was not run because an operand of it failed."""


Result = Plain | Handle | Many | Raised | Skipped


class Comparison(Struct, frozen=True):
    """One value of one node beside what it should be; `direction` is the field's own."""

    step: int
    field: str
    direction: str
    expected: Number
    got: Scalar | str
    ok: bool


class Output(Struct, frozen=True):
    """What the learner's code printed, stripped of control characters."""

    text: str
    truncated: bool = False
