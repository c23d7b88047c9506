"""Exceptions of a step that used what an earlier operation gave: None, or a number. Pure."""

from __future__ import annotations

from grader.diagnosis.outline import Part
from grader.diagnosis.scene import Cause, CauseShape, Scene, asked
from grader.text.words import said


def gave_nothing(scene: Scene) -> Cause | None:
    """An earlier operation gave None, or a number, and this step needs an object."""
    for operand in scene.step.operands:
        made = scene.result_of(operand)
        if made is None or isinstance(made[1], bool | str):
            continue
        step, value = made
        name, code = asked(step)
        part = scene.method(name)
        if part is None:
            continue
        if value is None and "'NoneType'" in scene.raised.message:
            return _gave_none(part, code)
        is_first = operand == scene.step.operands[0] and scene.raised.type_name == "AttributeError"
        if is_first and f"'{type(value).__name__}'" in scene.raised.message:
            return Cause(
                CauseShape.GAVE_NUMBER,
                part.qualname,
                said(
                    "`{code}` gave a plain number, and the next step needs a {kind}.",
                    code=code,
                    kind=scene.kind,
                ),
                said("What does the `return` of `{name}` give back?", name=part.name),
            )
    return None


def _gave_none(part: Part, code: str) -> Cause:
    name, line = part.name, part.line
    fact = said("`{code}` gave None, and the next step used it.", code=code)
    if part.is_empty:
        move = said(
            "The body of `{name}` (line {line}) does nothing: is it not written yet?",
            name=name,
            line=line,
        )
    elif part.returns:
        move = said("Does every way through `{name}` end with a `return`?", name=name)
    elif inner := next((one for one in part.parts if one.returns), None):
        move = said(
            "The only `return` stands inside `{inner}` (line {line}): does `{name}` end with one?",
            inner=inner.name,
            line=inner.line,
            name=name,
        )
    else:
        move = said(
            "`{name}` (line {line}) returns nothing: does it end with `return`?",
            name=name,
            line=line,
        )
    return Cause(CauseShape.GAVE_NONE, part.qualname, fact, move)
