"""Right numbers in a subclass of float that lies: the base value counts in every check."""


class Odd(float):
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: False
    __hash__ = float.__hash__


class Value:
    def __init__(self, data):
        self.data = Odd(data)

    def __add__(self, other):
        if isinstance(other, str):
            raise TypeError("a text is no number")
        return Value(float(self.data) + other)

    def item(self):
        return self.data


def area(width, height):
    return Odd(width * height)


def parts(first):
    return (Odd(first), Odd(1.0))
