"""A program as code that a learner can type. Pure."""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from grader.model.program import Array, Handle, Number, Operand, Plain, Ref, Result, Step
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


LONGEST_VALUE = 200
"""Characters of a value that is shown."""


def value_text(value: object) -> str:
    """Plain data as Python would print it, safe and short; the items of a set in one order."""
    return clean_text(_printed(value), limit=LONGEST_VALUE)


def _printed(value: object) -> str:
    if isinstance(value, set | frozenset) and value:
        inner = "{" + ", ".join(sorted(map(_printed, value))) + "}"
        return inner if isinstance(value, set) else f"frozenset({inner})"
    if type(value) is list:
        return "[" + ", ".join(map(_printed, value[:LONGEST_VALUE])) + "]"
    if type(value) is tuple:
        inner = ", ".join(map(_printed, value[:LONGEST_VALUE]))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if type(value) is dict:
        return "{" + ", ".join(f"{_printed(k)}: {_printed(v)}" for k, v in value.items()) + "}"
    return repr(value)


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
        if self._is_walk(index) or self._is_reading(index):
            return False
        result = self.results[index] if index < len(self.results) else None
        if isinstance(result, Plain):
            return index in self.used
        if isinstance(result, Handle) or index in self.used:
            return True
        return step.action == "new"

    def _is_walk(self, index: int) -> bool:
        """Whether a step takes all items of something, to look at one after the other."""
        return self.steps[index].action == "op" and self.steps[index].name == "tuple"

    def _is_reading(self, index: int) -> bool:
        """Whether a step asks what an object that was given holds now."""
        step = self.steps[index]
        return step.action == "value" and isinstance(step.operands[0], Ref)

    def is_aside(self, index: int) -> bool:
        """Whether a step is no line: what a loop asks and nothing works with, and what an object
        that was given holds."""
        if self._is_walk(index) or self._is_reading(index):
            return True
        step = self.steps[index]
        first = step.operands[0] if step.action == "op" else None
        is_of_walk = isinstance(first, Ref) and self._is_walk(first.step)
        return is_of_walk and index not in self.used

    def _walked(self, index: int) -> str:
        """The code for all items of what a step takes them of."""
        (whole,) = self.steps[index].operands
        result = self.results[whole.step] if isinstance(whole, Ref) else None
        is_sequence = isinstance(result, Handle) and result.type_name in ("list", "tuple")
        return self.operand(whole) if is_sequence else f"list({self.operand(whole)})"

    def operand(self, operand: Operand) -> str:
        """An operand as code."""
        if isinstance(operand, Ref) and self._is_walk(operand.step):
            return self._walked(operand.step)
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
        if isinstance(operand, set | frozenset) and operand:
            inner = "{" + ", ".join(sorted(self.operand(item) for item in operand)) + "}"
            return inner if isinstance(operand, set) else f"frozenset({inner})"
        if isinstance(operand, Array):
            return f"numpy.array({self.operand(operand.items)}, dtype={operand.dtype!r})"
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
        if step.action == "value":
            return values[0]
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
        elif isinstance(operand, list | tuple | set | frozenset):
            for item in operand:
                yield from walk(item)
        elif isinstance(operand, Mapping):
            for item in operand.values():
                yield from walk(item)

    for operand in (*step.operands, *step.keywords.values()):
        yield from walk(operand)
