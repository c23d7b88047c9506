"""How operations are written: as text, as a recorded step, and on objects of a submission."""

import ast
import operator
from decimal import Context, Decimal, Inexact, getcontext, setcontext
from typing import NamedTuple

from operations import ROWS, Operation

BINARY = {
    ast.Add: ("add", "+"),
    ast.Sub: ("sub", "-"),
    ast.Mult: ("mul", "*"),
    ast.Div: ("truediv", "/"),
    ast.Pow: ("pow", "**"),
}


def is_node(operand):
    """Whether an operand is an earlier step's result and not a plain number."""
    return not isinstance(operand, int | float)


class Notation(NamedTuple):
    """A row of operations.py, and how a recorded step says the same."""

    row: Operation
    action: str
    name: str
    sign: str
    operands: tuple[float | None, ...]
    """A plain number where the row has one, None for an input."""

    @property
    def arity(self):
        """How many inputs it has."""
        return self.operands.count(None)

    def fits(self, step):
        """Whether a step of this action and name has plain numbers wherever the row has some."""
        if len(step.operands) != len(self.operands):
            return False
        pairs = zip(self.operands, step.operands, strict=True)
        return all(number is None or not is_node(operand) for number, operand in pairs)

    def has_numbers(self, step):
        """For each of the row's own plain numbers, whether a step that fits has the same."""
        pairs = zip(self.operands, step.operands, strict=True)
        return [number == operand for number, operand in pairs if number is not None]

    def on(self, inputs):
        """The operation carried out on these inputs."""
        rest = iter(inputs)
        given = [next(rest) if number is None else number for number in self.operands]
        if self.action == "op":
            return getattr(operator, self.name)(*given)
        return getattr(given[0], self.name)(*given[1:])


def notation(row):
    """Reads how an operation is written; ValueError where that is no single operation."""
    tree = ast.parse(row.written, mode="eval").body
    if isinstance(tree, ast.BinOp) and type(tree.op) in BINARY:
        step, parts = ("op", *BINARY[type(tree.op)]), (tree.left, tree.right)
    elif isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        step, parts = ("op", "neg", "-"), (tree.operand,)
    elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        step, parts = ("method", tree.func.id, tree.func.id), tree.args
    else:
        step, parts = (), ()
    inputs = [part.id for part in parts if isinstance(part, ast.Name)]
    try:
        numbers = [None if isinstance(p, ast.Name) else ast.literal_eval(p) for p in parts]
    except ValueError:
        inputs = []
    if inputs not in (["a"], ["a", "b"]):
        raise ValueError(
            f"`{row.written}` in operations.py is not one operation on a, or on a and b"
        )
    found = Notation(row, *step, tuple(numbers))
    check_exact(found)
    return found


def check_exact(one):
    """ValueError where a row is called exact and is not, for instance at 3 and 7."""
    points = iter((Decimal(3), Decimal(7)))
    given = [next(points) if number is None else Decimal(number) for number in one.operands]
    context = Context(prec=50, traps=[])
    within(context, lambda: (one.row.value(*given), one.row.slopes(*given)))
    if one.row.is_exact and context.flags[Inexact]:
        raise ValueError(
            f"`{one.row.written}` is not exact: its row in operations.py needs is_exact=False"
        )


def within(context, work):
    """What some work with decimals gives in a context."""
    # not by `with`, which might hold a failing comparison back, for all that the grader sees: it
    # would then run every check under pytest instead of judging answers by what is known
    before = getcontext()
    setcontext(context)
    try:
        return work()
    finally:
        setcontext(before)


NOTATIONS = {row.written: notation(row) for row in ROWS}
BY_STEP = {}
for one in NOTATIONS.values():
    BY_STEP.setdefault((one.action, one.name), []).append(one)


def written_as(step):
    """The row that a recorded step carries out, as it is written there; None without one.

    Of several the one whose plain numbers the step has: beside `a + b`, `2 + a` may have its own.
    """
    fitting = [one for one in BY_STEP.get((step.action, step.name), ()) if one.fits(step)]
    equal = [one.has_numbers(step) for one in fitting]
    most = max(equal, key=lambda numbers: (sum(numbers), len(numbers)), default=None)
    return fitting[equal.index(most)].row.written if fitting else None


def used_by(task):
    """`(own, every)`: the operations that a task asks for, and all that its small programs may
    use, its own first. A task that no row names may use all, and its own is the first."""
    named = [one for one in NOTATIONS.values() if task in one.row.tasks]
    every = [one.row for one in named or NOTATIONS.values()]
    own = [row for row in every if row.tasks[0] == task] or every[:1]
    rest = [row for row in every if row not in own]
    return [row.written for row in own], [row.written for row in own + rest]
