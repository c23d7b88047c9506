"""Sets of a submission's objects are walked in an order that the program alone decides."""

from __future__ import annotations

import pytest

from grader.exercise.trusted import load_in_process
from grader.model.program import Many, Plain, Program, Ref, Step
from grader.target.in_process import InProcessTarget

SOURCE = """
import abc, copy, dataclasses, typing

class Value:
    made = []
    def __init__(self, data):
        self.data = data
    def kept(self):
        Value.made.append(self)
        return hash(self)
    def before(self):
        return hash(Value.made[0])
    def walked(self, *others):
        return " ".join(str(one.data) for one in {self, *others})
    def ids(self, *others):
        return " ".join(str(one.data) for one in sorted({self, *others}, key=id))

class Named(object):
    def __init__(self, data):
        self.data = data
    walked = Value.walked

class Abstract(abc.ABC):
    def __init__(self, data):
        self.data = data
    walked = Value.walked

class Generic(typing.Generic[typing.TypeVar("T")]):
    def __init__(self, data):
        self.data = data
    walked = Value.walked

@dataclasses.dataclass
class Equal:
    data: int

@dataclasses.dataclass(unsafe_hash=True)
class Hashed:
    data: int

class Slots:
    __slots__ = ("data",)
    def __init__(self, data):
        self.data = data
    walked = Value.walked

class Meta(type):
    def __new__(mcs, name, bases, namespace):
        assert bases == ()
        return super().__new__(mcs, name, bases, namespace)

class Made(metaclass=Meta):
    pass

def copies(count):
    one = Slots([1])
    two = copy.deepcopy(one)
    apart = hash(one) != hash(two) and id(one) != id(two)
    return apart + (two.data == [1]) + ({one, two} == {two, one})

def styles(count):
    by_value = hash(Hashed(1)) == hash(Hashed(1))
    return (Equal.__hash__ is None) + by_value + (Made.__bases__ == (object,))
"""
BASES = """
import abc, contextlib, enum, typing

class Shown:
    pass

class Pair(typing.NamedTuple):
    left: int

class Both(Shown, Pair):
    pass

class Name(Shown, str):
    pass

class Many(Shown, list):
    pass

class Op(Shown, str, enum.Enum):
    ADD = "+"

class Rank(Shown, enum.IntEnum):
    ONE = 1

class Abstract(Shown, abc.ABC):
    pass

class Base(abc.ABC):
    pass

class Meeting(Abstract, Base, contextlib.ContextDecorator, object):
    pass

class Value:
    def __init__(self, data):
        Value.key = id
    def hashed(self):
        found = {(1,): 1, "+": 2, 1: 3}
        return found[Both(1)] + found[Name("+")] + found[Op.ADD] + found[Rank.ONE]
    def unhashable(self):
        return Many.__hash__ is None
    def order(self):
        shown = [one.__name__ for one in Meeting.__mro__ if one.__module__ in ("value", "abc")]
        return " ".join(shown)
    def known(self):
        return self.key(self) == id(self)
"""
SEEN = """
SEEN, KEPT = set(), []

class Value:
    def __init__(self, data):
        self.is_new = id(self) not in SEEN
        SEEN.add(id(self))
        KEPT.append(self)
"""
COUNT = 12


@pytest.fixture
def target():
    return loaded(SOURCE)


def loaded(source: str) -> InProcessTarget:
    # as in the box, where a submission's `id` is everyone's
    module = load_in_process(source, "value", "value.py")
    module.__dict__["__builtins__"].update(module.__identities__.builtins)
    return InProcessTarget(module, ["value.py"])


def walk(name: str, method: str) -> list[Step]:
    made = [Step("new", name, (number,)) for number in range(COUNT)]
    return [*made, Step("method", method, tuple(Ref(place) for place in range(COUNT)))]


def order(target, steps, variant=0) -> list[int]:
    *_, last = target.run(steps, salt=Program.of(steps).salt(variant))
    assert isinstance(last, Plain)
    return [int(word) for word in str(last.value).split()]


@pytest.mark.parametrize("name", ["Value", "Named", "Abstract", "Generic", "Slots"])
def test_a_program_has_one_order_whatever_ran_before(target, name):
    steps = walk(name, "walked")
    first = order(target, steps)
    target.run([Step("new", name, (1,)), Step("method", "walked", (Ref(0),))])
    held = [object() for _ in range(1000)]
    assert order(target, steps) == first
    fresh = InProcessTarget(load_in_process(SOURCE, "value", "value.py"), ["value.py"])
    assert order(fresh, steps) == first
    assert held


@pytest.mark.parametrize("method", ["walked", "ids"])
def test_no_order_is_a_lucky_one(target, method):
    """Neither that of creation nor its reverse, and every variant has one of its own."""
    steps = walk("Value", method)
    orders = [order(target, steps, variant) for variant in range(20)]
    assert len(set(map(tuple, orders))) == 20
    assert all(sorted(one) == list(range(COUNT)) for one in orders)
    assert all(one not in (sorted(one), sorted(one, reverse=True)) for one in orders)


def test_another_program_has_another_order(target):
    steps = walk("Value", "walked")
    longer = [*steps[:-1], Step("get", "data", (Ref(0),)), steps[-1]]
    assert order(target, steps) != order(target, longer)


def test_an_object_that_is_left_keeps_its_hash(target):
    _, kept = target.run([Step("new", "Value", (1,)), Step("method", "kept", (Ref(0),))])
    _, before = target.run([Step("new", "Value", (2,)), Step("method", "before", (Ref(0),))])
    assert kept == before


def test_the_styles_keep_their_meaning(target):
    assert target.run([Step("new", "copies", (0,))]) == [Plain(3)]
    assert target.run([Step("new", "styles", (0,))]) == [Plain(3)]


def test_what_a_read_gives_does_not_hang_on_an_identity(target):
    """The graders' own look at objects is by address, whatever `id` means in the box."""
    *_, read = target.run([Step("new", "Value", (3,)), Step("read", "data", (Ref(0), Ref(0)))])
    assert read == Many((3, 3))


def test_other_bases_keep_their_meaning():
    steps = [Step("new", "Value", (1,))]
    steps += [Step("method", name, (Ref(0),)) for name in "hashed unhashable order known".split()]
    _, *found = loaded(BASES).run(steps)
    order = "Meeting Abstract Shown Base ABC"
    assert found == [Plain(1 + 2 + 2 + 3), Plain(True), Plain(order), Plain(True)]


def test_no_object_that_exists_has_the_identity_of_another():
    """Not even where the same program runs once more."""
    target = loaded(SEEN)
    for _ in range(10):
        *_, is_new = target.run([Step("new", "Value", (1,)), Step("get", "is_new", (Ref(0),))])
        assert is_new == Plain(True)
