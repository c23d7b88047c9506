"""Every small program of the exercise's operations, smallest first, and parts of programs.

A shape is a tuple of (operation, operands), an operation as operations.py writes it. Operand -1,
-2, -3 is a leaf, which appear in that order, 0, 1, 2 an earlier operation's result, "plain" a plain
number on the right.
"""

from decimal import Decimal
from itertools import chain

from notation import NOTATIONS, is_node, used_by, written_as
from operations import ONE

FINISH = "backward"
LEAVES = ((2.0, 3.0, 5.0), (-2.0, 3.0, 5.0), (0.5, -4.0, 3.0), (0.0, 3.0, 2.0))
LONE = (3.0,)
TWINS = (3.0, 3.0, 5.0)
TWICE = {
    1: (((-1,), (-1,)), ((-1,), (-2,))),
    2: (((-1, -2), (-1, -2)), ((-1, -3), (-2, -3))),
}
PLAIN = 4.0
LARGEST = 3


def smallest_programs(task, submission):
    """Yields once for each program of up to three operations that uses what `task` adds."""
    own, allowed = used_by(task)
    for size in range(1, LARGEST + 1):
        around = ((shape, LEAVES[0]) for kind in own for shape in situations(size, kind))
        for shape, values in chain(numbered(size, allowed), twins(size, allowed), around):
            if any(kind in own for kind, _ in shape):
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


def arity(kind):
    """How many inputs an operation has: one or two."""
    return NOTATIONS[kind].arity


def first_leaves(kind):
    """The operation on fresh leaves."""
    return kind, (-1, -2)[: arity(kind)]


def twins(size, allowed):
    """What one node is mistaken for another by: two leaves of equal value, and an operation that
    is written twice, on the same operands or on others of equal value, and then joined."""
    joining = [kind for kind in allowed if arity(kind) == 2]
    for kind in allowed:
        if size == 1 and kind in joining:
            yield finished((first_leaves(kind),)), TWINS
        for join in joining if size == 2 else ():
            same, equal = TWICE[arity(kind)]
            yield finished((*((kind, ops) for ops in same), (join, (0, 1)))), LEAVES[0]
            yield finished((*((kind, ops) for ops in equal), (join, (0, 1)))), TWINS


def situations(size, kind):
    """What surrounds an operation: no `backward` yet, one before it, results that nobody needs.

    An operation on one input may return it, and two passes that begin at one node are not graded.
    """
    one, end = first_leaves(kind), lambda index: (FINISH, (index,))
    on = kind, (0, -1)[: arity(kind)]
    if size == 1:
        yield from ((one,), (one, one, end(0)), (one, on, end(0)))
    if size == 2:
        yield from ((one, on), (one, on, on, end(2)))
    if size == 1 and arity(kind) == 2:
        yield from ((one, end(0), one, end(2)), (one, one, end(0), end(1)))
    if size == 2 and arity(kind) == 2:
        yield one, on, end(1), one, end(3)


def parts(program, submission):
    """Yields once for each way in which the operations of a program work without the rest of it:
    the step that is carried out alone, or None where two operations work together.

    Each has two inputs that may be results, gets gradients other than 1, and adds to gradients
    that are there already. Where all of this is right, what joins the operations is at fault.
    """
    tried = {index: written_as(step) for index, step in enumerate(program)}
    tried = {index: kind for index, kind in tried.items() if kind is not None}
    for values in LEAVES[:2]:
        for index, kind in tried.items():
            build(finished(((kind, inputs_of(kind, program[index])),)), values, submission)
            yield index
        for shape in pairs([kind for kind in NOTATIONS if kind in tried.values()]):
            build(shape, values, submission)
            yield None


def inputs_of(kind, step):
    """The operands of a shape that are alike: one input, one twice, a plain number, or two."""
    if arity(kind) == 1:
        return (-1,)
    left, right = step.operands
    return (-1, (-1 if left == right else -2) if is_node(right) else "plain")


def pairs(kinds):
    """Two of these operations after each other, in every place, and the same one twice; and one
    whose result is both inputs of a sum, so that twice as much arrives at it."""
    for kind in kinds:
        one = first_leaves(kind)
        for other in kinds:
            for operands in ((0,),) if arity(other) == 1 else ((0, -3), (-3, 0)):
                yield finished((one, (other, operands)))
        for other in filter(is_sum, kinds):
            yield finished((one, (other, (0, 0))))
        if arity(kind) == 2:
            yield one, (FINISH, (0,)), one, (FINISH, (2,))


def is_sum(kind):
    """Whether an operation passes the gradient that arrives on to two inputs as it is."""
    return arity(kind) == 2 and NOTATIONS[kind].row.slopes(Decimal(2), Decimal(3)) == (ONE, ONE)


def shapes(size, allowed):
    """Every way to combine leaves in `size` operations, each of which uses the one before.

    Two different operands come before the same one twice, and that before a plain number.
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
        if arity(kind) == 1:
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
        inputs = [nodes[operand] for operand in operands]
        if kind == FINISH:
            nodes[index] = getattr(inputs[0], FINISH)()
        else:
            nodes[index] = NOTATIONS[kind].on(inputs)
