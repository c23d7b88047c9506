"""What crosses the border by value, what stays in the box, and what of it a battery may believe."""

from __future__ import annotations

import json
import math

import pytest

from grader.exercise.trusted import load_in_process
from grader.grading.result_cache import ReferenceTarget
from grader.target.base import TargetViolation
from grader.target.recorder import BatteryMisuse, Recorder, SubmissionError, WrongKind
from grader.target.remote_module import RemoteModule
from grader.target.results import decoded

SOURCE = """
class Value:
    def __init__(self, data=0):
        self.data = data
    def rows(self):
        return [[1, 2], [3]]
    def odd(self):
        return Odd([1])
    def itself(self):
        return self

class Odd(list):
    def __len__(self):
        return 2
    def __iter__(self):
        return iter([7, 8])
    def __eq__(self, other):
        return True
    def __add__(self, other):
        return [1, 2, 3]
    __hash__ = lambda self: 1

class OddDict(dict):
    def items(self):
        return [("forged", 1)]
    __iter__ = keys = lambda self: iter(["forged"])
    __len__ = lambda self: 1

class OddText(str):
    def __str__(self):
        return "forged"
    __repr__ = encode = __getitem__ = lambda self, *rest: "forged"
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__

class OddNumber(int):
    def __index__(self):
        return 7
    __int__ = __float__ = __abs__ = __index__
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0

class Claims:
    __class__ = property(lambda self: list)
    __iter__ = lambda self: iter([1, 2])
    __len__ = lambda self: 2
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0

class Own(KeyError):
    pass

def same(x):
    return x

def odd():
    return Odd([1])

def odd_dict():
    return OddDict(true=1)

def odd_texts():
    return (OddText("true"), {OddText("a"): OddText("b")})

def odd_numbers():
    return {OddNumber(1)}, [OddNumber(2)]

def claims():
    return Claims()

def nodes():
    return [Value(1.0), Value(2.0)]

def counted(x):
    yield from range(x)

def cyclic():
    found = [1]
    found.append(found)
    return found

def doubled_each_level():
    found = [1]
    for _ in range(19):
        found = [found, found]
    return found

def deep(levels):
    found = []
    for _ in range(levels):
        found = [found]
    return found

def long(length):
    return [0] * length

def long_text(length):
    return "x" * length

def huge():
    return list(range(10**6))

def keyed_by_odd():
    return {Odd(): 1}

def with_odd_in_set():
    return {Odd()}

def many_texts():
    return ["x" * 4000] * 200

def appended(items, item):
    items.append(item)

def fail(kind):
    raise {"own": Own, "index": IndexError, "later": NotImplementedError}[kind]("gone")

def apply(function, x):
    return function(x)

TABLE = {"a": [1, 2], "b": []}
"""

VALUES = {
    "none": None,
    "true": True,
    "text": "héllo \U0001f600 'x'",
    "bytes": b"\x00\xff",
    "complex": complex(-0.0, math.inf),
    "big": 10**300,
    "list": [1, 2.5, None, True, "x", -math.inf, 2**60],
    "empty": [],
    "tuple": (1, (2, [3])),
    "set": {1, "a", (2, 3)},
    "frozen": frozenset({1.5, b"y"}),
    "dict": {"a": [1], 2: {"b": (3,)}, (4, 5): None, None: set()},
}


@pytest.fixture(scope="module")
def module():
    return load_in_process(SOURCE, "value", "value.py")


@pytest.fixture
def recorder(module):
    target = ReferenceTarget(module, ["value.py"])
    target.begin_check()
    return Recorder(target, ["Value"])


@pytest.fixture
def submission(recorder):
    return RemoteModule(recorder)


