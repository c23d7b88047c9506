"""A value of a node that is no number, where a check reads one. Pure."""

from __future__ import annotations

from grader.diagnosis.scene import Cause, CauseShape, asked
from grader.model.check import CheckRecord
from grader.model.program import Comparison, Handle, Many, Number, Plain, Ref
from grader.program.evidence import first_wrong
from grader.text.clean import clean_text
from grader.text.words import said


def no_number(record: CheckRecord) -> Cause | None:
    """What the check's first wrong value is, where it is no number."""
    wrong = first_wrong(record.comparisons)
    what = _kind_of(_read(record, wrong)) if wrong else ""
    if wrong is None or not what:
        return None
    _, code = asked(record.steps[wrong.step])
    values = {"field": wrong.field, "what": what}
    if code:
        fact = said(
            "The `{field}` of `{code}` is {what} where a number is meant.", code=code, **values
        )
    else:
        fact = said("The `{field}` of a node is {what} where a number is meant.", **values)
    move = said(
        "Which line gives `{field}` its value, and what does its right side come to?", **values
    )
    return Cause(CauseShape.HOLDS_NO_NUMBER, wrong.field, fact, move)


def _read(record: CheckRecord, wrong: Comparison) -> Number | Plain | Handle | None:
    """What the program's last `read` gave for a value."""
    read, result = record.steps[len(record.results) - 1], record.results[-1]
    if not isinstance(result, Many):
        return None
    places = [(o.step, f) for o in read.operands if isinstance(o, Ref) for f in read.name.split()]
    return dict(zip(places, result.values, strict=False)).get((wrong.step, wrong.field))


def _kind_of(value: Number | Plain | Handle | None) -> str:
    if isinstance(value, Handle):
        return said("an object of type {kind}", kind=clean_text(value.type_name, limit=60))
    if not isinstance(value, Plain) or isinstance(value.value, int | float):
        return ""
    return said("None") if value.value is None else said("a text")
