"""Right numbers in a subclass of float that lies about them: the base value counts."""

from right import Right


class Odd(float):
    __float__ = __add__ = __mul__ = lambda self, *others: 99.0
    __eq__ = lambda self, other: False
    __hash__ = float.__hash__
    __repr__ = __str__ = lambda self: "99.0"


class Value(Right):
    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        return Odd(found) if name in ("data", "grad") and own[0] is False else found


own = [False]


def computing(method):
    def run(self, *others):
        own[0] = True
        try:
            return method(self, *others)
        finally:
            own[0] = False

    return run


for name in ("__add__", "__mul__", "relu", "backward"):
    setattr(Value, name, computing(getattr(Right, name)))
