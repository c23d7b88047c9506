"""The `observe` fixture: many values of a program compared in one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.model import Comparison, Handle, Many, Number, Plain, Ref, Result, Scalar, Step
from grader.remote.recorder import Mismatch, Recorder
from grader.values import close
from grader.wording import clean_text


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

    def compare(self, results: Sequence[Result], read: Result, offset: int = 0) -> list[Comparison]:
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
