"""Carries out the steps of a program on a loaded module. Runs in the box; standard library only.

A step arrives as `[action, name, operands, keywords]`. An operand is plain JSON (number, text,
true, false, null), `[3]` the result of step 3, or an object: `{"f": "nan"}` a float that JSON
lacks, `{"l": [...]}` a list, `{"t": [...]}` a tuple, `{"d": [[key, value], ...]}` a dict.
A result leaves as `["v", kind, text]` plain data (n none, b bool, i int, f float, s text),
`["h", step, type name]` an object that stays here, `["m", [values]]` many values (a number that
JSON has stands for itself), `["e", type, message, line, function, path, column]` an exception,
`["s"]` not run. The function is named with what it stands in: `Value.__add__.<locals>._backward`.

Numbers leave by their base value (`float.__float__`, `int.__int__`), so a right value in a
subclass is right and an overridden `__eq__` never crosses. Everything that leaves is a claim:
the other side checks it again.
"""

import itertools
import operator
from math import isfinite

address = id  # before a submission's own `id` takes the place of the builtin

MAX_DIGITS = 400
MAX_SAFE_INT = 2**53
MAX_TEXT = 4000
MAX_MESSAGE = 500
MAX_ITEMS = 10_000
MAX_COLUMN = 1000
MAX_LINE = 1_000_000
MAX_NAME = 200

OPERATORS = {
    name: getattr(operator, name)
    for name in (
        "add sub mul truediv floordiv mod pow matmul neg pos abs invert "
        "getitem setitem delitem contains and_ or_ xor lshift rshift "
        "iadd isub imul itruediv"
    ).split()
}
OPERATORS.update(
    len=len,
    bool=bool,
    int=int,
    float=float,
    str=str,
    tuple=lambda items: tuple(itertools.islice(items, MAX_ITEMS)),
)
READS = frozenset({"get", "float", "int", "bool", "len", "str"})


class Missing:
    """Stands in the table where a step was skipped or raised."""


class NeedsFailedStep(Exception):
    """An operand is the result of a step that has none."""


def plain(kind, text):
    return ["v", kind, text]


