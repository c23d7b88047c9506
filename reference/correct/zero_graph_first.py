"""Before anything flows, `backward` clears the results it is about to pass through, so
that nothing left over from earlier takes part. The inputs are not cleared: what they
collected from another result is a sum still being added up, and only the person who
trains may set it back to zero.
"""

# inherits: reference


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._backward = None
        self._prev = tuple(_children)
        self._op = _op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def relu(self):
        out = Value(max(self.data, 0.0), (self,), "relu")

        def _backward():
            self.grad += out.grad * (1.0 if out.data > 0 else 0.0)

        out._backward = _backward
        return out

    def backward(self):
        results = [node for node in self._order() if node._prev]
        for node in results:
            node.grad = 0.0

        self.grad = 1.0
        for node in reversed(results):
            node._backward()

    def _order(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        return order
