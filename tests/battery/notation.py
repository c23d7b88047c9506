"""How operations are written: as text, as a recorded step, and on objects of a submission."""

import ast
import operator
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
        """Whether a recorded step is this operation, with plain numbers where the row has some."""
        if (step.action, step.name) != (self.action, self.name):
            return False
        if len(step.operands) != len(self.operands):
            return False
        pairs = zip(self.operands, step.operands, strict=True)
        return all(number is None or not is_node(operand) for number, operand in pairs)

    def likeness(self, step):
        """How many of the row's own numbers a step that fits has, and how many there are."""
        pairs = zip(self.operands, step.operands, strict=True)
        equal = [number == operand for number, operand in pairs if number is not None]
        return sum(equal), len(equal)

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
    return Notation(row, *step, tuple(numbers))


NOTATIONS = {row.written: notation(row) for row in ROWS}


def written_as(step):
    """The row that a recorded step carries out, as it is written there; None without one.

    Of several the one whose plain numbers the step has: beside `a + b`, `2 + a` may have its own.
    """
    fitting = [written for written, one in NOTATIONS.items() if one.fits(step)]
    return max(fitting, key=lambda written: NOTATIONS[written].likeness(step), default=None)


def used_by(task):
    """`(own, every)`: the operations that a task asks for, and all that its small programs may
    use, its own first. A task that no row names may use all, and its own is the first."""
    named = [one for one in NOTATIONS.values() if task in one.row.tasks]
    every = [one.row for one in named or NOTATIONS.values()]
    own = [row for row in every if row.tasks[0] == task] or every[:1]
    rest = [row for row in every if row not in own]
    return [row.written for row in own], [row.written for row in own + rest]
