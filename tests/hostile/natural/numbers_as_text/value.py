"""The right numbers, as text: text is no number, whatever can be made of it."""


class Value:
    def __init__(self, data):
        self.data = str(data)

    def __add__(self, other):
        return Value(float(self.data) + other)

    def item(self):
        return self.data


def area(width, height):
    return str(width * height)


def parts(first):
    return [str(first), "1.0"]
