"""Remote objects: what the battery holds instead of the learner's. They record every step.

Constructors, operators, attribute reads and method calls only append a step to the recorder's
program. Whatever needs a plain answer (a comparison, bool, len, int, float, iteration,
`realize`) first sends what has gathered and then works on plain data, on this side: so the
submission never takes part in a comparison. An attribute that is called becomes one method
step; an attribute that is used in arithmetic is realised first and computed with here.

Names that start with `_`, and `repr`, never talk to the box.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from grader.model.program import Data, Handle, Operand, Plain, Ref, Step
from grader.target.operands import plain_operand
from grader.target.recorder import MOST_ITEMS, BatteryMisuse, Recorder, WrongKind
from grader.text.clean import clean_text
from grader.text.words import said

_LOCAL: Mapping[str, Callable[[Any], Any]] = {"bool": bool, "len": len, "int": int, "float": float}
_CONTAINERS = frozenset({list, tuple, set, frozenset, dict, str, bytes})
_MAY_BE_PLAIN = frozenset(one.__name__ for one in _CONTAINERS)
_SCALARS = frozenset({float, int, bool, type(None)})


def record(
    recorder: Recorder,
    action: str,
    name: str,
    *operands: Any,
    keywords: Mapping[str, Any] | None = None,
) -> int:
    """Appends a step made of remote objects and plain data; returns its number."""
    values = tuple([_operand(operand, recorder) for operand in operands])
    if not keywords:
        return recorder.append(Step(action, name, values))
    named = {key: _operand(value, recorder) for key, value in keywords.items()}
    return recorder.append(Step(action, name, values, named))


def _operand(value: Any, recorder: Recorder) -> Operand:
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Remote):
        if value._recorder is not recorder:
            raise BatteryMisuse(said("a remote object of another check was used"))
        return value._ref()
    return plain_operand(value, lambda item: _operand(item, recorder))


def step_of(remote: Remote) -> int:
    """The number of the step that a remote object is the result of."""
    return remote._step


def known_step(remote: Remote) -> int:
    """The number of the step whose result was last taken for the remote object's value."""
    return remote._known_step()


