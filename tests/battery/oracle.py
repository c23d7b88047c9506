"""The true values of a recorded program, exact where its operations are, else to 50 digits.

Independent of the reference: nothing here is a `Value`. A program is a sequence of steps with
`action`, `name` and `operands`; an operand with an attribute `step` is an earlier step's result,
any other is a plain number. Gradients are those of the graded contract: `backward` seeds its
output with 1 and adds to every node. Which operations there are, operations.py says.
"""

from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

from notation import NOTATIONS, is_node, within, written_as
from operations import ONE, ZERO
from small_programs import FINISH, parts, smallest_programs

__all__ = [
    "FIELDS",
    "FINISH",
    "OPERATIONS",
    "edge_label",
    "expected",
    "parts",
    "smallest_programs",
    "walk",
]

# every float is a finite decimal, and so are sums and products of floats: with this precision,
# and an error should it ever not suffice, the arithmetic is exact
EXACT = Context(prec=100_000, Emax=10**9, Emin=-(10**9), traps=[Inexact])
# A program with an operation that is not exact is rounded at the 50th digit: each step is off by at
# most 1e-49 of its value. Values and gradients are at most LARGEST, or it is an error. So a
# thousand steps, each carried on twice by slopes of LARGEST, are off by less than 1e-19, where the
# tolerance is 1e-6; and floats, as a right submission has them, stay within the tolerance.
ROUNDED = Context(
    prec=50, Emax=10**9, Emin=-(10**9), traps=[DivisionByZero, InvalidOperation, Overflow]
)
LARGEST = 10**9
FIELDS = {"data": "forward", "grad": "backward"}
OPERATIONS = {
    one.row.tasks[0]: written
    for written, one in NOTATIONS.items()
    if all(number is None for number in one.operands)
}


class UnknownOperation(LookupError):
    """A program has an operation whose true value no row of operations.py says."""


def arithmetic(program):
    """The context in which a program is computed: exact where all of its operations are.

    A row says so of its own plain numbers: `a ** 3` is exact, and `a ** 0.5` is not.
    """
    for step in program:
        written = written_as(step)
        one = NOTATIONS[written] if written else None
        if one and not (one.row.is_exact and all(one.has_numbers(step))):
            return ROUNDED
    return EXACT


def forward(program):
    """`(data, ways)`: the value of every node, and for each the (operand's step, slope) pairs.

    Nodes made by operations that no row knows are left out. Raises ArithmeticError where there is
    no value.
    """
    data, ways = {}, {}
    for index, step in enumerate(program):
        written = written_as(step)
        if step.action == "new" and not any(map(is_node, step.operands)):
            data[index], ways[index] = Decimal(step.operands[0]), ()
        elif written is not None and all(o.step in data for o in filter(is_node, step.operands)):
            values = [data[o.step] if is_node(o) else Decimal(o) for o in step.operands]
            row = NOTATIONS[written].row
            data[index] = row.value(*values)
            pairs = zip(step.operands, row.slopes(*values), strict=True)
            ways[index] = [(operand.step, slope) for operand, slope in pairs if is_node(operand)]
    return data, ways


def backward_of(program):
    """The outputs of the program's backward passes, by step."""
    return [s.operands[0].step for s in program if (s.action, s.name) == ("method", FINISH)]


def pass_gradients(ways, output):
    """What one `backward` on `output` brings to every node below it, by step."""
    arriving = {output: ONE}
    lowest, index = output, output
    while index >= lowest:
        if index in arriving:
            for source, slope in ways[index]:
                arriving[source] = arriving.get(source, ZERO) + slope * arriving[index]
                lowest = min(lowest, source)
        index -= 1
    return arriving


def expected(program):
    """`{step: {"data": ..., "grad": ...}}` for every node, after the whole program has run.

    Raises UnknownOperation where an operation on a node stands in no row, ArithmeticError where
    there is no value, or none that is right enough.
    """
    context = arithmetic(program)
    data, grad = within(context, lambda: values_of(program))
    numbers = (*data.values(), *grad.values())
    if context is ROUNDED and any(abs(number) > LARGEST for number in numbers):
        raise Overflow(f"a value or gradient is larger than {LARGEST}")
    return {index: {"data": float(data[index]), "grad": float(grad[index])} for index in data}


def values_of(program):
    """`(data, grad)` of every node. Raises UnknownOperation."""
    data, ways = forward(program)
    for index, step in enumerate(program):
        if index not in data and makes_node(step, data):
            raise UnknownOperation(
                f"no row of operations.py says what `{step.name}` gives: add one"
            )
    grad = dict.fromkeys(data, ZERO)
    for output in backward_of(program):
        if output in data:
            for index, amount in pass_gradients(ways, output).items():
                grad[index] += amount
    return data, grad


def makes_node(step, data):
    """Whether a step is an operation on nodes of known value, and not the backward pass."""
    if step.action not in ("new", "op", "method") or step.name == FINISH:
        return False
    return any(operand.step in data for operand in step.operands if hasattr(operand, "step"))


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
        try:
            _, ways = within(arithmetic(program), lambda: forward(program))
        except ArithmeticError:
            ways = {}
        LATEST.update(program=program, length=len(program), ways=ways)
    return LATEST["ways"]


LATEST = {"program": None, "length": 0, "ways": {}}


def walk(program, names):
    """The backward pass of the program's last `backward`, one sentence a step."""
    outputs, ways = backward_of(program), ways_of(program)
    if not outputs or outputs[-1] not in ways:
        return []
    return within(arithmetic(program), lambda: sentences(program, names, ways, outputs[-1]))


def sentences(program, names, ways, output):
    """How the backward pass of an output starts, and what each edge sends."""
    words = [f"{names[output]}.grad = 1, because every backward pass starts at its output"]
    total = {output: ONE}
    for index in range(output, -1, -1):
        for source, slope in ways[index] if index in total else ():
            sent = slope * total[index]
            total[source] = total.get(source, ZERO) + sent
            words.append(
                f"{NOTATIONS[written_as(program[index])].sign} in {names[index]} sends "
                f"{number(slope)} · {number(total[index])} = {number(sent)} to {names[source]}; "
                f"{names[source]}.grad is now {number(total[source])}"
            )
    return words
