"""Turned round: a node does not push its gradient into its inputs, it asks its users
for theirs. The gradient of a node is the sum of slope times gradient over the nodes
that use it, and each answer is kept, so no question is worked out twice. No order is
needed: the questions find it by themselves.
"""

# inherits: reference


class Value:
    def __init__(self, data, slopes=()):
        self.data = data
        self.grad = 0.0
        self.slopes = slopes

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def relu(self):
        return Value(max(self.data, 0.0), ((self, 1.0 if self.data > 0 else 0.0),))

    def backward(self):
        users = users_in_the_graph_of(self)
        answers = {self: 1.0}

        def gradient(node):
            if node not in answers:
                total = 0.0
                for user, slope in users[node]:
                    total += slope * gradient(user)
                answers[node] = total
            return answers[node]

        for node in users:
            node.grad = 1.0 if node is self else node.grad + gradient(node)


def users_in_the_graph_of(result):
    users = {result: []}
    to_visit = [result]
    while to_visit:
        user = to_visit.pop()
        for node, slope in user.slopes:
            if node not in users:
                users[node] = []
                to_visit.append(node)
            users[node].append((user, slope))
    return users
