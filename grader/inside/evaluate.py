"""Carries out the steps of a program on a loaded module. Runs in the box; standard library only.

A step arrives as `[action, name, operands, keywords]`; operands and values have the forms of
`grader.inside.values`. A result leaves as such a value, or as `["h", step, type name]` an object
that stays here, `["m", [values]]` many values (a number that JSON has stands for itself),
`["e", type, message, line, function, path, column, builtin]` an exception, `["s"]` not run. The
function of an exception is named with what it stands in: `Value.__add__.<locals>._backward`;
`builtin` is the first of its type's bases that Python itself has.

Everything that leaves is a claim: the other side checks it again.
"""

import builtins
import itertools
import operator
from math import isfinite

address = id  # before a submission's own `id` takes the place of the builtin

MAX_MESSAGE = 500
MAX_COLUMN = 1000
MAX_LINE = 1_000_000
MAX_NAME = 200
MAX_LOOP = 10_000

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
    tuple=lambda items: tuple(itertools.islice(items, MAX_LOOP)),
)
READS = frozenset({"get", "float", "int", "bool", "len", "str"})


GRADED = "__graded__"
"""Under which a module of the grading process keeps the others that are graded with it, and what
their objects have to have."""


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
mro_of = type.__dict__["__mro__"].__get__
EXCEPTIONS = [
    one for one in vars(builtins).values() if type(one) is type and issubclass(one, BaseException)
]
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
        builtin_base(type(error)),
    ]


def builtin_base(kind):
    """The name of the first base that Python itself has, compared by identity alone."""
    for base in mro_of(kind):
        if any(base is one for one in EXCEPTIONS):
            return base.__name__
    return ""


class Evaluator:
    """The table of one check's results; `run` with `first == 0` starts a new one.

    `begin` is called with a program's salt before its first step (see `identity`); `values` is
    `grader.inside.values`. `others` are the modules whose names have that of the module before
    them; `requires` says what the objects of a class have to have.
    """

    def __init__(self, module, paths, begin, values, others=(), requires=()):
        self.module = module
        self.values = values
        self.decode_operand = values.decode_operand
        self.others = dict(others)
        self.requires = dict(requires)
        self.missing = values.Missing
        self.safe = range(1 - values.MAX_SAFE_INT, values.MAX_SAFE_INT)
        self.begin = begin
        self.paths = frozenset(paths)
        self.table = []
        self.first_seen = {}
        self.type_names = {}
        self.handled = {}  # of those, the types whose objects always stay here
        self.bytes_left = values.MAX_BYTES

    def run(self, first, steps, salt):
        """Results of the steps, up to the first exception; the salt is that of a program that
        begins here, where `first` is 0."""
        if first == 0:
            self.table.clear()
            self.first_seen.clear()
            self.bytes_left = self.values.MAX_BYTES
            self.begin(salt)
        while len(self.table) < first:
            self.table.append(self.missing)
        results = []
        for step in steps:
            result = self.step(step)
            results.append(result)
            if result[0] == "e":
                break
        return results

    def step(self, step):
        action, name, operands, keywords = step
        table, decode_operand = self.table, self.decode_operand
        index = len(table)
        table.append(self.missing)
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
            read = action == "get" or name in READS
            encoded, size = self.values.encode(value, read, self.bytes_left)
            self.bytes_left -= size
            return encoded or self.handle(index, value)
        except self.values.NeedsFailedStep:
            return ["s"]
        except BaseException as error:
            return describe_exception(error, self.paths)

    def act(self, action, name, values, named):
        if action == "method":
            return getattr(values[0], name)(*values[1:], **named)
        if action == "get":
            return getattr(values[0], name) if values else self.lookup(name)
        if action == "new":
            made = self.lookup(name)(*values, **named)
            for wanted in self.requires.get(name, ()):
                self.require(made, wanted)
            return made
        if action == "call":
            return values[0](*values[1:], **named)
        if action == "set":
            return setattr(values[0], name, values[1])
        if action == "value":
            return values[0]
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
        """A read value: itself where JSON has such a number, else its tagged form; what is read so
        should be a number, so no container leaves."""
        if type(value) is int and value in self.safe:
            return value
        return self.values.encode_scalar(value, True) or self.handle(index, value)

    def require(self, made, name):
        """AttributeError where an object has no such attribute; a property may fail in other ways
        while there is nothing to give."""
        try:
            getattr(made, name)
        except AttributeError:
            raise
        except Exception:
            pass

    def lookup(self, dotted):
        first, *names = dotted.split(".")
        found = self.others.get(first) if names else None
        if found is None:
            found = getattr(self.module, first)
        for name in names:
            found = getattr(found, name)
        return found

    def handle(self, index, value):
        kind = type(value)
        known = self.type_names.get(address(kind))
        if known is None:
            # by identity, for a metaclass may be odd; kept, so that no other gets that identity
            known = self.type_names[address(kind)] = type_name(kind), kind
            if not self.values.may_be_plain(kind):
                self.handled[address(kind)] = known
        return ["h", self.first_seen.setdefault(address(value), index), known[0]]


def type_name(kind):
    """The type's own name, whatever its metaclass says."""
    return short_text(lambda: type.__dict__["__name__"].__get__(kind), MAX_NAME) or "object"
