"""The true values of a recorded program of sums, products and relus, in exact arithmetic.

Independent of the reference: nothing here is a `Value`. A program is a sequence of steps with
`action`, `name` and `operands`; an operand with an attribute `step` is an earlier step's result,
any other is a plain number. Gradients are those of the graded contract: `backward` seeds its
output with 1 and adds to every node; relu's slope is 0 at and below 0.
"""

from decimal import Context, Decimal, Inexact
from itertools import chain

# every float is a finite decimal, and so are sums and products of floats: with this precision,
# and an error should it ever not suffice, the arithmetic is exact
EXACT = Context(prec=100_000, Emax=10**9, Emin=-(10**9), traps=[Inexact])
ZERO, ONE = Decimal(0), Decimal(1)
FIELDS = {"data": "forward", "grad": "backward"}
FINISH = "backward"
OPERATIONS = {"add": "a + b", "mul": "a * b", "relu": "relu(a)"}
ONE_OPERATION = {"add": ("add",), "mul": ("mul",), "relu": ("relu", "add", "mul")}
LEAVES = ((2.0, 3.0, 5.0), (-2.0, 3.0, 5.0), (0.5, -4.0, 3.0), (0.0, 3.0, 2.0))
LONE = (3.0,)
TWINS = (3.0, 3.0, 5.0)
TWICE = (
    (((-1, -2), (-1, -2)), ((-1, -3), (-2, -3))),
    (((-1,), (-1,)), ((-1,), (-2,))),
)
PLAIN = 4.0
LARGEST = 3


def is_node(operand):
    """Whether an operand is an earlier step's result and not a plain number."""
    return not isinstance(operand, int | float)


def operation(step):
    """`leaf`, `add`, `mul`, `relu` or `backward`, or None for a step of no interest."""
    if step.action == "new":
        return "leaf"
    if step.action == "op" and step.name in ("add", "mul"):
        return step.name
    if step.action == "method" and step.name in ("relu", "backward"):
        return step.name
    return None


def forward(program):
    """`(data, ways)`: the value of every node, and for each the (operand's step, slope) pairs.

    Nodes made by operations that are not known here are left out.
    """
    data, ways = {}, {}
    for index, step in enumerate(program):
        kind = operation(step)
        if kind == "leaf":
            data[index], ways[index] = Decimal(step.operands[0]), ()
        elif kind in ("add", "mul", "relu"):
            try:
                values = [data[o.step] if is_node(o) else Decimal(o) for o in step.operands]
            except KeyError:
                continue
            data[index] = VALUES[kind](*values)
            slopes = SLOPES[kind](*values)
            ways[index] = [
                (operand.step, slope)
                for operand, slope in zip(step.operands, slopes, strict=True)
                if is_node(operand)
            ]
    return data, ways


VALUES = {"add": EXACT.add, "mul": EXACT.multiply, "relu": lambda a: max(a, ZERO)}
SLOPES = {
    "add": lambda a, b: (ONE, ONE),
    "mul": lambda a, b: (b, a),
    "relu": lambda a: (ONE if a > 0 else ZERO,),
}


def pass_gradients(ways, output):
    """What one `backward` on `output` brings to every node below it, by step."""
    arriving = {output: ONE}
    lowest, index = output, output
    while index >= lowest:
        if index in arriving:
            for source, slope in ways[index]:
                sent = EXACT.multiply(slope, arriving[index])
                arriving[source] = EXACT.add(arriving.get(source, ZERO), sent)
                lowest = min(lowest, source)
        index -= 1
    return arriving


def expected(program):
    """`{step: {"data": ..., "grad": ...}}` for every node, after the whole program has run."""
    data, ways = forward(program)
    grad = dict.fromkeys(data, ZERO)
    for step in program:
        if operation(step) == "backward" and step.operands[0].step in data:
            for index, amount in pass_gradients(ways, step.operands[0].step).items():
                grad[index] = EXACT.add(grad[index], amount)
    return {index: {"data": float(data[index]), "grad": float(grad[index])} for index in data}


# --- words for people ----------------------------------------------------------------------


def number(value):
    """A short decimal: 6, -0.5, 0.333333."""
    return f"{float(value) + 0.0:.6g}"


def edge_label(program, step, position):
    """The local slope on the edge from the operand at `position` to the step."""
    nodes = [operand for operand in program[step].operands[:position] if is_node(operand)]
    ways = ways_of(program)
    if step not in ways or not is_node(program[step].operands[position]):
        return ""
    return f"× {number(ways[step][len(nodes)][1])}"


def ways_of(program):
    """The ways of a program; those of the latest are kept, for a picture asks edge by edge."""
    if LATEST["program"] is not program or LATEST["length"] != len(program):
        LATEST.update(program=program, length=len(program), ways=forward(program)[1])
    return LATEST["ways"]


LATEST = {"program": None, "length": 0, "ways": {}}


def walk(program, names):
    """The backward pass of the program's last `backward`, one sentence a step."""
    _, ways = forward(program)
    outputs = [s.operands[0].step for s in program if operation(s) == "backward"]
    if not outputs or outputs[-1] not in ways:
        return []
    output = outputs[-1]
    sentences = [f"{names[output]}.grad = 1, because every backward pass starts at its output"]
    total = {output: ONE}
    signs = {"add": "+", "mul": "*", "relu": "relu"}
    for index in range(output, -1, -1):
        if index not in total:
            continue
        for source, slope in ways[index]:
            sent = EXACT.multiply(slope, total[index])
            total[source] = EXACT.add(total.get(source, ZERO), sent)
            sentences.append(
                f"{signs[operation(program[index])]} in {names[index]} sends "
                f"{number(slope)} · {number(total[index])} = {number(sent)} to {names[source]}; "
                f"{names[source]}.grad is now {number(total[source])}"
            )
    return sentences


