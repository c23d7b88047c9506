"""The right numbers, as text."""

from right import Right


class Value(Right):
    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name in ("data", "grad") and not own:
            return str(found)
        return found


own = []


def computing(method):
    def run(self, *others):
        own.append(True)
        try:
            return method(self, *others)
        finally:
            own.pop()

    return run


for name in ("__add__", "__mul__", "relu", "backward"):
    setattr(Value, name, computing(getattr(Right, name)))
