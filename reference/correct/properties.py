"""Number and gradient are kept under private names and shown through properties. The
number can only be read, since a node that changed after it was used would contradict
its own graph; the gradient can be set, for instance back to zero before the next step
of training.
"""

# inherits: reference


class Value:
    def __init__(self, data, _children=(), _op=""):
        self._data = data
        self._grad = 0.0
        self._children = tuple(_children)
        self._op = _op
        self._step = None

    @property
    def data(self):
        return self._data

    @property
    def grad(self):
        return self._grad

    @grad.setter
    def grad(self, amount):
        self._grad = amount

    @property
    def is_leaf(self):
        return not self._children

    def __add__(self, other):
        other = self._wrap(other)
        out = Value(self.data + other.data, (self, other), "+")

        def step():
            self.grad += out.grad
            other.grad += out.grad

        out._step = step
        return out

    def __mul__(self, other):
        other = self._wrap(other)
        out = Value(self.data * other.data, (self, other), "*")

        def step():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._step = step
        return out

    def relu(self):
        out = Value(max(self.data, 0.0), (self,), "relu")

        def step():
            self.grad += (self.data > 0) * out.grad

        out._step = step
        return out

    @staticmethod
    def _wrap(x):
        return x if isinstance(x, Value) else Value(x)

    def backward(self):
        order = []
        self._collect(order, set())
        self.grad = 1.0
        while order:
            order.pop()._step()

    def _collect(self, order, seen):
        if self.is_leaf or self in seen:
            return
        seen.add(self)
        for child in self._children:
            child._collect(order, seen)
        order.append(self)