class Remote:
    """An object in the box, or a plain value on its way here."""

    __slots__ = ("_is_attribute", "_recorder", "_step")
    _recorder: Recorder
    _step: int
    _is_attribute: bool

    def __init__(self, recorder: Recorder, step: int, is_attribute: bool = False) -> None:
        object.__setattr__(self, "_recorder", recorder)
        object.__setattr__(self, "_step", step)
        object.__setattr__(self, "_is_attribute", is_attribute)

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(
                said("{name}: private names of a submission are never graded", name=name)
            )
        return Remote(self._recorder, record(self._recorder, "get", name, self), True)

    def __setattr__(self, name: str, value: Any) -> None:
        record(self._recorder, "set", name, self, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Remote:
        """A method call where this is an attribute just read, else a call of the object."""
        recorder = self._recorder
        fresh = self._is_attribute and self._step == len(recorder.steps) - 1
        if fresh and not recorder.sent(self._step):
            # the attribute just read is called at once: one method step instead of two
            read = recorder.steps.pop()
            rest = tuple([_operand(argument, recorder) for argument in args])
            named = {key: _operand(value, recorder) for key, value in kwargs.items()}
            step = Step("method", read.name, read.operands + rest, named)
            return Remote(recorder, recorder.append(step))
        return Remote(recorder, record(recorder, "call", "", self, *args, keywords=kwargs))

    def _ref(self) -> Ref:
        """The object itself, as an operand."""
        return Ref(self._step)

    def _asked(self) -> int:
        """The step whose result is the object's value now."""
        return self._step

    def _known_step(self) -> int:
        return self._step

    def _value(self) -> Data:
        """Plain data; WrongKind when it is an object."""
        at = self._asked()
        found = self._recorder.result(at)
        if isinstance(found, Plain):
            return self._recorder.give(at)
        assert isinstance(found, Handle)
        kind = clean_text(found.type_name, limit=60)
        step = self._recorder.steps[at]
        what = f"`.{step.name}`" if step.action == "get" else said("the result")
        if kind in _MAY_BE_PLAIN:
            words = said("{what}, a {kind}, holds objects or is too large", what=what, kind=kind)
            raise WrongKind(words)
        raise WrongKind(
            said("{what} is an object of type {kind}, not a plain value", what=what, kind=kind)
        )

    def _plain_if_known(self) -> Any:
        """This object, or plain data where it is an attribute or already known to be plain."""
        if self._is_attribute or self._recorder.sent(self._step):
            return self._settled()
        return self

    def _beside(self, others: tuple[Any, ...]) -> Any:
        """As `_plain_if_known`; what stands beside a container of the battery's is most often one
        too, and joining them is not left to the learner's objects."""
        if any(type(other) in _CONTAINERS for other in others):
            return self._settled()
        return self._plain_if_known()

    def _settled(self, always: bool = False) -> Any:
        """This object, or plain data where it is that: what the learner's code handed out, and
        `always` any other object too, is asked for first."""
        at = self._asked()
        asked = always or self._recorder.sent(at) or self._recorder.hands_out(at)
        if asked and isinstance(self._recorder.result(at), Plain):
            return self._recorder.give(at)
        return self

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """What `isinstance` goes by: the type of plain data, where this is that."""
        known = self._settled()
        return type(self) if isinstance(known, Remote) else type(known)

    def __eq__(self, other: object) -> bool:
        return bool(self._value() == realize(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        known = self._settled()
        return object.__hash__(self) if isinstance(known, Remote) else hash(known)

    def __lt__(self, other: Any) -> bool:
        return bool(self._value() < realize(other))

    def __le__(self, other: Any) -> bool:
        return bool(self._value() <= realize(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._value() > realize(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._value() >= realize(other))

    def __bool__(self) -> bool:
        return bool(self._read("bool"))

    def __len__(self) -> int:
        walk = self._recorder.walk
        if walk is not None and walk[0] == self._step:
            return walk[1]  # `list(...)` asks before it begins, of what may have no length
        return int(self._read("len"))

    def __int__(self) -> int:
        return int(self._read("int"))

    def __float__(self) -> float:
        return float(self._read("float"))

    def __index__(self) -> int:
        return operator.index(self._value())  # type: ignore[arg-type]

    def _read(self, name: str) -> Any:
        is_number = name in ("int", "float")  # text is no number, and float() takes text
        known = self._settled(always=is_number)
        if isinstance(known, str) and is_number:
            raise WrongKind(
                said("the result is text, not a number: {known}", known=clean_text(known, limit=60))
            )
        if not isinstance(known, Remote):
            return _LOCAL[name](known)
        return Remote(self._recorder, record(self._recorder, "op", name, self))._value()

    def __getitem__(self, key: Any) -> Any:
        known = self._settled()
        if not isinstance(known, Remote):
            return known[realize(key)]
        return Remote(self._recorder, record(self._recorder, "op", "getitem", self, key))

    def __setitem__(self, key: Any, value: Any) -> None:
        record(self._recorder, "op", "setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        record(self._recorder, "op", "delitem", self, key)

    def __iter__(self) -> Iterator[Any]:
        known = self._settled()
        return self._items() if isinstance(known, Remote) else iter(known)

    def _items(self) -> Iterator[Any]:
        recorder = self._recorder
        items = Remote(recorder, record(recorder, "op", "tuple", self))
        known = items._settled(always=True)
        length = len(known)
        if length > MOST_ITEMS:
            raise WrongKind(
                said("a sequence of {length} items is too long to look at", length=length)
            )
        recorder.walk = self._step, length
        return self._each(known, length)

    def _each(self, items: Any, length: int) -> Iterator[Any]:
        recorder = self._recorder
        recorder.walk = None
        if not isinstance(items, Remote):
            yield from items
            return
        for index in range(length):
            item = record(recorder, "op", "getitem", items, index)
            yield Remote(recorder, item)._plain_if_known()

    def __contains__(self, item: Any) -> bool:
        known = self._settled()
        if not isinstance(known, Remote):
            return realize(item) in known
        return any(realize(found) == realize(item) for found in self)

    def __repr__(self) -> str:
        recorder, step = self._recorder, self._known_step()
        if recorder.sent(step) and isinstance(recorder.results[step], Plain):
            return repr(recorder.results[step].value)  # type: ignore[union-attr]
        return f"<result of step {step}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce__(self) -> NoReturn:
        raise BatteryMisuse(said("a remote object cannot be copied or pickled"))


def _binary(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    compute = getattr(operator, name)

    def forward(self: Remote, *others: Any) -> Any:
        left = self._beside(others)
        if not isinstance(left, Remote):
            return compute(left, *(realize(other) for other in others))
        return Remote(self._recorder, record(self._recorder, "op", name, self, *others))

    def reflected(self: Remote, other: Any) -> Any:
        right = self._beside((other,))
        if not isinstance(right, Remote):
            return compute(other, right)
        return Remote(self._recorder, record(self._recorder, "op", name, other, self))

    return forward, reflected


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _forward, _reflected = _binary(_name)
    setattr(Remote, f"__{_name}__", _forward)
    setattr(Remote, f"__r{_name}__", _reflected)
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Remote, f"__{_name}__", _binary(_name)[0])


def realize(value: Any) -> Any:
    """Plain data behind a remote object (sending what has gathered); other values as they are."""
    return value._value() if isinstance(value, Remote) else value
