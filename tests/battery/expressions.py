"""Random expressions: different for every submission, exact in the oracle, away from kinks.

Leaves are numbers that hide nothing: never 0, 1 or -1, of both signs, some below 1 in magnitude.
Every expression reuses nodes, takes interior nodes as left and as right operand, and leaves a
branch unused now and then.
"""

LEAVES = (2.0, 3.0, 5.0, 7.0, -2.0, -3.0, -5.0, 0.5, 0.25, -0.5, -1.5, 2.5)
BATCH = 20
SMALLEST, LARGEST = 0.1, 500.0


def grow(submission, rng, operations, length):
    """One random expression of `length` operations; its last node is the output."""
    nodes = []
    for value in rng.sample(LEAVES, 3):
        nodes.append((submission.Value(value), value))
    for _ in range(length):
        nodes.append(extend(rng, nodes, operations))
    if rng.random() < 0.5:
        extend(rng, nodes, operations)
    return nodes[-1][0]


def extend(rng, nodes, operations):
    """One more operation on nodes picked at random, most often on the newest."""
    while True:
        kind = rng.choice(operations)
        first = nodes[-1] if rng.random() < 0.7 else rng.choice(nodes)
        second = rng.choice(nodes)
        if rng.random() < 0.5:
            first, second = second, first
        if kind == "relu" and abs(first[1]) > SMALLEST:
            return first[0].relu(), max(first[1], 0.0)
        if kind == "add" and abs(first[1] + second[1]) < LARGEST:
            return first[0] + second[0], first[1] + second[1]
        if kind == "mul" and SMALLEST < abs(first[1] * second[1]) < LARGEST:
            return first[0] * second[0], first[1] * second[1]
        if kind != "relu":
            nodes = nodes[:3]


def batch(submission, rng, operations, length):
    """Twenty expressions of `length` operations, each followed by its backward pass."""
    for _ in range(BATCH):
        grow(submission, rng, operations, length).backward()
