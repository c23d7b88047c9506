"""Right numbers in a subclass of float that lies about them: the base value counts."""

from masked import masked


class Odd(float):
    __float__ = __add__ = __mul__ = lambda self, *others: 99.0
    __eq__ = lambda self, other: False
    __hash__ = float.__hash__
    __repr__ = __str__ = lambda self: "99.0"


Value = masked(Odd)
