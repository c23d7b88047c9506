"""An expression a learner types, as a program: `relu(a*b + a)` with a=2, b=-3. Pure.

The text is parsed with `ast` and walked by the few rules below; nothing of it is ever evaluated.
A name is an input, made once with its value; an operator is that operator; `x.f()` is that method,
and so is `f(x)`: whatever the exercise's class offers can be drawn.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.model.errors import UsageProblem
from grader.model.program import Operand, Ref, Step
from grader.program.listing import SYMBOLS, references, variable_names
from grader.text.words import said

LONGEST = 500
MOST_STEPS = 60
CALL = "relu(a)"
EXAMPLE = 'grader draw "a*b + a" a=2 b=-3'
OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.Pow: "pow",
}


class Written(NamedTuple):
    """An expression as a program; its last step is the output."""

    steps: tuple[Step, ...]
    names: Mapping[int, str]
    """What the inputs are called, by their step."""
    unused: tuple[str, ...]
    """The names that have a value and do not appear."""


def values_of(words: Sequence[str]) -> dict[str, float]:
    """`["a=2", "b=-3"]` as numbers. UsageProblem for anything else."""
    values: dict[str, float] = {}
    for word in words:
        name, sign, text = word.partition("=")
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not sign or not name.strip().isidentifier() or not math.isfinite(number):
            raise UsageProblem(
                said("`{word}` is not of the form name=number, such as a=2", word=word[:60]),
                next_move=said(
                    "An expression with spaces stands in quotes: {command}", command=EXAMPLE
                ),
            )
        if name.strip() in values:
            raise UsageProblem(said("`{name}` has two values", name=name.strip()))
        values[name.strip()] = number
    return values


def program(text: str, values: Mapping[str, float], class_name: str) -> Written:
    """The expression as a program.

    UsageProblem when the text is no expression of names, numbers, + - * / ** and calls of one
    argument, or when a name has no value.
    """
    if len(text) > LONGEST:
        raise UsageProblem(
            said("the expression is longer than {longest} characters", longest=LONGEST)
        )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UsageProblem(
            said("`{text}` is not an expression", text=text[:60]),
            next_move=said("Try: {command}", command=EXAMPLE),
        ) from None
    builder = _Builder(values, class_name)
    builder.inputs(tree)
    output = builder.visit(tree)
    if not isinstance(output, Ref):
        raise UsageProblem(
            said("the expression has no input: give it a name, such as a*2 with a=3")
        )
    if len(builder.steps) > MOST_STEPS:
        raise UsageProblem(
            said(
                "the expression has more than {most_steps} steps: draw a part of it",
                most_steps=MOST_STEPS,
            )
        )
    names = {made.step: name for name, made in builder.made.items()}
    unused = tuple(name for name in values if name not in builder.made)
    return Written(tuple(builder.steps), names, unused)


class _Builder:
    def __init__(self, values: Mapping[str, float], class_name: str) -> None:
        self.values = values
        self.class_name = class_name
        self.steps: list[Step] = []
        self.made: dict[str, Ref] = {}

    def inputs(self, tree: ast.expr) -> None:
        """Makes every input first, in the order of their names' appearance."""
        called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
        found = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]
        for node in sorted(found, key=lambda name: (name.lineno, name.col_offset)):
            if node.id not in self.values:
                raise UsageProblem(
                    said("`{node}` has no value", node=node.id),
                    next_move=said("Add one, for example {node}=2.", node=node.id),
                )
            if node.id not in self.made:
                self.made[node.id] = self._add(
                    Step("new", self.class_name, (self.values[node.id],))
                )

    def visit(self, node: ast.expr) -> Operand:
        """The operand that stands for a part of the expression."""
        if isinstance(node, ast.Name):
            return self.made[node.id]
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self._negative(node)
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            operands = (self.visit(node.left), self.visit(node.right))
            return self._operation(OPERATORS[type(node.op)], operands, node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._call(node, node.func.id, node.args)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self._call(node, node.func.attr, [node.func.value, *node.args])
        raise UsageProblem(
            said("`{node}` cannot be drawn", node=_source(node)),
            next_move=said("Use names, numbers, + - * / ** and calls such as {call}.", call=CALL),
        )

    def _number(self, node: ast.Constant) -> Operand:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageProblem(said("`{node}` is not a number", node=_source(node)))
        try:
            finite = math.isfinite(value)
        except OverflowError:
            finite = False
        if not finite:
            raise UsageProblem(said("`{node}` is too large", node=_source(node)))
        return value

    def _negative(self, node: ast.UnaryOp) -> Operand:
        inner = self.visit(node.operand)
        if isinstance(inner, int | float):
            return -inner
        return self._operation("mul", (inner, -1), node)

    def _operation(self, name: str, operands: tuple[Operand, Operand], node: ast.expr) -> Operand:
        if not any(isinstance(operand, Ref) for operand in operands):
            raise UsageProblem(
                said("`{node}` has no input in it: write its value instead", node=_source(node))
            )
        return self._add(Step("op", name, operands))

    def _call(self, node: ast.Call, name: str, arguments: Sequence[ast.expr]) -> Operand:
        if len(arguments) != 1 or node.keywords or name.startswith("_"):
            raise UsageProblem(
                said(
                    "`{node}` is not a call on one value, such as {call}",
                    node=_source(node),
                    call=CALL,
                )
            )
        inner = self.visit(arguments[0])
        if not isinstance(inner, Ref):
            raise UsageProblem(
                said("`{node}` has no input in it: write its value instead", node=_source(node))
            )
        return self._add(Step("method", name, (inner,)))

    def _add(self, step: Step) -> Ref:
        self.steps.append(step)
        return Ref(len(self.steps) - 1)


def _source(node: ast.expr) -> str:
    return ast.unparse(node)[:60]


DRAWN_OPERATORS = frozenset({"add", "sub", "mul", "truediv", "pow"})


def drawn_as(steps: Sequence[Step]) -> str:
    """The words for `grader draw` that give this program's graph, or an empty text.

    Inputs made from one number, operators and methods without arguments can be written so.
    """
    names = variable_names()
    words: dict[int, str] = {}
    values, output = [], ""
    for index, step in enumerate(steps):
        known = [words.get(o.step, "") if isinstance(o, Ref) else repr(o) for o in step.operands]
        first = step.operands[0] if step.operands else None
        if step.action == "new" and len(known) == 1 and isinstance(first, int | float):
            words[index] = name = next(names)
            values.append(f"{name}={first:g}")
        elif step.action == "op" and step.name in DRAWN_OPERATORS and all(known):
            left, right = map(_bracketed, known)
            words[index] = output = f"{left} {SYMBOLS[step.name]} {right}"
        elif step.action == "op" and step.name == "neg" and all(known):
            words[index] = output = f"-{_bracketed(known[0])}"
        elif step.action == "method" and len(known) == 1 and known[0] and _has_result(steps, index):
            words[index] = output = f"{step.name}({known[0]})"
    return f'"{output}" {" ".join(values)}' if output else ""


def _bracketed(word: str) -> str:
    return f"({word})" if " " in word or word.startswith("-") else word


def _has_result(steps: Sequence[Step], index: int) -> bool:
    """Whether a method's result is a node: something later works with it or reads it."""
    return any(ref.step == index for step in steps[index + 1 :] for ref in references(step))
