"""Whatever a learner's code does to an exception, it is told as that exception, of that name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from grader.box.base import Box
from grader.box.layered import PlainBox
from grader.model.exercise import Contract, Limits, SourceFile, Submission
from grader.model.program import Raised, Step
from grader.target.base import LoadFailed
from grader.target.boxed import BoxedTarget

LIMITS = Limits(check_wall_s=20.0, submission_s=60.0)
CONTRACT = Contract(("value",), ("Value",))

NUMBERS = {
    "huge": "10**9",
    "endless": "10**5000",
    "negative": "-5",
    "zero": "0",
    "of 64 bits": "2**63",
    "a bool": "True",
    "a float": "1.5",
    "not a number": "float('nan')",
    "a text": "'7'",
    "a list": "[7]",
    "none": "None",
    "of its own class": "type('Line', (int,), {'__lt__': None, '__gt__': None})(10**9)",
}
TEXTS = {
    "long": "'x' * 10**6",
    "half a character": "'\\ud800'",
    "control characters": "'\\x00\\x1b[2J\\u202e'",
    "beyond the first plane": "'\\U0001f600' * 10**5",
    "of its own class": "type('Text', (str,), {'__getitem__': None, '__str__': None})('x' * 10**6)",
    "equal to all": "type('Text', (str,), {'__eq__': lambda s, o: True,"
    " '__hash__': lambda s: hash(__file__)})('\\ud800' * 999)",
}
OBJECTS = {"a list": "[]", "a dict": "{1: 2}", "bytes": "b'x'", "an int": "3", "none": "None"}

SYNTAX_ERROR = (
    "raise SyntaxError('here', (__file__, {line}, {column}, {text}, {end}, {end_column}))"
)
TRACEBACK = """
import sys, types
def frame():
    try:
        raise ValueError
    except ValueError as error:
        return error.__traceback__.tb_frame
raise SyntaxError("here").with_traceback(types.TracebackType(None, frame(), 0, {line}))
"""
CODE = """
def code():
    raise SyntaxError("here")
code.__code__ = code.__code__.replace({field}={value})
code()
"""
ATTRIBUTES = """
class Odd(SyntaxError):
    {name} = property(lambda self: 1 / 0)
raise Odd("here", (__file__, 1, 1, ""))
"""
MESSAGE = """
class Odd(SyntaxError):
    def __str__(self):
        return {value}
    __repr__ = __str__
raise Odd("here")
"""
SET = """
error = SyntaxError("here", (__file__, 1, 1, ""))
{statement}
raise error
"""
PLACES = ("line", "column", "end", "end_column")
SET_TO = ("filename", "lineno", "offset", "text", "end_lineno", "msg", "print_file_and_line")


def syntax_error(**changed: str) -> str:
    """A syntax error raised by hand."""
    usual = {"line": "1", "column": "1", "text": "''", "end": "1", "end_column": "2"}
    return SYNTAX_ERROR.format(**(usual | changed))


def sources() -> Iterator[tuple[str, str]]:
    """Name and text of a piece of code that raises a syntax error, or one of its kind."""
    for name, number in NUMBERS.items():
        for place in PLACES:
            yield f"{place} {name}", syntax_error(**{place: number})
    for line in ("2**31 - 1", "10**7", "0", "-7", "True"):
        yield f"traceback {line}", TRACEBACK.format(line=line)
        if line != "-7":
            yield f"code {line}", CODE.format(field="co_firstlineno", value=line)
    for name, text in TEXTS.items():
        yield f"text {name}", syntax_error(text=text)
        yield f"message {name}", MESSAGE.format(value=text)
        yield f"arguments {name}", SET.format(statement=f"error.args = ({text},) * 9")
        yield f"notes {name}", SET.format(statement=f"error.__notes__ = [{text}]")
        for field in ("co_name", "co_qualname", "co_filename"):
            yield f"{field} {name}", CODE.format(field=field, value=text)
        yield f"name {name}", f"raise type('x' * 999, (SyntaxError,), dict(__name__={text}))"
    for name, value in OBJECTS.items():
        yield f"message {name}", MESSAGE.format(value=value)
        yield f"notes {name}", SET.format(statement=f"error.__notes__ = {value}")
        for field in SET_TO:
            yield f"{field} {name}", SET.format(statement=f"error.{field} = {value}")
    for name in ("__class__", "__traceback__", "__cause__", "args", *SET_TO):
        yield f"property {name}", ATTRIBUTES.format(name=name)
    yield "every attribute", ATTRIBUTES.format(name="__getattribute__")
    yield "a group", "raise ExceptionGroup('here', [SyntaxError('x' * 9999)] * 999)"
    yield "its own cause", SET.format(statement="error.__cause__ = error.__context__ = error")


SOURCES = dict(sources())


@pytest.fixture(scope="module")
def box() -> Iterator[PlainBox]:
    made = PlainBox(LIMITS, {})
    yield made
    made.close()


def target_of(box: Box, text: str) -> BoxedTarget:
    """A worker for that source."""
    file = SourceFile("value.py", text, hashlib.sha256(text.encode()).hexdigest(), len(text))
    return BoxedTarget(box, Submission("value.py", "value.py", (file,), "0" * 64), CONTRACT, LIMITS)


def in_a_constructor(code: str) -> str:
    """The code as what happens when a value is made."""
    body = "\n".join(f"        {line}" for line in code.splitlines())
    return f"class Value:\n    def __init__(self):\n        pass\n{body}\n"


@pytest.mark.parametrize("code", SOURCES.values(), ids=SOURCES)
def test_an_exception_of_any_make_is_told_as_itself(box: PlainBox, code: str):
    target = target_of(box, in_a_constructor(code))
    (result,) = target.run([Step("new", "Value")])
    target.close()
    assert isinstance(result, Raised)
    assert result.type_name in {"SyntaxError", "Odd", "ExceptionGroup", "x" * 200}
    assert result.line is None or 0 < result.line <= 1_000_000
    assert not [part for part in (result.message, result.function, result.path) if "\ud800" in part]


@pytest.mark.parametrize("code", SOURCES.values(), ids=SOURCES)
def test_an_import_that_raises_one_is_told_as_that(box: PlainBox, code: str):
    target = target_of(box, code)
    with pytest.raises(LoadFailed) as failed:
        target.load()
    assert any(name in failed.value.message for name in ("SyntaxError", "Odd", "Group", "x" * 60))


def test_an_impossible_line_is_left_out_and_a_possible_one_is_told(box: PlainBox):
    for line, told in (("10**9", None), ("1", 1), ("True", None), ("0", None)):
        target = target_of(box, in_a_constructor(syntax_error(line=line)))
        (result,) = target.run([Step("new", "Value")])
        target.close()
        assert isinstance(result, Raised)
        assert (result.line, result.path) == (told, "value.py")
