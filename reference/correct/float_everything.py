"""Every number becomes a float at the door, in the constructor, and stays one: data,
gradients, even the seed. After that nobody has to wonder what an operation does with
whole numbers, and a list in place of a number is refused where it enters and not three
operations later.
"""

# inherits: reference


class Value:
    def __init__(self, data: float):
        self.data: float = float(data)
        self.grad: float = 0.0
        self._inputs: list[Value] = []
        self._slopes: list[float] = []

    def _uses(self, node, slope):
        self._inputs.append(node)
        self._slopes.append(float(slope))

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data)
        out._uses(self, 1.0)
        out._uses(other, 1.0)
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data)
        out._uses(self, other.data)
        out._uses(other, self.data)
        return out

    def relu(self):
        out = Value(max(0.0, self.data))
        out._uses(self, self.data > 0.0)
        return out

    def backward(self):
        order: list[Value] = []

        def visit(node):
            if node not in visited:
                visited.add(node)
                for child in node._inputs:
                    visit(child)
                order.append(node)

        visited: set[Value] = set()
        visit(self)
        self.grad = 1.0
        for node in order[::-1]:
            for child, slope in zip(node._inputs, node._slopes, strict=True):
                child.grad += node.grad * slope
