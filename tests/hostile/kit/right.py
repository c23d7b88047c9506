"""A right Value in few lines; travels with submissions whose side effects are the matter."""


class Right:
    def __init__(self, data):
        self.data, self.grad, self._parents = data, 0.0, ()

    def _node(self, data, *parents):
        out = type(self)(data)
        out._parents = parents
        return out

    def __add__(self, other):
        other = other if isinstance(other, Right) else type(self)(other)
        return self._node(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Right) else type(self)(other)
        return self._node(self.data * other.data, (self, other.data), (other, self.data))

    def relu(self):
        return self._node(max(self.data, 0.0), (self, 1.0 if self.data > 0 else 0.0))

    def backward(self):
        order, seen, visits = [], set(), [(self, False)]
        while visits:
            node, done = visits.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                visits.append((node, True))
                visits.extend((parent, False) for parent, _ in node._parents)
        arriving = {id(self): 1.0}
        for node in reversed(order):
            passed = arriving[id(node)]
            node.grad += passed
            for parent, slope in node._parents:
                arriving[id(parent)] = arriving.get(id(parent), 0.0) + slope * passed
