"""Nodes are plain records that say what was done and to what; all the calculus stands
together in one `match` inside `backward`, like a page of a formula book. The rectifier
is the mean of x and |x|, which is x where x is positive and 0 where it is not.
"""

# inherits: reference


class Value:
    def __init__(self, data, _children=(), _op="input"):
        self.data, self.grad = data, 0.0
        self._prev, self._op = _children, _op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), "+")

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), "*")

    def relu(self):
        return Value((self.data + abs(self.data)) / 2, (self,), "relu")

    def backward(self):
        self.grad = 1.0
        for node in self._results_first():
            match node._op, node._prev:
                case "+", (left, right):
                    left.grad += node.grad
                    right.grad += node.grad
                case "*", (left, right):
                    left.grad += right.data * node.grad
                    right.grad += left.data * node.grad
                case "relu", (x,) if x.data > 0:
                    x.grad += node.grad

    def _results_first(self):
        order, seen, visits = [], set(), [(self, "enter")]
        while visits:
            match visits.pop():
                case node, "leave":
                    order.append(node)
                case node, "enter" if node not in seen:
                    seen.add(node)
                    visits.append((node, "leave"))
                    visits.extend((child, "enter") for child in node._prev)
        return reversed(order)
