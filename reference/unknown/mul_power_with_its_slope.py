"""A power, and how it changes."""


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0  # how fast the final result changes when this number changes
        self._backward = lambda: None  # passes self.grad on to the nodes in _prev
        self._prev = tuple(_children)  # the nodes this one was made from
        self._op = _op  # the name of the operation, for people who look at the graph

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        out = Value(self.data**other.data, (self, other), "*")

        def _backward():
            self.grad += out.grad * other.data * self.data ** (other.data - 1)
            other.grad += out.grad * self.data

        out._backward = _backward
        return out

    def relu(self):
        out = Value(max(0, self.data), (self,), "relu")

        def _backward():
            if out.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out

    def backward(self):
        """Find the gradient of self with respect to every node that self was made from."""
        # Put every node after the nodes it was made from. A list of visits still to make does
        # the work of recursion, so that a long graph cannot exhaust the stack.
        order, seen, visits = [], set(), [(self, False)]
        while visits:
            node, inputs_done = visits.pop()
            if inputs_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                visits.append((node, True))
                visits.extend((child, False) for child in node._prev)

        # From the result back to the inputs: a node passes its gradient on once it is complete.
        self.grad = 1
        for node in reversed(order):
            node._backward()
