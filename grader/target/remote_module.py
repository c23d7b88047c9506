"""The `submission` fixture: the learner's module as a battery sees it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grader.model.program import Raised, Ref
from grader.target.proxy import Remote, record
from grader.target.recorder import Recorder, SubmissionError
from grader.text.words import said

NOT_WRITTEN = "NotImplementedError"


class RemoteName(Remote):
    """A name of the learner's module, `submission.Value`; its value is read when it is needed."""

    __slots__ = ("_name",)
    _name: str

    def __init__(self, recorder: Recorder, name: str) -> None:
        super().__init__(recorder, -1, is_attribute=True)
        object.__setattr__(self, "_name", name)

    def _asked(self) -> int:
        object.__setattr__(self, "_step", record(self._recorder, "get", self._name))
        return self._step

    def _ref(self) -> Ref:
        return Ref(self._asked())

    def __getattr__(self, name: str) -> RemoteName:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteName(self._recorder, f"{self._name}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A new object of the exercise's class, or a function's result."""
        recorder = self._recorder
        made = Remote(recorder, record(recorder, "new", self._name, *args, keywords=kwargs))
        # a function's result is most often plain: realised now, so that no arithmetic on it
        # is ever done by the learner's objects
        return made._settled()

    def __repr__(self) -> str:
        return f"<submission.{self._name}>"


class GivenObject(Remote):
    """A list, dict or set of the battery's in the box, which the submission may change: its value
    is what it holds when it is asked."""

    __slots__ = ("_last",)
    _last: int

    def __init__(self, recorder: Recorder, step: int) -> None:
        super().__init__(recorder, step, is_attribute=True)
        object.__setattr__(self, "_last", step)

    def _asked(self) -> int:
        object.__setattr__(self, "_last", record(self._recorder, "value", "", self))
        return self._last

    def _known_step(self) -> int:
        return self._last


class RemoteModule:
    """The `submission` fixture: the learner's module as the battery sees it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> RemoteName:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteName(self._recorder, name)

    def given(self, value: Any) -> GivenObject:
        """A copy of the value in the box, to be sent to the submission as one and the same object:
        whether it was changed can be asked afterwards."""
        step = record(self._recorder, "value", "", value)
        return GivenObject(self._recorder, step)

    @contextmanager
    def raises(self, expected: type[BaseException] | RemoteName | str) -> Iterator[None]:
        """Expects the learner's code to raise such an exception inside the block: a type of
        Python's own, with all that are of that type, or the name of any."""
        self._recorder.flush()  # what was recorded before the block may not raise it
        name = _type_name(expected)
        try:
            yield
            self._recorder.flush()
        except SubmissionError as error:
            if not is_such(error.raised, name):
                raise
            self._recorder.excused[error.step] = name
        else:
            raise AssertionError(nothing_raised(name))


def nothing_raised(type_name: str) -> str:
    """What is said where an exception was expected and none came."""
    return said("expected {type_name}, but nothing was raised", type_name=type_name)


def _type_name(expected: type[BaseException] | RemoteName | str) -> str:
    if isinstance(expected, RemoteName):
        return expected._name.rpartition(".")[2]
    return expected if isinstance(expected, str) else expected.__name__


def is_such(raised: Raised, name: str) -> bool:
    """Whether the exception is of the type of that name. What is not written yet never is one of a
    wider type: the starter is not to pass."""
    if raised.type_name == name:
        return True
    wide, own = getattr(builtins, name, None), getattr(builtins, raised.builtin, None)
    if not isinstance(wide, type) or not isinstance(own, type) or raised.builtin == NOT_WRITTEN:
        return False
    return issubclass(own, wide)
