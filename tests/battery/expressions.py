"""Random expressions: different for every submission, exact in the oracle, away from kinks.

Leaves are numbers that hide nothing: never 0, 1 or -1, of both signs, some below 1 in magnitude.
Every expression reuses nodes, takes interior nodes as left and as right operand, and leaves a
branch unused now and then. What a mistake needs in order to show is never left to luck: each batch
holds one expression of every shape below, and only the numbers in it are random.
"""

LEAVES = (2.0, 3.0, 5.0, 7.0, -2.0, -3.0, -5.0, 0.5, 0.25, -0.5, -1.5, 2.5)
BATCH, FREE = 20, 4
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
        if kind == "relu" and abs(first[1]) > SMALLEST and first[1] != 1.0:
            return first[0].relu(), max(first[1], 0.0)
        if kind == "add" and abs(first[1] + second[1]) < LARGEST:
            return first[0] + second[0], first[1] + second[1]
        if kind == "mul" and SMALLEST < abs(first[1] * second[1]) < LARGEST:
            return first[0] * second[0], first[1] * second[1]
        if kind != "relu":
            nodes = nodes[:3]


def batch(submission, rng, operations, length):
    """At least twenty expressions, each followed by its backward pass: one of every shape, then
    free ones of `length` operations."""
    if unknown := set(operations) - {"add", "mul", "relu"}:
        raise ValueError(f"no random expressions are made of {min(unknown)}: add it to `extend`")
    shapes = [(kind, shape) for kind, shape in SHAPES if set(kind) <= set(operations)]
    for kind, shape in shapes:
        join = (lambda a, b: a * b) if kind == ("mul",) else (lambda a, b: a + b)
        values = rng.sample(SHAPE_LEAVES, 4)
        shape([submission.Value(value) for value in values], rng, submission, join).backward()
    for _ in range(max(BATCH - len(shapes), FREE)):
        grow(submission, rng, operations, length).backward()


# --- shapes: an output made from four leaves ------------------------------------------------


def near_and_far(leaves, rng, submission, join):
    """A node is used next to the output and far from it."""
    a, b, c, d = leaves
    u = join(a, b)
    far = join(join(u, c), d)
    return join(u, far) if rng.random() < 0.5 else join(far, u)


def short_way_on_the_left(leaves, rng, submission, join):
    """Two ways lead to a node, the longer one on the right."""
    a, b, c, d = leaves
    u = join(a, b)
    return join(join(u, c), join(join(u, d), a))


def short_way_on_the_right(leaves, rng, submission, join):
    """Two ways lead to a node, the longer one on the left."""
    a, b, c, d = leaves
    u = join(a, b)
    return join(join(join(u, d), a), join(u, c))


def equal_values(leaves, rng, submission, join):
    """Two nodes hold the same value."""
    a, b, c, _ = leaves
    return join(join(join(a, b), c), join(b, a))


def same_operation_twice(leaves, rng, submission, join):
    """An operation is written twice on the same operands."""
    a, b, c, _ = leaves
    one, two = join(a, b), join(a, b)
    return join(join(one, c), two) if rng.random() < 0.5 else join(one, join(two, c))


def equal_leaves(leaves, rng, submission, join):
    """Two leaves hold the same value, and so do two nodes made from them."""
    a, b, *_ = leaves
    value = rng.choice(SHAPE_LEAVES)
    one, two = submission.Value(value), submission.Value(value)
    return join(join(one, a), join(join(two, a), b))


def unused_branch(leaves, rng, submission, join):
    """A node is also used for something that the output does not need."""
    a, b, c, d = leaves
    u = join(a, b)
    join(u, c)
    return join(u, d)


def joined_with_itself(leaves, rng, submission, join):
    """A node is both operands, and comes back higher up."""
    a, b, *_ = leaves
    u = join(a, a)
    return join(join(u, b), u)


def gate(*inputs):
    """The shape of a relu, used twice, beside its own input."""

    def shape(leaves, rng, submission, join):
        x = submission.Value(rng.choice(inputs))
        r = x.relu()
        both = r + r
        return (both + x if rng.random() < 0.5 else x + both) + leaves[0]

    return shape


def twin_gates(leaves, rng, submission, join):
    """A relu is written twice on one input, and once on another input of equal value."""
    value = rng.choice((2.0, 3.0, 0.5))
    x, twin = submission.Value(value), submission.Value(value)
    return (x.relu() + twin.relu()) + x.relu()


def gates_on_sums(leaves, rng, submission, join):
    """An open and a closed relu of inputs that are sums themselves."""
    a, b = submission.Value(rng.choice((2.0, 2.5))), submission.Value(rng.choice((-1.25, 0.5)))
    c, d = submission.Value(rng.choice((-2.0, -2.5))), submission.Value(rng.choice((1.5, -0.5)))
    return ((a + b).relu() + a) + (c + d).relu()


def negative_gradient_at_a_gate(leaves, rng, submission, join):
    """A negative gradient arrives at an open relu."""
    x = submission.Value(rng.choice((0.5, 2.0, 3.0)))
    return x.relu() * submission.Value(rng.choice((-2.0, -0.5, -3.0))) + x


SHAPE_LEAVES = (2.0, 3.0, 5.0, -2.0, -3.0, 0.5, -0.5, 1.5, -1.5)
JOINED = (
    near_and_far,
    short_way_on_the_left,
    short_way_on_the_right,
    equal_values,
    same_operation_twice,
    equal_leaves,
    unused_branch,
    joined_with_itself,
)
SHAPES = (
    *((kind, shape) for kind in (("add",), ("mul",)) for shape in JOINED),
    (("relu", "add"), gate(2.0, 3.0, 5.5)),
    (("relu", "add"), gate(-2.0, -0.5)),
    (("relu", "add"), gate(0.25, 0.5, 0.75)),
    (("relu", "add"), twin_gates),
    (("relu", "add"), gates_on_sums),
    (("relu", "add", "mul"), negative_gradient_at_a_gate),
)
