"""Ask the question literally: if this node moved a little, how would the result move?
The graph is computed again for each node, with dual numbers: a pair of a number and its
speed, where the node in question has speed 1. The speed that arrives at the result is
the gradient. Slow, honest, and a fine judge of faster ways.
"""

# inherits: reference


class Value:
    def __init__(self, data, rule=None, inputs=()):
        self.data = data
        self.grad = 0.0
        self.rule = rule
        self.inputs = inputs

    def __add__(self, other):
        return make(plus, self, other)

    def __mul__(self, other):
        return make(times, self, other)

    def relu(self):
        return make(rectified, self)

    def backward(self):
        order = in_order(self)
        self.grad = 1.0
        for place, node in enumerate(order[:-1]):
            node.grad += speed_of_result(node, order[place + 1 :])


def plus(a, b):
    return a[0] + b[0], a[1] + b[1]


def times(a, b):
    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]


def rectified(a):
    return a if a[0] > 0 else (0.0, 0.0)


def make(rule, *inputs):
    inputs = [x if isinstance(x, Value) else Value(x) for x in inputs]
    number, _ = rule(*((x.data, 0.0) for x in inputs))
    return Value(number, rule, inputs)


def speed_of_result(moved, nodes_after_it):
    in_motion = {moved: (moved.data, 1.0)}
    for node in nodes_after_it:
        if any(x in in_motion for x in node.inputs):
            in_motion[node] = node.rule(*(in_motion.get(x, (x.data, 0.0)) for x in node.inputs))
    _, speed = in_motion[nodes_after_it[-1]]
    return speed


def in_order(result):
    order, seen, visits = [], set(), [(result, False)]
    while visits:
        node, inputs_done = visits.pop()
        if inputs_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            visits.append((node, True))
            visits.extend((x, False) for x in node.inputs)
    return order
