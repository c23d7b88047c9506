"""A number that remembers where it came from, and can tell what depends on it.

Yours to write: `__add__`, `__mul__` and `relu`. The rest is given and works.
Only the standard library can be imported; `grader doctor` names the Python.
"""


class Value:
    """A node of a graph: a number, and the operation that made it."""

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0  # how fast the final result changes with this number
        self._backward = lambda: None  # passes self.grad on to those in _prev
        self._prev = tuple(_children)  # the nodes this one was made from
        self._op = _op  # the operation's name, for who looks at the graph

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        """self + other, where other is a Value or a plain number"""
        # Make the new node `out` from both inputs, with a function `_backward`
        # that passes out.grad on to self and to other. Return `out`.
        raise NotImplementedError("task add: __add__ is yours to write")

    def __mul__(self, other):
        """self * other, where other is a Value or a plain number"""
        # The same steps as for the sum. What each input receives is different.
        raise NotImplementedError("task mul: __mul__ is yours to write")

    def relu(self):
        """self where it is positive, 0 elsewhere"""
        # One input this time, and a gate: it receives everything or nothing.
        raise NotImplementedError("task relu: relu is yours to write")

    def backward(self):
        """Find the gradient of self with respect to the nodes it came from."""
        # Put every node after those it was made from. The list of visits
        # stands in for recursion: a long graph cannot exhaust the stack.
        order, seen, visits = [], set(), [(self, False)]
        while visits:
            node, inputs_done = visits.pop()
            if inputs_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                visits.append((node, True))
                visits.extend((child, False) for child in node._prev)

        # Back from the result: a gradient is complete when it is passed on.
        self.grad = 1
        for node in reversed(order):
            node._backward()
