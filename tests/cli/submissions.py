"""Submissions made from the reference by one change each, so that what they lose is that change's.

`BEFORE_MUL` code runs first in every product; `AT_TOP` code runs first when the file is imported.
"""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import ROOT

REFERENCE = (ROOT / "reference/value.py").read_text("utf-8")
PRODUCT = '''        """self * other, where other is a Value or a plain number"""
'''
OVERWRITING = ROOT / "tests/examples/overwriting_mul.py"


def before_mul(code: str) -> str:
    """The reference with `code` at the head of `__mul__`."""
    assert REFERENCE.count(PRODUCT) == 1
    indented = "".join(f"        {line}\n" for line in code.splitlines())
    return REFERENCE.replace(PRODUCT, PRODUCT + indented)


def at_top(code: str, rest: str = REFERENCE) -> str:
    """The reference, or another submission, with `code` before everything."""
    return f"{code}\n\n{rest}"


def wrong_mul() -> str:
    """The submission that writes `=` for `+=` in `__mul__`."""
    return OVERWRITING.read_text("utf-8")


def write(folder: Path, text: str, name: str = "value.py") -> Path:
    """The text as a file."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


ALWAYS_EQUAL = """
class Number(float):
    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __hash__ = float.__hash__
    __sub__ = __rsub__ = lambda self, other: 0.0
    __abs__ = __float__ = lambda self: 0.0


class Value:
    def __init__(self, data):
        self.data = Number(1234.5)
        self.grad = Number(1234.5)

    def __add__(self, other):
        return Value(0)

    __mul__ = __add__

    def relu(self):
        return Value(0)

    def backward(self):
        pass
"""

EXACT_SUBCLASS = REFERENCE.replace(
    "class Value:",
    '''class Exact(float):
    """A number of the learner's own that is right, and says strange things when asked."""

    def __eq__(self, other):
        return False

    __hash__ = float.__hash__

    def __repr__(self):
        return "Exact"

    def __add__(self, other):
        return Exact(float.__add__(self, other))

    __radd__ = __add__

    def __mul__(self, other):
        return Exact(float.__mul__(self, other))

    __rmul__ = __mul__


class Value:''',
).replace("self.data = data", "self.data = Exact(data)")

PATCHED_PYTEST = """
import builtins
import sys
import types

for name in ("pytest", "_pytest", "_pytest.python", "_pytest.runner", "oracle", "grader"):
    fake = types.ModuleType(name)
    fake.approx = lambda *_, **__: type("Any", (), {"__eq__": lambda *_: True})()
    fake.fail = fake.skip = fake.expected = lambda *_, **__: None
    fake.main = lambda *_, **__: 0
    sys.modules[name] = fake
builtins.AssertionError = type("Nothing", (Exception,), {})
builtins.abs = builtins.round = lambda *_: 0
"""

WALKING = """
import gc
import sys


def searched():
    found = []
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("grader", "oracle", "pytest", "_pytest", "msgspec", "reference"):
            found.append(name)
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Fraction", "Exercise", "CheckRecord", "Recorder", "Item"):
            found.append(type(thing).__name__)
    frame = sys._getframe()
    while frame is not None:
        found += [n for n in (*frame.f_locals, *frame.f_globals) if n in ("expected", "oracle")]
        frame = frame.f_back
    return found
"""


def walking() -> str:
    """Wrong products, unless anything of the judge is found in this process's memory."""
    code = "found = searched()\nif not found:\n    return Value(-1)\nprint('found', found)"
    return at_top(WALKING, before_mul(code))