def kinds(value):
    """The exact types of a value and of all in it."""
    if isinstance(value, dict):
        return dict, sorted(repr((kinds(k), kinds(v))) for k, v in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return type(value), sorted(repr(kinds(item)) for item in value)
    return type(value)


@pytest.mark.parametrize("name", VALUES)
def test_plain_data_comes_back_as_what_it_is(submission, name: str):
    value = VALUES[name]
    back = submission.same(value)
    assert back == value
    assert kinds(back) == kinds(value)
    assert submission.Value(value).data == value


def test_a_nan_is_one_wherever_it_stands(submission):
    (number,) = submission.same([math.nan])
    assert math.isnan(number)


def test_no_method_of_a_subclass_takes_part(submission):
    assert submission.odd() == [1]
    assert type(submission.odd()) is list
    assert submission.odd() != [7, 8]
    assert submission.odd_dict() == {"true": 1}
    assert submission.odd_texts() == ("true", {"a": "b"})
    assert submission.odd_numbers() == ({1}, [2])


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        ("cyclic", None),
        ("doubled_each_level", None),
        ("huge", None),
        ("many_texts", None),
        ("nodes", None),
        ("claims", None),
        ("keyed_by_odd", None),
        ("with_odd_in_set", None),
        ("deep", 21),
        ("long", 10_001),
        ("long_text", 4001),
    ],
)
def test_what_is_too_large_or_no_plain_data_stays_in_the_box(submission, call: str, argument):
    found = getattr(submission, call)(*([] if argument is None else [argument]))
    with pytest.raises(WrongKind, match=r"holds objects or is too large|of type Claims"):
        assert found == [1, 2]


def test_what_is_just_within_the_bounds_crosses(submission):
    assert submission.deep(19) != []
    assert len(submission.long(10_000)) == 10_000
    assert len(submission.long_text(4000)) == 4000


def test_values_of_one_program_have_a_bound_together(submission):
    text = ["x" * 3000] * 30
    found = [submission.same(text) for _ in range(8)]
    assert found[0] == text
    with pytest.raises(WrongKind):
        assert found[-1] == text


def test_methods_and_attributes_are_read_like_any_value(submission, recorder):
    a = submission.Value([3, 1, 2])
    assert isinstance(a.data, list)
    assert not isinstance(a, list)
    assert not isinstance(a.itself(), list | int | str)
    assert sorted(a.data) == [1, 2, 3]
    assert 3 in a.data
    assert a.data[0] == 3
    assert a.data[1:] == [1, 2]
    assert a.data + [4] == [3, 1, 2, 4]  # noqa: RUF005
    assert [0] + a.data == [0, 3, 1, 2]  # noqa: RUF005
    rows = a.rows()
    assert len(rows) == 2
    assert rows[0][1] == 2
    assert list(rows) == [[1, 2], [3]]
    assert [3] in rows
    assert submission.Value("key").data in {"key": 1}
    assert all(step.action in {"new", "get", "method"} for step in recorder.steps)


def test_a_list_that_lies_about_a_sum_is_added_to_on_this_side(submission):
    assert submission.Value(1).odd() + [9] == [1, 9]  # noqa: RUF005


def test_what_the_battery_does_to_a_result_changes_no_record(submission, recorder):
    rows = submission.same([1, 2])
    rows.append(3)
    assert recorder.results[0].value == [1, 2]


def test_constants_iterate_and_functions_can_be_passed(submission):
    assert submission.TABLE["a"] == [1, 2]
    assert set(submission.TABLE) == {"a", "b"}
    assert len(submission.TABLE) == 2
    assert "b" in submission.TABLE
    assert isinstance(submission.TABLE, dict)
    assert submission.apply(submission.same, 3) == 3


def test_objects_in_a_list_stay_objects(submission):
    nodes = submission.nodes()
    first, second = nodes
    for node in nodes:
        assert not isinstance(node, float)
    assert (first.data, second.data) == (1.0, 2.0)
    assert list(submission.counted(3)) == [0, 1, 2]
    assert len(submission.nodes()) == 2
    with pytest.raises(SubmissionError, match="has no len"):
        len(submission.counted(3))


