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
from contextlib import contextmanager
from typing import Any, NoReturn

from grader.model.program import Handle, Operand, Plain, Ref, Scalar, Step
from grader.target.recorder import MOST_ITEMS, BatteryMisuse, Recorder, SubmissionError, WrongKind
from grader.text.clean import clean_text
from grader.text.words import said

_LOCAL: Mapping[str, Callable[[Any], Any]] = {"bool": bool, "len": len, "int": int, "float": float}
_SCALARS = frozenset({float, int, str, bool, type(None)})


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
    if type(value) is Remote:
        if value._recorder is not recorder:
            raise BatteryMisuse(said("a remote object of another check was used"))
        return Ref(value._step)
    if isinstance(value, list | tuple):
        return type(value)(_operand(item, recorder) for item in value)
    if isinstance(value, Mapping):
        return {key: _operand(item, recorder) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str) or hasattr(value, "numerator"):
        return value
    raise BatteryMisuse(
        said("{name} cannot be sent to a submission: send plain data", name=type(value).__name__)
    )


def step_of(remote: Remote) -> int:
    """The number of the step that a remote object is the result of."""
    return remote._step


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

    def _value(self) -> Scalar:
        """Plain data; WrongKind when it is an object."""
        found = self._recorder.result(self._step)
        if isinstance(found, Plain):
            return found.value
        assert isinstance(found, Handle)
        kind = clean_text(found.type_name, limit=60)
        step = self._recorder.steps[self._step]
        what = f"`.{step.name}`" if step.action == "get" else said("the result")
        raise WrongKind(
            said("{what} is an object of type {kind}, not a plain value", what=what, kind=kind)
        )

    def _plain_if_known(self) -> Any:
        """This object, or plain data where it is an attribute or already known to be plain."""
        if self._is_attribute or self._recorder.sent(self._step):
            found = self._recorder.result(self._step)
            if isinstance(found, Plain):
                return found.value
        return self

    def __eq__(self, other: object) -> bool:
        return bool(self._value() == realize(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = object.__hash__

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
        return int(self._read("len"))

    def __int__(self) -> int:
        return int(self._read("int"))

    def __float__(self) -> float:
        return float(self._read("float"))

    def __index__(self) -> int:
        return operator.index(self._value())  # type: ignore[arg-type]

    def _read(self, name: str) -> Any:
        if name in ("int", "float"):
            self._recorder.result(self._step)  # text is no number, and float() takes text
        known = self._plain_if_known()
        if isinstance(known, str) and name in ("int", "float"):
            raise WrongKind(
                said("the result is text, not a number: {known}", known=clean_text(known, limit=60))
            )
        if not isinstance(known, Remote):
            return _LOCAL[name](known)
        return Remote(self._recorder, record(self._recorder, "op", name, self))._value()

    def __iter__(self) -> Iterator[Any]:
        items = Remote(self._recorder, record(self._recorder, "op", "tuple", self))
        length = len(items)
        if length > MOST_ITEMS:
            raise WrongKind(
                said("a sequence of {length} items is too long to look at", length=length)
            )
        for index in range(length):
            item = record(self._recorder, "op", "getitem", items, index)
            yield Remote(self._recorder, item)._plain_if_known()

    def __contains__(self, item: Any) -> bool:
        return any(realize(found) == realize(item) for found in self)

    def __repr__(self) -> str:
        recorder, step = self._recorder, self._step
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
        left = self._plain_if_known()
        if not isinstance(left, Remote):
            return compute(left, *(realize(other) for other in others))
        return Remote(self._recorder, record(self._recorder, "op", name, self, *others))

    def reflected(self: Remote, other: Any) -> Any:
        right = self._plain_if_known()
        if not isinstance(right, Remote):
            return compute(other, right)
        return Remote(self._recorder, record(self._recorder, "op", name, other, self))

    return forward, reflected


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _forward, _reflected = _binary(_name)
    setattr(Remote, f"__{_name}__", _forward)
    setattr(Remote, f"__r{_name}__", _reflected)
for _name in ("neg", "pos", "abs", "invert", "getitem", "setitem", "delitem"):
    setattr(Remote, f"__{_name}__", _binary(_name)[0])


def realize(value: Any) -> Any:
    """Plain data behind a remote object (sending what has gathered); other values as they are."""
    return value._value() if isinstance(value, Remote) else value


class RemoteName:
    """A name of the learner's module: `submission.Value`."""

    __slots__ = ("_name", "_recorder")

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self._name = name

    def __getattr__(self, name: str) -> RemoteName:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteName(self._recorder, f"{self._name}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A new object of the exercise's class, or a function's result."""
        recorder = self._recorder
        made = Remote(recorder, record(recorder, "new", self._name, *args, keywords=kwargs))
        if self._name == recorder.class_name:
            return made
        # a function's result is most often plain: realised now, so that no arithmetic on it
        # is ever done by the learner's objects
        recorder.result(made._step)
        return made._plain_if_known()

    def _read(self) -> Scalar:
        return Remote(self._recorder, record(self._recorder, "get", self._name), True)._value()

    def __eq__(self, other: object) -> bool:
        return bool(self._read() == realize(other))

    __hash__ = object.__hash__

    def __float__(self) -> float:
        return float(Remote(self._recorder, record(self._recorder, "get", self._name), True))

    def __repr__(self) -> str:
        return f"<submission.{self._name}>"


class RemoteModule:
    """The `submission` fixture: the learner's module as the battery sees it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> RemoteName:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteName(self._recorder, name)

    @contextmanager
    def raises(self, type_name: str) -> Iterator[None]:
        """Expects the learner's code to raise an exception of that type name inside the block."""
        self._recorder.flush()  # what was recorded before the block may not raise it
        try:
            yield
            self._recorder.flush()
        except SubmissionError as error:
            if error.raised.type_name != type_name:
                raise
        else:
            raise AssertionError(
                said("expected {type_name}, but nothing was raised", type_name=type_name)
            )
