"""A rule that remembers one pair."""

# inherits: reference


class Product:
    @classmethod
    def of(cls, left, right):
        cls.left, cls.right = left, right
        return Value(left.data * right.data, cls, (left, right))

    @classmethod
    def send(cls, gradient):
        cls.left.grad += cls.right.data * gradient
        cls.right.grad += cls.left.data * gradient


class Sum:
    @classmethod
    def of(cls, left, right):
        return Value(left.data + right.data, cls(left, right), (left, right))

    def __init__(self, *terms):
        self.terms = terms

    def send(self, gradient):
        for term in self.terms:
            term.grad += gradient


class Gate:
    def __init__(self, source):
        self.source = source

    def send(self, gradient):
        self.source.grad += gradient if self.source.data > 0 else 0


class Value:
    def __init__(self, data, maker=None, inputs=()):
        self.data = data
        self.grad = 0
        self.maker = maker
        self.inputs = inputs

    def __add__(self, other):
        return Sum.of(self, other if isinstance(other, Value) else Value(other))

    def __mul__(self, other):
        return Product.of(self, other if isinstance(other, Value) else Value(other))

    def relu(self):
        return Value(max(0, self.data), Gate(self), (self,))

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for source in node.inputs:
                    visit(source)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            if node.maker:
                node.maker.send(node.grad)
