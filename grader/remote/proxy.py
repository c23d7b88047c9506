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
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from grader.model import (
    Comparison,
    Handle,
    Many,
    Number,
    Operand,
    Plain,
    Raised,
    Ref,
    Result,
    Scalar,
    Skipped,
    Step,
)
from grader.target import Target, close
from grader.wording import clean_text, raised_sentence


Site = tuple[str, int]
_SCALARS = frozenset({float, int, str, bool, type(None)})


class SubmissionError(Exception):
    """The learner's code raised: `raised` says what and where, `step` which step of the program."""

    def __init__(self, raised: Raised, step: int, site: Site) -> None:
        super().__init__(raised_sentence(raised))
        self.raised = raised
        self.step = step
        self.site = site


class WrongKind(AssertionError):
    """The learner's code gave an object where plain data was due."""


class Mismatch(AssertionError):
    """At least one compared value differed; the recorder holds the comparisons."""


class BatteryMisuse(Exception):
    """The battery used a remote object in a way that has no meaning: the exercise's fault."""


class Recorder:
    """The program of one check, as far as it is recorded, sent and answered."""

    def __init__(self, target: Target | None, class_name: str) -> None:
        self.target = target
        self.class_name = class_name
        self.steps: list[Step] = []
        self.results: list[Result] = []
        self.sites: list[Site] = []
        self.comparisons: list[Comparison] = []
        self.failed: SubmissionError | None = None

    def record(self, action: str, name: str, *operands: Any, **keywords: Any) -> int:
        """Appends a step made of remote objects and plain data; returns its number."""
        values = tuple([_operand(operand, self) for operand in operands])
        named = {key: _operand(value, self) for key, value in keywords.items()} if keywords else {}
        return self.append(Step(action, name, values, named))

    def append(self, step: Step) -> int:
        """Appends a step; returns its number."""
        self.steps.append(step)
        self.sites.append(_call_site())
        return len(self.steps) - 1

    def flush(self) -> None:
        """Sends what has gathered. SubmissionError when a step raised, TargetFailure."""
        first = len(self.results)
        pending = self.steps[first:]
        if not pending:
            return
        if self.target is None:
            raise BatteryMisuse("a program that is only drawn up has no values yet")
        results = self.target.run(pending, first)
        self.results.extend(results)
        self.results.extend(Skipped() for _ in pending[len(results) :])
        if results and isinstance(results[-1], Raised):
            step = first + len(results) - 1
            self.failed = SubmissionError(results[-1], step, self.sites[step])
            raise self.failed

    def result(self, step: int) -> Result:
        """The answer to a step, sending it first where needed."""
        if step >= len(self.results):
            self.flush()
        found = self.results[step]
        if isinstance(found, Raised | Skipped):
            assert self.failed is not None
            raise self.failed
        return found

    def sent(self, step: int) -> bool:
        """Whether a step has been sent."""
        return step < len(self.results)


