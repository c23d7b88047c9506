"""One name, two spellings."""

# inherits: reference


class Value:
    def __init__(self, data, inputs=(), op=None):
        self.data = data
        self.grad = 0
        self.inputs = inputs
        self.op = op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [self, other], "plus")

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [self, other], "times")

    def relu(self):
        return Value(self.data * (self.data > 0), [self], "gate")

    def send(self):
        if self.op == "plus":
            for term in self.inputs:
                term.grad += self.grad
        elif self.op == "time":
            left, right = self.inputs
            left.grad += right.data * self.grad
            right.grad += left.data * self.grad
        elif self.op == "gate":
            self.inputs[0].grad += self.grad * (self.data > 0)

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
            node.send()
