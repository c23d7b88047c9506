"""A right solution of the second exercise."""


class Value:
    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        if isinstance(other, str):
            raise TypeError("a text is no number")
        return Value(self.data + getattr(other, "data", other))

    def item(self):
        return self.data


def area(width, height):
    return width * height


def parts(first):
    return [first, 1.0]
