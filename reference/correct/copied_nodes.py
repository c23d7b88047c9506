"""New nodes are copies of a blank one, and before anything flows `backward` makes a deep
copy of the whole graph to work on. What the copies have gathered is added to the nodes
themselves at the end; the memo of `deepcopy` tells which copy belongs to which node.
"""

# inherits: reference

import copy


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.edges = []

    def _made(self, data, *edges):
        out = copy.copy(BLANK)
        out.data, out.edges = data, list(edges)
        return out

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self._made(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self._made(self.data * other.data, (self, other.data), (other, self.data))

    def relu(self):
        slope = 1.0 if self.data > 0 else 0.0
        return self._made(slope * self.data, (self, slope))

    def backward(self):
        nodes = self._inputs_first([], set())
        memo = {}
        copies = copy.deepcopy(nodes, memo)
        for node in copies:
            node.grad = 0.0
        copies[-1].grad = 1.0
        for node in reversed(copies):
            for source, slope in node.edges:
                source.grad += slope * node.grad
        for node in nodes:
            gathered = memo[id(node)].grad
            node.grad = 1.0 if node is self else node.grad + gathered

    def _inputs_first(self, nodes, seen):
        if self not in seen:
            seen.add(self)
            for source, _ in self.edges:
                source._inputs_first(nodes, seen)
            nodes.append(self)
        return nodes


BLANK = Value(0.0)
