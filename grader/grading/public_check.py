"""Visible checks without their battery: drawn up from a run on the reference, and judged.

Theory of operation. What a check asks of the reference, message by message, and what it looks at in
the answers is all that is kept of it. A submission that gives equal answers where the check looked
passes, for the check could not have told it from the reference. One that gives others is taken to
fail; whether that is so of a check that does more than compare once, at its end, is tried on the
author's right and wrong solutions before learners get it (`grader.author.publish`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from grader.model.check import CheckSpec
from grader.model.program import (
    Data,
    Handle,
    Operand,
    Plain,
    Step,
    operand_of,
    step_of_wire,
    wire_operand,
)
from grader.model.public import Exchange, PublicCheck, Reading
from grader.model.tolerance import close
from grader.program.listing import value_text
from grader.target.base import Asked
from grader.target.observe import Observer, Reads
from grader.target.proxy import Remote, realize
from grader.target.recorder import Asserted, Recorder, SubmissionError
from grader.target.remote_module import is_such, nothing_raised
from grader.text.words import said


def drawn_up(
    spec: CheckSpec, asked: Sequence[Asked], recorder: Recorder, compared: Sequence[Reads]
) -> PublicCheck | None:
    """A check that has just passed on the reference, which was `asked` these messages; None where
    they are not all of it, or there is a value that is no finite number."""
    exchanges, readings, first = list[Exchange](), iter(compared), 0
    for one in asked:
        steps, last = json.loads(one.program.encoded), first + len(one.program.steps)
        reading = None
        if one.program.steps[-1].action == "read":
            reads = next(readings, None)
            if reads is None or one.program.steps[-1] != reads.step():
                return None
            if not all(isfinite(v) for one in reads.expected.values() for v in one.values()):
                return None
            reading = Reading(reads.expected, tuple(reads.fields.items()))
            steps.pop()
        looked_at = sorted({at for at in recorder.consulted if first <= at < last})
        results = {at: recorder.results[at] for at in looked_at}
        plain = {at: one.value for at, one in results.items() if isinstance(one, Plain)}
        raised = [recorder.excused[at] for at in range(first, last) if at in recorder.excused]
        exchanges.append(
            Exchange(
                steps=tuple(steps),
                gives={at: wire_operand(value) for at, value in plain.items()},
                objects=tuple([at for at, r in results.items() if isinstance(r, Handle)]),
                reading=reading,
                raises=raised[0] if raised else "",
            )
        )
        first = last
    is_whole = exchanges and first == len(recorder.steps)
    return PublicCheck(spec, tuple(exchanges)) if is_whole else None


def steps_of(exchange: Exchange) -> tuple[Step, ...]:
    """All steps of a message."""
    steps = tuple([step_of_wire(step) for step in exchange.steps])
    return steps if exchange.reading is None else (*steps, _reads(exchange.reading).step())


def judge(check: PublicCheck, recorder: Recorder) -> None:
    """Asks all that the check asks, and compares the answers with the right ones.

    Raises SubmissionError, AssertionError with what is to be told in `recorder`, TargetFailure.
    """
    for exchange in check.exchanges:
        recorder.steps.extend(step_of_wire(step) for step in exchange.steps)
        try:
            if exchange.reading is None:
                recorder.flush()
            else:
                reads = _reads(exchange.reading, tuple(recorder.steps))
                Observer(recorder).compare(reads)
        except SubmissionError as error:
            if not exchange.raises or not is_such(error.raised, exchange.raises):
                raise
        else:
            if exchange.raises:
                raise AssertionError(nothing_raised(exchange.raises))
        for at, wanted in exchange.gives.items():
            _compare(recorder, at, operand_of(wanted), is_loose=at in exchange.loose)
        for at in exchange.objects:
            _is_object(recorder, at)


def _reads(reading: Reading, program: Sequence[Step] = ()) -> Reads:
    return Reads(program, reading.expected, dict(reading.fields))


def _compare(recorder: Recorder, at: int, wanted: Operand, *, is_loose: bool) -> None:
    """AssertionError where the step did not give what is right."""
    remote = Remote(recorder, at)
    if not (_is_alike if is_loose else _is_same)(realize(remote), wanted):
        recorder.asserted = Asserted("==", remote, wanted)
        raise AssertionError


def _is_object(recorder: Recorder, at: int) -> None:
    found = recorder.result(at)
    if isinstance(found, Plain):
        value = value_text(found.value)
        raise AssertionError(said("expected an object, got {value}", value=value))


def _is_alike(got: Data, wanted: Data) -> bool:
    """Whether plain data is the same but for list or tuple, or tells the same truth."""
    if isinstance(wanted, list | tuple):
        return isinstance(got, list | tuple) and _all_same(got, wanted)
    return bool(got) == bool(wanted)


def _is_same(got: Data, wanted: Data) -> bool:
    """Whether plain data is the same, numbers within the tolerance unless both are whole."""
    if isinstance(got, int) and isinstance(wanted, int):
        return got == wanted
    if isinstance(got, int | float) and isinstance(wanted, int | float):
        return close(got, wanted)
    if type(got) is not type(wanted):
        return False
    if isinstance(got, list | tuple):
        return _all_same(got, wanted)
    if isinstance(got, Mapping):
        theirs: Any = wanted
        return got.keys() == theirs.keys() and all(_is_same(got[key], theirs[key]) for key in got)
    return bool(got == wanted)


def _all_same(got: Sequence[Data], wanted: Any) -> bool:
    return len(got) == len(wanted) and all(map(_is_same, got, wanted))
