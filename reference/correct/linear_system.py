"""The chain rule is a system of linear equations: each gradient equals the sum, over
the users of the node, of slope times the user's gradient, and the result's gradient
equals 1. With the nodes in order of dependence the matrix of slopes is triangular, and
going backward is substitution, the method one learns for solving such systems by hand.
"""

# inherits: reference


class Value:
    def __init__(self, data, slopes=()):
        self.data = data
        self.grad = 0.0
        self.slopes = slopes

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def relu(self):
        is_open = self.data > 0
        return Value(self.data if is_open else 0.0, [(self, float(is_open))])

    def backward(self):
        unknowns = list(inputs_first(self, {}))
        solution = substitute_backwards(slope_matrix(unknowns))
        for node, gradient in zip(unknowns, solution, strict=True):
            node.grad = gradient if node is self else node.grad + gradient


def slope_matrix(nodes):
    """matrix[user][used] is the slope of the one with respect to the other."""
    number = {node: i for i, node in enumerate(nodes)}
    matrix = [[0.0] * len(nodes) for _ in nodes]
    for user in nodes:
        for used, slope in user.slopes:
            matrix[number[user]][number[used]] += slope
    return matrix


def substitute_backwards(matrix):
    size = len(matrix)
    solution = [0.0] * size
    solution[-1] = 1.0
    for used in reversed(range(size - 1)):
        users = range(used + 1, size)
        solution[used] = sum(matrix[user][used] * solution[user] for user in users)
    return solution


def inputs_first(node, found):
    if node not in found:
        for used, _ in node.slopes:
            inputs_first(used, found)
        found[node] = len(found)
    return found
