"""The chain rule taken at its word: a gradient is a sum over all paths from the result
to the node, and each path brings the product of its slopes. So `backward` walks every
path and hands each step only what this path brings, never what has been collected. No
order is needed. The price: in `y = y + y`, done thirty times, there are a thousand
million paths.
"""

# inherits: reference


class Value:
    def __init__(self, data, steps=()):
        self.data = data
        self.grad = 0.0
        self.steps = steps

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def relu(self):
        if self.data > 0:
            return Value(self.data, [(self, 1.0)])
        return Value(0.0, [(self, 0.0)])

    def backward(self, along_this_path=1.0):
        self.grad += along_this_path
        for node, slope in self.steps:
            node.backward(slope * along_this_path)
