"""A right Value that shows its numbers in disguise; travels with submissions that lie."""

from right import Right


def masked(disguise):
    """A class whose arithmetic is honest and whose numbers are shown as `disguise(number)`."""
    computing = []

    class Value(Right):
        def __getattribute__(self, name):
            found = super().__getattribute__(name)
            hidden = name in ("data", "grad") and not computing
            return disguise(found) if hidden else found

    def honest(method):
        def run(self, *others):
            computing.append(True)
            try:
                return method(self, *others)
            finally:
                computing.pop()

        return run

    for name in ("__add__", "__mul__", "relu", "backward"):
        setattr(Value, name, honest(getattr(Right, name)))
    return Value
