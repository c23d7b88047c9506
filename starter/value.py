"""A number that remembers where it came from, and can tell what depends on it.

Three methods are yours to write: `__add__`, `__mul__` and `relu`. The rest is given and works.
Only Python's standard library is there to import; `grader doctor` says which Python grades.
"""


class Value:
    """A node of a graph: a number, and the operation that made it."""

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0  # how fast the final result changes when this number changes
        self._backward = lambda: None  # passes self.grad on to the nodes in _prev
        self._prev = tuple(_children)  # the nodes this one was made from
        self._op = _op  # the name of the operation, for people who look at the graph

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        """self + other, where other is a Value or a plain number"""
        # Make the new node `out` from both inputs, and give it a function `_backward`
        # that passes out.grad on to self and to other. Return `out`.
        raise NotImplementedError("task add: __add__ is yours to write")

    def __mul__(self, other):
        """self * other, where other is a Value or a plain number"""
        # The same steps as for the sum. What each input receives is different.
        raise NotImplementedError("task mul: __mul__ is yours to write")

    def relu(self):
        """self where it is positive, 0 elsewhere"""
        # One input this time, and a gate: sometimes it receives everything, sometimes nothing.
        raise NotImplementedError("task relu: relu is yours to write")

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
