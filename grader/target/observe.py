"""The `observe` fixture: many values of a program compared in one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.model.program import Comparison, Handle, Many, Plain, Ref, Result, Scalar, Step
from grader.model.tolerance import close
from grader.target.proxy import Remote, step_of
from grader.target.recorder import Mismatch, Recorder
from grader.text.clean import clean_text
from grader.text.words import said

Value = float | Plain | Handle
"""A value that was read: a number that JSON has, other plain data, or an object."""

LONGEST_SHOWN = 46
NEAR = 1e-9
"""A difference that needs no second look."""


class Observer:
    """The `observe` fixture: compares many values of a program in one message."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.compared: list[Reads] = []

    @property
    def program(self) -> Sequence[Step]:
        """The steps recorded so far."""
        return tuple(self._recorder.steps)

    def expect(
        self,
        expected: Mapping[int, Mapping[str, float]],
        fields: Mapping[str, str],
        of: Sequence[Remote] = (),
    ) -> None:
        """Compares `expected[step][field]` with the submission's; Mismatch when one differs.

        `fields` maps each field to its direction, `forward` or `backward`. With `of`, only these
        objects are compared: a check may be about one input alone.
        """
        if of:
            expected = {step: expected[step] for step in map(step_of, of)}
        self.compare(Reads(self.program, expected, fields))

    def compare(self, reads: Reads) -> None:
        """As `expect`, for what is to be read after the steps recorded so far."""
        recorder = self._recorder
        self.compared.append(reads)
        at = recorder.append(reads.step())
        recorder.flush()
        read = recorder.results[at]
        if not reads.all_right(read):
            recorder.comparisons.extend(reads.compare(recorder.results, read))
            if not all(comparison.ok for comparison in recorder.comparisons):
                raise Mismatch(said("a value differs"))


class Reads:
    """The one step that reads every expected value of a program, and what it should give."""

    def __init__(
        self,
        program: Sequence[Step],
        expected: Mapping[int, Mapping[str, float]],
        fields: Mapping[str, str],
    ) -> None:
        self.program = program
        self.expected = expected
        self.fields = fields
        self.nodes = sorted(expected)

    def step(self) -> Step:
        """The read step."""
        return Step("read", " ".join(self.fields), tuple([Ref(node) for node in self.nodes]))

    def all_right(self, read: Result) -> bool:
        """Whether every value read is right: the common case, without a record of each."""
        assert isinstance(read, Many)
        wanted = [self.expected[node][field] for node in self.nodes for field in self.fields]
        return all(
            (type(got) is float and abs(got - true) <= NEAR) or _right(got, true)
            for got, true in zip(read.values, wanted, strict=True)
        )

    def compare(self, results: Sequence[Result], read: Result) -> list[Comparison]:
        """The comparisons.

        A node that is one of its own operands (a relu that returns its input) has its backward
        fields compared once, as the operand: where it reads as the operand does, for the box's
        word that both are one object is a claim.
        """
        assert isinstance(read, Many)
        made = []
        count = len(self.fields)
        values = {
            node: read.values[place * count : (place + 1) * count]
            for place, node in enumerate(self.nodes)
        }
        for step in self.nodes:
            alias = self._is_own_operand(results, step, values)
            for (field, direction), value in zip(self.fields.items(), values[step], strict=True):
                if alias and direction == "backward":
                    continue
                true = self.expected[step][field]
                ok = _right(value, true)
                made.append(Comparison(step, field, direction, true, _shown(value), ok))
        return made

    def _is_own_operand(
        self, results: Sequence[Result], step: int, read: Mapping[int, Sequence[Value]]
    ) -> bool:
        """Whether a node is the same object as an operand that should have the same forward values,
        and reads alike."""
        node = results[step]
        if not isinstance(node, Handle) or node.step >= step:
            return False
        forward = [field for field, direction in self.fields.items() if direction == "forward"]
        return any(
            isinstance(operand, Ref)
            and operand.step in self.expected
            and results[operand.step] == node
            and repr(read[operand.step]) == repr(read[step])
            and all(self.expected[operand.step][f] == self.expected[step][f] for f in forward)
            for operand in self.program[step].operands
        )


def _right(got: Value, true: float) -> bool:
    value = got.value if isinstance(got, Plain) else got
    return isinstance(value, int | float) and close(value, true)


def _shown(result: Value) -> Scalar:
    """A read's value, or words for what is no number."""
    if isinstance(result, int | float):
        return result
    if isinstance(result, Plain):
        value = result.value
        if isinstance(value, int | float):
            return value
        words = repr(value)[:LONGEST_SHOWN]
        if isinstance(value, str):
            return said("the text {value}, which is not a number", value=words)
        return said("{value}, which is not a number", value=words)
    return said(
        "an object of type {type_name}, which is not a number",
        type_name=clean_text(result.type_name, limit=60),
    )
