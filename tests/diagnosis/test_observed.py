"""What is observed of an exception: its type, its message as far as styles agree, its place."""

import pytest

from grader.diagnosis.observations import agrees, alike_message, observed, raised_at
from grader.model.program import Handle, Many, Plain, Raised

METHODS = frozenset({"Value.__add__", "Value.backward"})


def seen(type_name="TypeError", message="", function="", line=3):
    """The one observation of an exception."""
    (one,) = observed([Raised(type_name, message, line, function, "value.py")], METHODS)
    return one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "unsupported operand type(s) for +=: 'NoneType' and 'int'",
            "unsupported operand type(s) for +: 'NoneType' and 'float'",
        ),
        (
            "unsupported operand type(s) for **=: 'Value' and 'int'",
            "unsupported operand type(s) for ** or pow(): 'Value' and 'int'",
        ),
        (
            "'>' not supported between instances of 'Value' and 'int'",
            "'<=' not supported between instances of 'Value' and 'float'",
        ),
        (
            "'>' not supported between instances of 'Value' and 'int'",
            "'<' not supported between instances of 'int' and 'Value'",
        ),
        ("list index 3 out of range", "list index 17 out of range"),
        ("<Value object at 0x7f0c>", "<Value object at 0x55aa10>"),
        (
            'can only concatenate tuple (not "float") to tuple',
            'can only concatenate tuple (not "int") to tuple',
        ),
    ],
)
def test_messages_of_one_mistake_are_alike(one, other):
    assert alike_message(one) == alike_message(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "unsupported operand type(s) for +: 'Value' and 'Value'",
            "unsupported operand type(s) for +: 'NoneType' and 'float'",
        ),
        (
            "unsupported operand type(s) for +: 'Value' and 'int'",
            "unsupported operand type(s) for *: 'Value' and 'int'",
        ),
        (
            "'Value' object is not iterable",
            "'>' not supported between instances of 'Value' and 'int'",
        ),
        ("'int' object has no attribute 'data'", "'Value' object has no attribute 'dta'"),
        ("name 'x2' is not defined", "name 'x3' is not defined"),
    ],
)
def test_messages_of_two_mistakes_differ(one, other):
    assert alike_message(one) != alike_message(other)


def test_the_type_and_the_message_tell_exceptions_apart():
    assert seen(message="one") != seen(message="other")
    assert seen("TypeError") != seen("ValueError")


def test_a_place_is_a_method_of_the_reference_or_elsewhere():
    inside = seen(function="Value.__add__.<locals>._backward")
    assert inside == seen(function="Value.__add__.<locals>.pass_on")
    assert inside != seen(function="Value.__add__")
    assert seen(function="Value.__add__") != seen(function="Value.backward")
    assert seen(function="Value.wrapped") == seen(function="helper") == seen(function="<module>")
    assert seen(function="Value.wrapped") != seen(function="Value.__add__")


def test_type_and_place_of_an_exception_are_told_without_what_it_names():
    at = {"function": "Value.__add__"}
    one = raised_at([seen(message="no data", **at)])
    assert raised_at([1.0, seen(message="no grad", **at)]) == one is not None
    assert raised_at([seen("ValueError", "no data", **at)]) != one
    assert raised_at([seen(message="no data", function="Value.backward")]) != one
    assert raised_at([seen(message="no data", **at), 1.0]) is None
    assert raised_at([]) is None


def test_no_frame_of_the_file_is_a_place_of_its_own():
    assert seen(line=None) not in (seen(function="helper"), seen(function="Value.__add__"))


def test_a_comprehension_is_no_function_of_its_own():
    assert seen(function="Value.backward.<locals>.<listcomp>") == seen(function="Value.backward")


def test_values_that_vary_are_no_evidence():
    one = observed([Handle(0, "Value"), Many((1.0, 2.0))])
    other = observed([Handle(0, "Value"), Many((1.0, 5.0))])
    assert not agrees(one, other)
    assert agrees(one, other, frozenset({2}))
    assert not agrees(one, observed([Plain(None), Many((1.0, 2.0))]), frozenset({2}))


def test_a_run_that_ends_earlier_agrees_only_where_the_rest_is_no_evidence():
    long, short = [1.0, 2.0, 3.0], [1.0]
    assert not agrees(long, short)
    assert not agrees(long, short, frozenset({1}))
    assert agrees(long, short, frozenset({1, 2}))