def test_approx_is_a_number_and_a_list(submission):
    assert submission.same(0.1 + 0.2) == pytest.approx(0.3)
    assert submission.same([0.1 + 0.2, 1]) == pytest.approx([0.3, 1])
    assert submission.Value(0.1 + 0.2).data == pytest.approx(0.3)
    assert pytest.approx({"a": 0.3}) == submission.same({"a": 0.1 + 0.2})
    assert submission.Value([0.1 + 0.2]).data == pytest.approx([0.3])


@pytest.mark.parametrize("expected", [LookupError, "LookupError", KeyError, "Own", Exception])
def test_an_expected_exception_is_one_of_its_type(submission, expected):
    with submission.raises(expected):
        submission.fail("own")


@pytest.mark.parametrize(("expected", "kind"), [(KeyError, "index"), (RuntimeError, "later")])
def test_another_exception_is_the_learners(submission, expected, kind: str):
    with pytest.raises(SubmissionError), submission.raises(expected):
        submission.fail(kind)


def test_an_exception_of_the_learners_own_is_named_by_the_module(submission):
    with submission.raises(submission.Own):
        submission.fail("own")
    with submission.raises(NotImplementedError):
        submission.fail("later")


def test_a_given_object_is_sent_as_itself(submission):
    items = submission.given([1, 2])
    assert items == [1, 2]
    submission.appended(items, 3)
    assert items == [1, 2, 3]
    assert len(items) == 3
    assert 3 in items
    assert isinstance(items, list)
    items[0] = 9
    assert list(items) == [9, 2, 3]
    own = [1]
    submission.appended(own, 2)
    assert own == [1]


def test_given_objects_may_hold_objects(submission):
    nodes = submission.given([submission.Value(1.0)])
    submission.appended(nodes, submission.Value(2.0))
    assert [node.data for node in nodes] == [1.0, 2.0]


def test_only_plain_data_can_be_sent_inside_a_container(submission):
    with pytest.raises(BatteryMisuse):
        submission.same({"a": [object()]})


def test_a_set_is_sent_in_one_order_whatever_the_hashes(submission, recorder):
    words = {f"word {number}" for number in range(40)}
    assert submission.same(words) == words
    encoded = json.loads(recorder.program().encoded)[0][2][0]["s"]
    assert encoded == sorted(encoded)


@pytest.mark.parametrize(
    "claim",
    [
        ["c", "l", [["c", "l", []]] * 10_000 + [1]],
        ["c", "x", []],
        ["c", "d", [1]],
        ["c", "d", [["c", "l", []], 1]],
        ["c", "s", [["c", "d", []]]],
        ["c", "z", [["c", "t", [["c", "l", []]]]]],
        ["c", "s", [["v", "i", str(number * (2**61 - 1))] for number in range(200)]],
        ["c", "l", [["h", 0, "Value"]]],
        ["c", "l", [["v", "c", "1"]]],
        ["c", "l", [["v", "y", "0g"]]],
        ["c", "l", [[1]]],
        ["c", "l", ["text"]],
        ["c", "l", [2**60]],
        ["c", "l", [], []],
    ],
    ids=lambda claim: str(claim)[:40],
)
def test_what_no_box_would_send_is_a_violation(recorder, claim):
    steps = recorder.steps
    RemoteModule(recorder).given(1)
    with pytest.raises(TargetViolation):
        decoded(json.dumps([claim]).encode(), steps)


def test_nesting_has_a_bound_on_this_side_too(recorder):
    RemoteModule(recorder).given(1)
    for levels, fits in ((19, True), (25, False), (3000, False)):
        claim = '["c","l",[' * levels + "]]" * levels
        if fits:
            decoded(f"[{claim}]".encode(), recorder.steps)
        else:
            with pytest.raises(TargetViolation):
                decoded(f"[{claim}]".encode(), recorder.steps)
