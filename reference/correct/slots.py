"""The class names its attributes in `__slots__`, so that a node has no dict and a name
spelt wrongly is an error at once. Operations leave a method name behind, and `backward`
calls the method of that name.
"""

# inherits: reference


class Value:
    __slots__ = ("data", "grad", "left", "right", "rule")

    def __init__(self, data, left=None, right=None, rule="_leaf"):
        self.data = data
        self.grad = 0.0
        self.left = left
        self.right = right
        self.rule = rule

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, self, other, "_sum")

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, self, other, "_product")

    def relu(self):
        return Value(self.data if self.data > 0 else 0.0, self, None, "_gate")

    def _leaf(self):
        pass

    def _sum(self):
        self.left.grad += self.grad
        self.right.grad += self.grad

    def _product(self):
        self.left.grad += self.right.data * self.grad
        self.right.grad += self.left.data * self.grad

    def _gate(self):
        if self.left.data > 0:
            self.left.grad += self.grad

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node is None or node in seen:
                return
            seen.add(node)
            visit(node.left)
            visit(node.right)
            order.append(node)

        visit(self)
        self.grad = 1.0
        while order:
            node = order.pop()
            getattr(node, node.rule)()
