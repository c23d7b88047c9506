"""Every operation is a class with two methods, `forward` and `backward`, and a small
context in which the first leaves what the second will need. The large libraries are
built like this: an operation can be added, tested and replaced without touching
`Value`.
"""

# inherits: reference


class Context:
    def __init__(self, operation, inputs):
        self.operation = operation
        self.inputs = inputs
        self.saved = ()


class Add:
    @staticmethod
    def forward(context, a, b):
        return a + b

    @staticmethod
    def backward(context, gradient):
        return gradient, gradient


class Mul:
    @staticmethod
    def forward(context, a, b):
        context.saved = (a, b)
        return a * b

    @staticmethod
    def backward(context, gradient):
        a, b = context.saved
        return b * gradient, a * gradient


class Relu:
    @staticmethod
    def forward(context, a):
        context.saved = (a > 0,)
        return a if a > 0 else 0

    @staticmethod
    def backward(context, gradient):
        (is_open,) = context.saved
        return (gradient if is_open else 0,)


class Value:
    def __init__(self, data, context=None):
        self.data = data
        self.grad = 0
        self.context = context

    @classmethod
    def apply(cls, operation, *inputs):
        inputs = [x if isinstance(x, cls) else cls(x) for x in inputs]
        context = Context(operation, inputs)
        return cls(operation.forward(context, *(x.data for x in inputs)), context)

    def __add__(self, other):
        return Value.apply(Add, self, other)

    def __mul__(self, other):
        return Value.apply(Mul, self, other)

    def relu(self):
        return Value.apply(Relu, self)

    def backward(self):
        self.grad = 1
        for node in reversed(self.operations_in_order()):
            context = node.context
            gradients = context.operation.backward(context, node.grad)
            for child, gradient in zip(context.inputs, gradients, strict=True):
                child.grad += gradient

    def operations_in_order(self):
        order, seen, visits = [], set(), [(self, False)]
        while visits:
            node, inputs_done = visits.pop()
            if inputs_done:
                order.append(node)
            elif node.context is not None and node not in seen:
                seen.add(node)
                visits.append((node, True))
                visits.extend((child, False) for child in node.context.inputs)
        return order
