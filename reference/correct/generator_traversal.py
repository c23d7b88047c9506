"""The order of visits is a generator that describes itself: everything on my left,
everything on my right, then me. Nobody builds a list by hand or passes one along;
`backward` collects what the generator yields and reads it from the end.
"""

# inherits: reference


class Value:
    def __init__(self, data, left=None, right=None, slopes=(0, 0)):
        self.data = data
        self.grad = 0
        self.left, self.right = left, right
        self.slopes = slopes

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, self, other, (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, self, other, (other.data, self.data))

    def relu(self):
        is_open = self.data > 0
        return Value(self.data if is_open else 0, self, None, (int(is_open), 0))

    def walk(self, seen):
        if self in seen:
            return
        seen.add(self)
        if self.left is not None:
            yield from self.left.walk(seen)
        if self.right is not None:
            yield from self.right.walk(seen)
        yield self

    def backward(self):
        inputs_first = list(self.walk(set()))
        self.grad = 1
        for node in reversed(inputs_first):
            for child, slope in zip((node.left, node.right), node.slopes, strict=True):
                if child is not None:
                    child.grad += slope * node.grad
