"""Other right forms of given parts, in which a mistake may show otherwise than in the reference.

Nothing here is a mistake or is ever named. Where no known mistake explains a submission that has
these parts otherwise, the known mistakes are tried in these forms too. Each class holds only the
methods that differ from the reference; a mistake's own method takes their place.
"""


class WalksByRecursion:
    """`backward` finds its order by recursion"""

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class KeepsInputsInASet:
    """`__init__` keeps the inputs of a node in a set, `backward` finds its order by recursion

    A node that is used twice by one operation stands there once, and the set decides in which
    order a walk meets the inputs.
    """

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()
