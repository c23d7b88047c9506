"""Submissions that keep every number they are given and every program they are asked, in every
place there is, and tell it in every way there is."""

from __future__ import annotations

from tests.hidden.planted import LARGE, ROOT

KEEPS = f'''
import builtins, linecache, os, re, sys

NUMBERS, PROGRAMS = [], []
Value.numbers = NUMBERS
PLACES = [os.path.join(place, "kept.txt") for place in (".", "/tmp", "/dev/shm", "/var/tmp", "~")]


def from_elsewhere():
    """What another worker may have left."""
    found = [os.environ.get("KEPT", ""), getattr(builtins, "kept", ""), getattr(os, "kept", "")]
    for place in PLACES:
        try:
            with open(os.path.expanduser(place)) as stream:
                found.append(stream.read())
        except OSError:
            pass
    return " ".join(found)


ELSEWHERE = from_elsewhere()


def to_elsewhere(text):
    os.environ["KEPT"] = builtins.kept = os.kept = sys.kept = text
    for place in PLACES:
        try:
            with open(os.path.expanduser(place), "w") as stream:
                stream.write(text)
        except OSError:
            pass


def programs():
    """The messages that are being answered, from the frames above."""
    frame = sys._getframe(1)
    while frame is not None:
        held = frame.f_locals.get("frame")
        if type(held) is dict:
            yield held
        frame = frame.f_back


def told():
    """The numbers that must not be told before all others."""
    secret = [repr(number) for number in NUMBERS if abs(number) > {LARGE}]
    return " ".join([ELSEWHERE[:100], *secret[-8:], *map(repr, NUMBERS[-4:])])


def secret():
    """One number: the last that must not be told, else the last of all."""
    return ([n for n in NUMBERS if abs(n) > {LARGE}] or NUMBERS or [0])[-1]


_init = Value.__init__


def __init__(self, data, *rest, numbers=NUMBERS, **more):
    _init(self, data, *rest, **more)
    if type(data) in (int, float) and len(numbers) < 500:
        numbers.append(data)
        for program in programs():
            if not PROGRAMS or program is not PROGRAMS[-1]:
                PROGRAMS.append(program)
                NUMBERS.extend(n for n in numbers_in(str(program)) if n not in NUMBERS)
                to_elsewhere(told())


def numbers_in(text):
    return [int(found) for found in re.findall("[0-9]{{8}}", text)]


Value.__init__ = __init__
_add, _backward = Value.__add__, Value.backward
'''

TELLS = {
    "error": """
def tell(self, *rest):
    raise ValueError(told())
Value.__add__ = Value.__mul__ = Value.relu = tell
""",
    "type_of_error": """
def tell(self, *rest):
    raise type(f"Told{secret()}Error", (Exception,), {"__doc__": told()})(told())
Value.__mul__ = Value.__add__ = tell
""",
    "printed": """
def tell(self, other):
    print(told(), flush=True)
    os.write(2, told().encode())
    return Value(1)
Value.__mul__ = Value.__add__ = tell
""",
    "text_as_value": """
def tell(self, other):
    made = _add(self, other)
    made.data, made.grad = told(), told()
    return made
Value.__mul__ = Value.__add__ = tell
""",
    "line": """
def tell(self, *rest):
    import ast
    tree = ast.parse("raise ValueError('a line tells')")
    ast.increment_lineno(tree, int(secret()))
    exec(compile(tree, __file__ if "__file__" in globals() else "value.py", "exec"))
Value.__mul__ = Value.__add__ = tell
""",
    "function": """
def tell(self, *rest):
    def inner():
        raise ValueError("a name tells")
    name = f"told{secret()}"
    inner.__code__ = inner.__code__.replace(co_name=name, co_filename=f"{name}.py")
    inner.__name__ = inner.__qualname__ = name
    inner()
Value.__mul__ = Value.__add__ = tell
""",
    "source_lines": """
def tell(self, *rest):
    for name in list(linecache.cache):
        lines = [told() + "\\n"] * 200
        linecache.cache[name] = (len(lines), None, lines, name)
    raise ValueError("a line's text tells")
Value.__mul__ = Value.__add__ = tell
""",
    "names": """
def tell(self, other):
    made = type(f"Told{secret()}", (), {"__repr__": lambda s: told(), "__doc__": told()})()
    Value.__name__ = Value.__qualname__ = f"Told{secret()}"
    Value.__doc__ = __doc__ = told()
    return made
Value.__mul__ = Value.__add__ = tell
Value.__repr__ = lambda self: told()
""",
    "what_it_was_given": f"""
LARGE = {LARGE}
def __init__(self, data, *rest):
    _kept(self, data, *rest)
    if data > LARGE and data % 2:
        self.data = -self.data
_kept, Value.__init__ = Value.__init__, __init__
""",
    "time": """
def tell(self):
    import time
    time.sleep(int(secret()) % 97 / 1000)
    _backward(self)
Value.backward = tell
""",
    "how_it_ends": """
def tell(self, *rest):
    end = int(secret()) % 5
    if end == 0: os._exit(3)
    if end == 1: raise MemoryError(told())
    if end == 2: raise NotImplementedError(told())
    if end == 3: sys.exit(told())
    return object()
Value.__mul__ = tell
""",
}


def submissions() -> dict[str, str]:
    """Their sources, by the way in which each tells."""
    right = (ROOT / "reference/value.py").read_text("utf-8")
    return {name: f"{right}\n{KEEPS}\n{tells}" for name, tells in TELLS.items()}
