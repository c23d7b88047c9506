"""What a node must be able to do stands in an abstract base class: give its slopes. The
walk is written there once; each kind of node is a class of its own and says the rest.
"""

# inherits: reference

from abc import ABC, abstractmethod


class Node(ABC):
    def __init__(self, data, *inputs):
        self.data = data
        self.grad = 0
        self.inputs = inputs

    @abstractmethod
    def slopes(self):
        """One slope for each input."""

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
            for source, slope in zip(node.inputs, node.slopes(), strict=True):
                source.grad += slope * node.grad


class Value(Node):
    def slopes(self):
        return ()

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Sum(self.data + other.data, self, other)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Product(self.data * other.data, self, other)

    def relu(self):
        return Gate(self.data if self.data > 0 else 0, self)


class Sum(Value):
    def slopes(self):
        return 1, 1


class Product(Value):
    def slopes(self):
        left, right = self.inputs
        return right.data, left.data


class Gate(Value):
    def slopes(self):
        return (1 if self.data > 0 else 0,)