# --- every small program, smallest first ----------------------------------------------------


def smallest_programs(task, submission):
    """Yields once for each program of up to three operations that uses what `task` adds."""
    allowed = ONE_OPERATION.get(task, ("add", "mul", "relu"))
    for size in range(1, LARGEST + 1):
        around = ((shape, LEAVES[0]) for shape in situations(size, allowed[0]))
        for shape, values in chain(numbered(size, allowed), twins(size, allowed), around):
            if allowed[0] in (kind for kind, _ in shape):
                build(shape, values, submission)
                yield shape


def numbered(size, allowed):
    """Every shape with several sets of numbers, and its backward pass.

    The longest with one: where an input is negative, results do not grow from step to step.
    """
    for values in LEAVES if size < LARGEST else LEAVES[1:2]:
        for shape in shapes(size, allowed):
            yield finished(shape), values


def finished(shape):
    """The shape, and the backward pass from its last operation."""
    return *shape, (FINISH, (len(shape) - 1,))


def twins(size, allowed):
    """What one node is mistaken for another by: two leaves of equal value, and an operation that
    is written twice, on the same operands or on others of equal value, and then joined."""
    for kind in allowed:
        if size == 1 and kind != "relu":
            yield finished(((kind, (-1, -2)),)), TWINS
        for join in allowed if size == 2 else ():
            if join != "relu":
                same, equal = TWICE[kind == "relu"]
                yield finished((*((kind, ops) for ops in same), (join, (0, 1)))), LEAVES[0]
                yield finished((*((kind, ops) for ops in equal), (join, (0, 1)))), TWINS


def situations(size, kind):
    """What surrounds an operation: no `backward` yet, one before it, results that nobody needs.

    A relu may return its input, and two passes that begin at one node are not graded.
    """
    first, again = ((-1,), (0,)) if kind == "relu" else ((-1, -2), (0, -1))
    one, on, end = (kind, first), (kind, again), lambda index: (FINISH, (index,))
    if size == 1:
        yield from ((one,), (one, one, end(0)), (one, on, end(0)))
    if size == 2:
        yield from ((one, on), (one, on, on, end(2)))
    if size == 1 and kind != "relu":
        yield from ((one, end(0), one, end(2)), (one, one, end(0), end(1)))
    if size == 2 and kind != "relu":
        yield one, on, end(1), one, end(3)


def parts(program, submission):
    """Yields once for each way in which the operations of a program work without the rest of it:
    the step that is carried out alone, or None where two operations work together.

    Each has two inputs that may be results, gets gradients other than 1, and adds to gradients
    that are there already. Where all of this is right, what joins the operations is at fault.
    """
    tried = {index: operation(step) for index, step in enumerate(program)}
    tried = {index: kind for index, kind in tried.items() if kind in VALUES}
    for values in LEAVES[:2]:
        for index, kind in tried.items():
            build(finished(((kind, inputs_of(program[index])),)), values, submission)
            yield index
        for shape in pairs(sorted(set(tried.values()))):
            build(shape, values, submission)
            yield None


def inputs_of(step):
    """The operands of a shape that are alike: one input, one twice, a plain number, or two."""
    if len(step.operands) == 1:
        return (-1,)
    left, right = step.operands
    return (-1, (-1 if left == right else -2) if is_node(right) else "plain")


def pairs(kinds):
    """Two of these operations after each other, in every place, and the same one twice."""
    for kind in kinds:
        one = (kind, (-1,) if kind == "relu" else (-1, -2))
        for other in kinds:
            for operands in ((0,),) if other == "relu" else ((0, -3), (-3, 0)):
                yield finished((one, (other, operands)))
        if "add" in kinds:
            yield finished((one, ("add", (0, 0))))
        if kind != "relu":
            yield one, (FINISH, (0,)), one, (FINISH, (2,))


def shapes(size, allowed):
    """Every way to combine leaves in `size` operations, each of which uses the one before.

    A shape is a tuple of (operation, operands); operand -1, -2, -3 is a leaf, which appear in
    that order, 0, 1, 2 an earlier operation's result, "plain" a plain number on the right. Two
    different operands come before the same one twice, and that before a plain number.
    """

    def grow(shape, leaves):
        if len(shape) == size:
            yield shape
            return
        last = len(shape) - 1
        fresh = 1 if shape else 2
        known = [-(i + 1) for i in range(min(leaves + fresh, 3))] + list(range(len(shape)))
        for kind in allowed:
            for operands in choices(kind, known):
                new = list(dict.fromkeys(-i for i in operands if i != "plain" and -i > leaves))
                in_order = new == list(range(leaves + 1, leaves + 1 + len(new)))
                if in_order and (not shape or last in operands):
                    yield from grow((*shape, (kind, operands)), max([leaves, *new]))

    def choices(kind, known):
        if kind == "relu":
            return [(one,) for one in known]
        different = [(a, b) for a in known for b in known if a != b]
        return different + [(a, a) for a in known] + [(a, "plain") for a in known]

    yield from grow((), 0)


def build(shape, values, submission):
    """Carries a shape out on the submission."""
    used = sorted({i for _, operands in shape for i in operands if i != "plain" and i < 0})
    if len(used) == 1 and values == LEAVES[0]:
        values = LONE  # 2 and 2 make 4 in two ways
    nodes = {leaf: submission.Value(values[-leaf - 1]) for leaf in reversed(used)}
    nodes["plain"] = PLAIN
    for index, (kind, operands) in enumerate(shape):
        left, right = nodes[operands[0]], nodes[operands[-1]]
        if kind in ("relu", FINISH):
            nodes[index] = getattr(left, kind)()
        else:
            nodes[index] = left + right if kind == "add" else left * right
