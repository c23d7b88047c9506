"""The smallest formula that gives some numbers from others. Pure.

Theory of operation. Every formula of one sign or two is written down once, smallest first, and kept
by what it gives at some of the points: of those that give the same, the first stays. What is wanted
is looked up there. Where it is not found, every sign is tried as the last one: with each formula on
its one side, what has to stand on the other is looked up. So formulas of twice the size are found
without writing them down. A formula is right only if it gives what is wanted at all other points.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce

from msgspec import Struct

from grader.model.lru import LRU
from grader.model.tolerance import close

CONSTANTS = ("0", "1", "2", "3", "4", "0.5")
LARGEST = 1e6
"""What gives larger numbers than that is not kept."""

DIGITS = 7
MOST_ROWS = 12
"""Points at which formulas are compared while they are looked for."""

HELD_SPACES = 60
HELD_FORMULAS = 3000

Column = Sequence[float]
Values = Mapping[str, float]

_INFIX: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_GATES: Mapping[str, Callable[[float], float]] = {
    "({} > 0)": lambda x: float(x > 0),
    "({} >= 0)": lambda x: float(x >= 0),
    "({} < 0)": lambda x: float(x < 0),
    "(1 if {} > 0 else -1)": lambda x: 1.0 if x > 0 else -1.0,
    "(1 if {} >= 0 else -1)": lambda x: 1.0 if x >= 0 else -1.0,
}
_ROUNDED: Mapping[str, Callable[[float], float]] = {
    "int({})": lambda x: float(int(x)),
    "round({})": lambda x: float(round(x)),
    "round({}, 1)": lambda x: round(x, 1),
    "round({}, 2)": lambda x: round(x, 2),
    "abs({})": abs,
    "max({}, 0)": lambda x: max(x, 0.0),
}
_UNARY: Mapping[str, Callable[[float], float]] = {
    "-{}": operator.neg,
    "{}**2": lambda x: x * x,
    **_ROUNDED,
    **_GATES,
}
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "-{}": 2, "{}**2": 3}
_TIGHTEST = 9
_NEGATIVE = "-{}"
_CONSTANT, _COMPOUND = -1, 1000


class Formula(Struct, frozen=True):
    """A formula: its outermost sign, and its parts; a name or a constant has none.

    `place` is a name's among the names: constants come before names, and all else after them.
    """

    sign: str
    parts: tuple[Formula, ...] = ()
    place: int = _COMPOUND

    def __str__(self) -> str:
        if not self.parts:
            return self.sign
        if self.sign in _INFIX:
            return f" {self.sign} ".join(self._part(at) for at in range(len(self.parts)))
        return self.sign.format(self._part(0))

    def _part(self, at: int) -> str:
        part, mine = self.parts[at], _BINDING.get(self.sign, 0)
        its = _BINDING.get(part.sign, _TIGHTEST)
        is_right = self.sign in ("-", "/") and at > 0
        return f"({part})" if its < mine or (is_right and its == mine) else str(part)

    def at(self, values: Values) -> float:
        """What it gives for these values of the names; nan where it gives nothing."""
        if not self.parts:
            return float(self.sign) if self.place == _CONSTANT else values[self.sign]
        numbers = [part.at(values) for part in self.parts]
        try:
            if self.sign in _INFIX:
                return reduce(_INFIX[self.sign], numbers)
            return _UNARY[self.sign](numbers[0])
        except (ArithmeticError, ValueError):
            return math.nan

    @property
    def names(self) -> frozenset[str]:
        """The names in it."""
        if self.parts:
            return frozenset().union(*(part.names for part in self.parts))
        return frozenset() if self.place == _CONSTANT else frozenset((self.sign,))


def holds(formula: Formula, rows: Iterable[Values], wanted: Iterable[float]) -> bool:
    """Whether the formula gives what is wanted in every row."""
    return all(close(formula.at(row), one) for row, one in zip(rows, wanted, strict=True))


def named(name: str, place: int = 0) -> Formula:
    """The formula that is one name."""
    return Formula(name, (), place)


def joined(sign: str, left: Formula, right: Formula) -> Formula:
    """Both under one sign; sums and products without brackets inside, and in one order."""
    if sign not in "+*":
        return Formula(sign, (left, right))
    if sign == "*" and _NEGATIVE in (left.sign, right.sign):
        plain = [one.parts[0] if one.sign == _NEGATIVE else one for one in (left, right)]
        product = joined(sign, *plain)
        return product if left.sign == right.sign else Formula(_NEGATIVE, (product,))
    parts = [p for one in (left, right) for p in (one.parts if one.sign == sign else (one,))]
    if sign == "+" and len(set(parts)) < len(parts):
        # what stands there twice is told as a multiple
        parts = [
            part if count == 1 else joined("*", named(str(count), _CONSTANT), part)
            for part, count in Counter(parts).items()
        ]
        if len(parts) == 1:
            return parts[0]
    parts.sort(key=lambda part: part.place)
    if sign == "+":  # a constant comes last in a sum
        parts.sort(key=lambda part: part.place == _CONSTANT)
    return Formula(sign, tuple(parts))


class Formulas:
    """Finds formulas, and remembers what was found: in a class the same mistakes come again."""

    def __init__(self) -> None:
        self._spaces = LRU[tuple[object, ...], _Space](HELD_SPACES)
        self._found = LRU[tuple[object, ...], tuple[Formula | None]](HELD_FORMULAS)

    def smallest(self, rows: Sequence[Values], wanted: Sequence[float]) -> Formula | None:
        """The smallest formula over the names of the rows that gives what is wanted at all rows.

        None without one, or where there are too few rows to tell.
        """
        names = tuple(rows[0]) if rows else ()
        columns = [tuple([row[name] for row in rows]) for name in names]
        key = (names, *columns, tuple(wanted))
        known = self._found.get(key)
        if known is None:
            known = (self._smallest(names, columns, rows, wanted),)
            self._found.put(key, known)
        return known[0]

    def _smallest(
        self,
        names: tuple[str, ...],
        columns: Sequence[Column],
        rows: Sequence[Values],
        wanted: Sequence[float],
    ) -> Formula | None:
        if wanted and all(close(number, wanted[0]) for number in wanted):
            return named(f"{wanted[0] + 0.0:.6g}", _CONSTANT)
        # every second row or fewer: the rest has to confirm it
        step = max(2, math.ceil(len(rows) / MOST_ROWS))
        shown = [column[::step] for column in columns]
        key = (names, *shown)
        space = self._spaces.get(key)
        if space is None:
            space = _Space(names, shown)
            self._spaces.put(key, space)
        found = space.smallest(wanted[::step])
        if found is None:
            return None
        return found if holds(found, rows, wanted) else None


class _Space:
    """Every small formula over some names, by what it gives where the names have these values."""

    def __init__(self, names: Sequence[str], columns: Sequence[Column]) -> None:
        self._by_values: dict[Column, tuple[int, Formula]] = {}
        self._small: list[tuple[int, Formula, Column]] = []
        length = len(columns[0])
        leaves = [
            *(
                (named(name, at), column)
                for at, (name, column) in enumerate(zip(names, columns, strict=True))
            ),
            *((named(text, _CONSTANT), (float(text),) * length) for text in CONSTANTS),
        ]
        for formula, column in leaves:
            self._keep(1, formula, column)
        for formula, column in leaves[: len(names)]:
            self._change(2, _UNARY, formula, column)
        for at, (left, column) in enumerate(leaves):
            for place, (right, other) in enumerate(leaves):
                for sign in _INFIX if at < place else "-/":
                    if at != place:
                        self._keep(3, joined(sign, left, right), _applied(sign, column, other))
        self._gates = [one for one in self._small if one[1].sign in _GATES]
        for size, formula, column in list(self._small):
            if size > 2:
                self._change(size + 1, _ROUNDED, formula, column, is_small=False)

    def _keep(
        self, size: int, formula: Formula, column: Column | None, is_small: bool = True
    ) -> None:
        if column is None or max(map(abs, column)) > LARGEST:
            return
        key = _key(column)
        if key not in self._by_values:
            self._by_values[key] = size, formula
            if is_small:
                self._small.append((size, formula, column))

    def _change(
        self,
        size: int,
        signs: Mapping[str, Callable[[float], float]],
        formula: Formula,
        column: Column,
        is_small: bool = True,
    ) -> None:
        for sign, function in signs.items():
            changed = tuple(map(function, column))
            self._keep(size, Formula(sign, (formula,)), changed, is_small)

    def smallest(self, wanted: Column) -> Formula | None:
        """The smallest formula that gives what is wanted; None without one."""
        known = self._by_values.get(_key(wanted))
        if known is not None:
            return known[1]
        found = min(self._last_signs(wanted), key=lambda one: one[0], default=None)
        return found[1] if found else None

    def _last_signs(self, wanted: Column) -> Iterator[tuple[int, Formula]]:
        """Formulas of two known ones under a last sign, with their sizes."""
        for size, formula, column in self._small:
            for sign, inverse, is_left in _LAST:
                rest = _applied(inverse, *((column, wanted) if is_left else (wanted, column)))
                if rest is None or (sign == "/" and 0 in (rest if is_left else column)):
                    continue
                other = self._by_values.get(_key(rest))
                if other is not None:
                    pair = (formula, other[1]) if is_left else (other[1], formula)
                    yield size + 1 + other[0], joined(sign, *pair)
        for size, gate, column in self._gates:
            if any(number for number, is_open in zip(wanted, column, strict=True) if not is_open):
                continue
            for its, formula, numbers in self._small:
                through = _applied("*", column, numbers)
                if through is not None and _key(through) == _key(wanted):
                    yield size + 1 + its, joined("*", gate, formula)


_LAST = (
    ("+", "-", False),  # wanted = rest + known
    ("-", "+", False),  # wanted = rest - known
    ("-", "-", True),  # wanted = known - rest
    ("*", "/", False),  # wanted = rest * known
    ("/", "*", False),  # wanted = rest / known
    ("/", "/", True),  # wanted = known / rest
)


def _applied(sign: str, left: Column, right: Column) -> Column | None:
    """The sign between two columns, row by row; None where it cannot be."""
    if sign == "/" and 0 in right:
        return None
    return tuple(map(_INFIX[sign], left, right))


def _key(column: Column) -> Column:
    return tuple([round(number, DIGITS) for number in column])
