"""Right numbers in objects that are no floats but convert to them, as numpy's do."""

from right import Right


class Scalar:
    def __init__(self, value):
        self.value = value.value if isinstance(value, Scalar) else float(value)

    def __float__(self):
        return self.value

    def __add__(self, other):
        return Scalar(self.value + float(other))

    def __mul__(self, other):
        return Scalar(self.value * float(other))

    __radd__, __rmul__ = __add__, __mul__

    def __gt__(self, other):
        return self.value > float(other)

    def __lt__(self, other):
        return self.value < float(other)


class Value(Right):
    def __init__(self, data):
        super().__init__(Scalar(data))
