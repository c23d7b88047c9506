"""A `Value` is only a row number. The numbers stand in one array, the gradients in a
second, and the inputs and slopes of each row in lists beside them, as in a table of
columns. Rows are added at the end, so a row's inputs always stand above it and going
backward is counting down.
"""

# inherits: reference

from array import array

numbers = array("d")
gradients = array("d")
inputs = []
slopes = []


class Value:
    def __init__(self, data):
        self.row = new_row(data)

    @property
    def data(self):
        return numbers[self.row]

    @property
    def grad(self):
        return gradients[self.row]

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return at(new_row(self.data + other.data, (self.row, other.row), (1.0, 1.0)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return at(new_row(self.data * other.data, (self.row, other.row), (other.data, self.data)))

    def relu(self):
        slope = 1.0 if self.data > 0 else 0.0
        return at(new_row(max(self.data, 0.0), (self.row,), (slope,)))

    def backward(self):
        gradients[self.row] = 1.0
        reached = {self.row}
        for row in range(self.row, -1, -1):
            if row in reached:
                reached.update(inputs[row])
                for source, slope in zip(inputs[row], slopes[row], strict=True):
                    gradients[source] += slope * gradients[row]


def new_row(number, rows=(), their_slopes=()):
    numbers.append(number)
    gradients.append(0.0)
    inputs.append(rows)
    slopes.append(their_slopes)
    return len(numbers) - 1


def at(row):
    value = Value.__new__(Value)
    value.row = row
    return value