def _call_site() -> Site:
    """File and line of the nearest frame outside this file."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _operand(value: Any, recorder: Recorder) -> Operand:
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Remote):
        if value._recorder is not recorder:
            raise BatteryMisuse("a remote object of another check was used")
        return Ref(value._step)
    if isinstance(value, list | tuple):
        return type(value)(_operand(item, recorder) for item in value)
    if isinstance(value, Mapping):
        return {key: _operand(item, recorder) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str) or hasattr(value, "numerator"):
        return value
    raise BatteryMisuse(f"{type(value).__name__} cannot be sent to a submission: send plain data")


class Remote:
    """An object in the box, or a plain value on its way here."""

    __slots__ = ("_is_attribute", "_recorder", "_step")

    def __init__(self, recorder: Recorder, step: int, is_attribute: bool = False) -> None:
        object.__setattr__(self, "_recorder", recorder)
        object.__setattr__(self, "_step", step)
        object.__setattr__(self, "_is_attribute", is_attribute)

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(f"{name}: private names of a submission are never graded")
        return Remote(self._recorder, self._recorder.record("get", name, self), True)

    def __setattr__(self, name: str, value: Any) -> None:
        self._recorder.record("set", name, self, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Remote:
        recorder = self._recorder
        fresh = self._is_attribute and self._step == len(recorder.steps) - 1
        if fresh and not recorder.sent(self._step):
            # the attribute just read is called at once: one method step instead of two
            read = recorder.steps.pop()
            recorder.sites.pop()
            owner = read.operands[0]
            assert isinstance(owner, Ref)
            held = Remote(recorder, owner.step)
            return Remote(recorder, recorder.record("method", read.name, held, *args, **kwargs))
        return Remote(recorder, recorder.record("call", "", self, *args, **kwargs))

    def _value(self) -> Scalar:
        """Plain data; WrongKind when it is an object."""
        found = self._recorder.result(self._step)
        if isinstance(found, Plain):
            return found.value
        assert isinstance(found, Handle)
        kind = clean_text(found.type_name, limit=60)
        step = self._recorder.steps[self._step]
        what = f"`.{step.name}`" if step.action == "get" else "the result"
        raise WrongKind(f"{what} is an object of type {kind}, not a plain value")

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
        known = self._plain_if_known()
        if not isinstance(known, Remote):
            return {"bool": bool, "len": len, "int": int, "float": float}[name](known)
        return Remote(self._recorder, self._recorder.record("op", name, self))._value()

    def __iter__(self) -> Iterator[Any]:
        items = Remote(self._recorder, self._recorder.record("op", "tuple", self))
        for index in range(len(items)):
            yield items[index]._plain_if_known()

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
        raise BatteryMisuse("a remote object cannot be copied or pickled")


def _binary(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    compute = getattr(operator, name)

    def forward(self: Remote, *others: Any) -> Any:
        left = self._plain_if_known()
        if not isinstance(left, Remote):
            return compute(left, *(realize(other) for other in others))
        return Remote(self._recorder, self._recorder.record("op", name, self, *others))

    def reflected(self: Remote, other: Any) -> Any:
        right = self._plain_if_known()
        if not isinstance(right, Remote):
            return compute(other, right)
        return Remote(self._recorder, self._recorder.record("op", name, other, self))

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
        recorder = self._recorder
        made = Remote(recorder, recorder.record("new", self._name, *args, **kwargs))
        if self._name == recorder.class_name:
            return made
        # a function's result is most often plain: realised now, so that no arithmetic on it
        # is ever done by the learner's objects
        recorder.result(made._step)
        return made._plain_if_known()

    def _read(self) -> Scalar:
        return Remote(self._recorder, self._recorder.record("get", self._name), True)._value()

    def __eq__(self, other: object) -> bool:
        return bool(self._read() == realize(other))

    __hash__ = object.__hash__

    def __float__(self) -> float:
        return float(self._read())  # type: ignore[arg-type]

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
        try:
            yield
            self._recorder.flush()
        except SubmissionError as error:
            if error.raised.type_name != type_name:
                raise
        else:
            raise AssertionError(f"expected {type_name}, but nothing was raised")


class Observer:
    """The `observe` fixture: compares many values of a program in one message."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @property
    def program(self) -> Sequence[Step]:
        """The steps recorded so far."""
        return tuple(self._recorder.steps)

    def expect(
        self, expected: Mapping[int, Mapping[str, Number]], fields: Mapping[str, str]
    ) -> None:
        """Compares `expected[step][field]` with the submission's; Mismatch when one differs.

        `fields` maps each field to its direction, `forward` or `backward`. A node that is the
        same object as an earlier one has its backward fields compared once, as the earlier.
        """
        recorder = self._recorder
        reads = Reads(expected, fields)
        at = recorder.append(reads.step())
        recorder.flush()
        recorder.comparisons.extend(reads.compare(recorder.results, recorder.results[at]))
        if not all(comparison.ok for comparison in recorder.comparisons):
            raise Mismatch("a value differs")


class Reads:
    """The one step that reads every expected value of a program, and what it should give."""

    def __init__(
        self, expected: Mapping[int, Mapping[str, Number]], fields: Mapping[str, str]
    ) -> None:
        self.expected = expected
        self.fields = fields
        self.nodes = sorted(expected)

    def step(self) -> Step:
        """The read step."""
        return Step("read", " ".join(self.fields), tuple([Ref(node) for node in self.nodes]))

    def compare(
        self, results: Sequence[Result], read: Result, offset: int = 0
    ) -> list[Comparison]:
        """The comparisons; `offset` is where the program begins among `results`.

        A node that is the same object as an earlier one of its program has its backward fields
        compared once, as the earlier.
        """
        assert isinstance(read, Many)
        made = []
        values = iter(read.values)
        for step in self.nodes:
            node = results[offset + step]
            alias = isinstance(node, Handle) and offset <= node.step < offset + step
            wanted = self.expected[step]
            for (field, direction), value in zip(self.fields.items(), values, strict=False):
                if alias and direction == "backward":
                    continue
                got = _shown(value)
                true = float(wanted[field])
                ok = isinstance(got, int | float) and close(got, true)
                made.append(Comparison(step, field, direction, true, got, ok))
        return made


def _shown(result: Result) -> Scalar:
    """A read's value, or words for what is no number."""
    if isinstance(result, Plain):
        value = result.value
        return value if isinstance(value, int | float) else f"not a number: {value!r}"[:80]
    kind = clean_text(result.type_name, limit=60) if isinstance(result, Handle) else "nothing"
    return f"not a number: an object of type {kind}"
