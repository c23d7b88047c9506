"""A program as code that a learner can type. Pure."""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from grader.model.program import Handle, Number, Operand, Plain, Ref, Result, Step
from grader.text.clean import clean_text
from grader.text.words import said

SYMBOLS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
}

FUNCTIONS = frozenset({"len", "bool", "int", "float", "str", "abs", "tuple"})

PREFIXES = {"neg": "-", "pos": "+", "invert": "~"}


def number_text(value: object) -> str:
    """`6.0`, `-0.5`, `nan`; at most 12 significant digits, text as it is."""
    if isinstance(value, bool):
        return "1.0" if value else "0.0"
    if isinstance(value, int | float | Fraction):
        try:
            number = float(value)
        except OverflowError:
            return f"{value:.6e}" if isinstance(value, float) else said("a very large integer")
        rounded = float(f"{number:.12g}")
        return repr(rounded)
    return clean_text(str(value), limit=80)


def finite(value: object) -> Number | None:
    """The value when it is a finite number, for JSON."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        try:
            return value if math.isfinite(float(value)) else None
        except OverflowError:
            return None
    return None


def variable_names() -> Iterator[str]:
    """a, b, ... z, a1, b1, ... without keywords."""
    suffix = ""
    count = 0
    while True:
        for letter in "abcdefghijklmnopqrstuvwxyz":
            if not keyword.iskeyword(letter + suffix):
                yield letter + suffix
        count += 1
        suffix = str(count)


class Listing:
    """Names and code for the steps of a program; some steps may have a name already."""

    def __init__(
        self,
        steps: Sequence[Step],
        results: Sequence[Result],
        named: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        self.steps = steps
        self.results = results
        self.used = {
            ref.step for step in steps if step.action != "read" for ref in references(step)
        }
        taken = set(named.values())
        fresh = (name for name in variable_names() if name not in taken)
        objects = (i for i in range(len(steps)) if self._is_object(i))
        self.names = {i: named[i] if i in named else next(fresh) for i in objects}

    def _is_object(self, index: int) -> bool:
        step = self.steps[index]
        if step.action in {"get", "set", "read"}:
            return index in self.used
        result = self.results[index] if index < len(self.results) else None
        if isinstance(result, Plain):
            return index in self.used
        if isinstance(result, Handle) or index in self.used:
            return True
        return step.action == "new"

    def operand(self, operand: Operand) -> str:
        """An operand as code."""
        if isinstance(operand, Ref):
            return self.names.get(operand.step, f"step{operand.step}")
        if isinstance(operand, list):
            return "[" + ", ".join(self.operand(item) for item in operand) + "]"
        if isinstance(operand, tuple):
            inner = ", ".join(self.operand(item) for item in operand)
            return f"({inner},)" if len(operand) == 1 else f"({inner})"
        if isinstance(operand, Mapping):
            pairs = (f"{self.operand(k)}: {self.operand(v)}" for k, v in operand.items())
            return "{" + ", ".join(pairs) + "}"
        if isinstance(operand, Fraction):
            return repr(float(operand))
        return repr(operand)

    def expression(self, index: int) -> str:
        """The right-hand side of a step."""
        step = self.steps[index]
        values = [self.operand(operand) for operand in step.operands]
        named = [f"{key}={self.operand(value)}" for key, value in step.keywords.items()]
        if step.action == "new":
            return f"{step.name}({', '.join(values + named)})"
        if step.action == "method":
            return f"{values[0]}.{step.name}({', '.join(values[1:] + named)})"
        if step.action == "call":
            return f"{values[0]}({', '.join(values[1:] + named)})"
        if step.action == "get":
            return f"{values[0]}.{step.name}" if values else step.name
        if step.action == "set":
            return f"{values[0]}.{step.name} = {values[1]}"
        return self._operator(step.name, values)

    def _operator(self, name: str, values: list[str]) -> str:
        if name in SYMBOLS:
            return f"{values[0]} {SYMBOLS[name]} {values[1]}"
        if name in PREFIXES:
            return f"{PREFIXES[name]}{values[0]}"
        if name in FUNCTIONS:
            return f"{name}({values[0]})"
        if name == "getitem":
            return f"{values[0]}[{values[1]}]"
        if name == "setitem":
            return f"{values[0]}[{values[1]}] = {values[2]}"
        if name == "delitem":
            return f"del {values[0]}[{values[1]}]"
        return f"{values[1]} in {values[0]}" if name == "contains" else f"{name}({values[0]})"

    def line(self, index: int) -> str:
        """The step as a statement."""
        code = self.expression(index)
        return f"{self.names[index]} = {code}" if index in self.names else code


def references(step: Step) -> Iterator[Ref]:
    """The earlier steps among its operands, however deep in a list or dict."""

    def walk(operand: Operand) -> Iterator[Ref]:
        if isinstance(operand, Ref):
            yield operand
        elif isinstance(operand, list | tuple):
            for item in operand:
                yield from walk(item)
        elif isinstance(operand, Mapping):
            for item in operand.values():
                yield from walk(item)

    for operand in (*step.operands, *step.keywords.values()):
        yield from walk(operand)