def encode_value(value, read):
    """The tagged form of plain data, or None for an object that stays here.

    `read` widens numbers to all that `float()` takes (a numpy scalar), which an attribute
    read wants and the result of an operator, an object of the learner's, must not get.
    """
    if value is None:
        return plain("n", "")
    if isinstance(value, bool):
        return plain("b", "1" if value else "0")
    if isinstance(value, int):
        number = int.__int__(value)
        if -(10**MAX_DIGITS) < number < 10**MAX_DIGITS:
            return plain("i", int.__repr__(number))
        return None
    if isinstance(value, float):
        return plain("f", float.__repr__(float.__float__(value)))
    if type(value) is str:
        return plain("s", value[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8"))
    if read and hasattr(type(value), "__float__"):
        return plain("f", float.__repr__(float.__float__(float(value))))
    return None


def decode_operand(operand, table):
    if type(operand) is list:
        value = table[operand[0]]
        if value is Missing:
            raise NeedsFailedStep
        return value
    if type(operand) is not dict:
        return operand
    ((tag, body),) = operand.items()
    if tag == "f":
        return float(body)
    if tag == "l":
        return [decode_operand(item, table) for item in body]
    if tag == "t":
        return tuple([decode_operand(item, table) for item in body])
    if tag == "d":
        return {decode_operand(k, table): decode_operand(v, table) for k, v in body}
    raise ValueError(f"unknown operand tag {tag!r}")


def short_text(make, limit):
    """`make()` as an exact, bounded str, whatever the learner's class does when asked for text."""
    try:
        text = make()
        return str.__str__(text)[:limit].encode("utf-8", "replace").decode("utf-8")
    except BaseException:
        return ""


def small_number(number, most):
    """The number of a line or a column, or None for what can be none: a learner may set any."""
    return number if type(number) is int and 0 < number <= most else None


# an exception's own attributes, which its class may hide behind others
traceback_of = BaseException.__dict__["__traceback__"].__get__
syntax_error_filename = SyntaxError.__dict__["filename"].__get__
syntax_error_line = SyntaxError.__dict__["lineno"].__get__
syntax_error_column = SyntaxError.__dict__["offset"].__get__


def describe_exception(error, paths):
    """`["e", ...]` with the innermost frame that lies in the learner's own files."""
    line, function, path, column = None, "", "", None
    frame = traceback_of(error)
    while frame is not None:
        code = frame.tb_frame.f_code
        if type(code.co_filename) is str and code.co_filename in paths:
            line, function, path = frame.tb_lineno, code.co_qualname, code.co_filename
        frame = frame.tb_next
    if issubclass(type(error), SyntaxError):
        named = syntax_error_filename(error)
        if type(named) is str and named in paths:
            line, function, path = syntax_error_line(error), "", named
            column = small_number(syntax_error_column(error), MAX_COLUMN)
    return [
        "e",
        type_name(type(error)),
        short_text(lambda: str(error), MAX_MESSAGE),
        small_number(line, MAX_LINE),
        short_text(lambda: function, MAX_NAME),
        short_text(lambda: path, MAX_NAME),
        column,
    ]


class Evaluator:
    """The table of one check's results; `run` with `first == 0` starts a new one.

    `begin` is called with a program's salt before its first step (see `identity`).
    """

    def __init__(self, module, paths, begin):
        self.module = module
        self.begin = begin
        self.paths = frozenset(paths)
        self.table = []
        self.first_seen = {}
        self.type_names = {}
        self.handled = {}  # of those, the types whose objects always stay here

    def run(self, first, steps, salt):
        """Results of the steps, up to the first exception; the salt is that of a program that
        begins here, where `first` is 0."""
        if first == 0:
            self.table.clear()
            self.first_seen.clear()
            self.begin(salt)
        while len(self.table) < first:
            self.table.append(Missing)
        results = []
        for step in steps:
            result = self.step(step)
            results.append(result)
            if result[0] == "e":
                break
        return results

    def step(self, step):
        action, name, operands, keywords = step
        table = self.table
        index = len(table)
        table.append(Missing)
        try:
            values = []
            for operand in operands:
                kind = type(operand)
                if kind is list or kind is dict:
                    operand = decode_operand(operand, table)
                values.append(operand)
            if action == "op":
                value = OPERATORS[name](*values)
            elif action == "read":
                return self.read(index, name.split(), values)
            else:
                named = {key: decode_operand(keywords[key], table) for key in keywords}
                value = self.act(action, name, values, named)
            table[index] = value
            known = self.handled.get(address(type(value)))
            if known is not None:
                return ["h", self.first_seen.setdefault(address(value), index), known[0]]
            return self.result(index, value, action == "get" or name in READS)
        except NeedsFailedStep:
            return ["s"]
        except BaseException as error:
            return describe_exception(error, self.paths)

    def act(self, action, name, values, named):
        if action == "method":
            return getattr(values[0], name)(*values[1:], **named)
        if action == "get":
            return getattr(values[0], name) if values else self.lookup(name)
        if action == "new":
            return self.lookup(name)(*values, **named)
        if action == "call":
            return values[0](*values[1:], **named)
        if action == "set":
            return setattr(values[0], name, values[1])
        raise ValueError(f"unknown action {action!r}")

    def read(self, index, names, values):
        """Every attribute of every value, as one result."""
        found = []
        for value in values:
            for name in names:
                one = getattr(value, name)
                if type(one) is not float or not isfinite(one):
                    one = self.compact(index, one)
                found.append(one)
        return ["m", found]

    def compact(self, index, value):
        """A read value: itself where JSON has such a number, else its tagged form."""
        if type(value) is int and -MAX_SAFE_INT < value < MAX_SAFE_INT:
            return value
        return self.result(index, value, True)

    def lookup(self, dotted):
        found = self.module
        for name in dotted.split("."):
            found = getattr(found, name)
        return found

    def result(self, index, value, read):
        encoded = encode_value(value, read)
        if encoded is not None:
            return encoded
        kind = type(value)
        known = self.type_names.get(address(kind))
        if known is None:
            # by identity, for a metaclass may be odd; kept, so that no other gets that identity
            known = self.type_names[address(kind)] = type_name(kind), kind
            if not may_be_plain(kind):
                self.handled[address(kind)] = known
        return ["h", self.first_seen.setdefault(address(value), index), known[0]]


def type_name(kind):
    """The type's own name, whatever its metaclass says."""
    return short_text(lambda: type.__dict__["__name__"].__get__(kind), MAX_NAME) or "object"


def may_be_plain(kind):
    """Whether some object of the type may leave as plain data: a number, or what `float` takes."""
    bases = type.__dict__["__mro__"].__get__(kind)
    return any(
        base is int or base is float or "__float__" in type.__dict__["__dict__"].__get__(base)
        for base in bases
    )


def public_names(module, wanted, made_up=()):
    """Up to 50 names that the module defines, for a did-you-mean; `wanted` first where it is.
    What is of a type that is made up is none of its own."""
    held = [name for name in list(vars(module)) if type(name) is str]
    names = [n for n in held if n[:1] != "_" and type(vars(module)[n]) not in made_up]
    if wanted in held:
        names.insert(0, wanted)
    return [name[:100].encode("utf-8", "replace").decode("utf-8") for name in names[:50]]
