"""The operations of this exercise: how each is written, and what is true of it.

To add an operation, add a row: nothing else of the oracle names one.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

ZERO, ONE = Decimal(0), Decimal(1)


class Operation(NamedTuple):
    """A row: `value` and `slopes` are given all operands, plain numbers too, as decimals."""

    written: str
    """On inputs a and b: `a + b`, `relu(a)`, `-a`; with a plain number: `2 + a`, `a ** 3`."""
    tasks: tuple[str, ...]
    """The task that asks for it, then the others whose small programs may use it."""
    value: Callable[..., Decimal]
    slopes: Callable[..., tuple[Decimal | None, ...]]
    """One for each operand; that of a number which is always plain may be None."""
    is_exact: bool = True
    """Whether sums, differences and products give its value: not so of `a / b` or `exp(a)`."""


ROWS = (
    Operation("a + b", ("add", "relu", "neuron"), lambda a, b: a + b, lambda a, b: (ONE, ONE)),
    Operation("a * b", ("mul", "relu", "neuron"), lambda a, b: a * b, lambda a, b: (b, a)),
    Operation(
        "relu(a)",
        ("relu", "neuron"),
        lambda a: max(a, ZERO),
        lambda a: (ONE if a > 0 else ZERO,),
    ),
)
