"""Each operation leaves a small function behind that still remembers its inputs and its
output: a closure. A recursive visit puts every node after the nodes it came from, and
running the functions in the opposite order is the chain rule. This is the classic way
to write it.
"""

# inherits: reference


class Value:
    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0.0
        self.children = set(children)
        self.pass_on = lambda: None

    def __add__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        out = Value(self.data + other.data, {self, other})

        def pass_on():
            self.grad += out.grad
            other.grad += out.grad

        out.pass_on = pass_on
        return out

    def __mul__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        out = Value(self.data * other.data, {self, other})

        def pass_on():
            self.grad += out.grad * other.data
            other.grad += out.grad * self.data

        out.pass_on = pass_on
        return out

    def relu(self):
        out = Value(self.data if self.data > 0 else 0.0, {self})

        def pass_on():
            self.grad += out.grad * (1.0 if self.data > 0 else 0.0)

        out.pass_on = pass_on
        return out

    def backward(self):
        order = []
        visited = set()

        def visit(node):
            if node in visited:
                return
            visited.add(node)
            for child in node.children:
                visit(child)
            order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.pass_on()
