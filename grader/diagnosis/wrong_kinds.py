"""Exceptions that a line of the learner's raised as a value is not of the kind it needs. Pure."""

from __future__ import annotations

import re

from grader.diagnosis.outline import Part, calls_without_brackets
from grader.diagnosis.scene import (
    NONE,
    NOT_CALLABLE,
    NUMBERS,
    WHICH_IS_NONE,
    Cause,
    CauseShape,
    Scene,
    asked,
    line_of,
    told_at,
)
from grader.text.words import said

OPERANDS = re.compile(
    r"(?:unsupported operand type\(s\) for \S+(?: or pow\(\))?: "
    r"|'[<>]=?' not supported between instances of )'(\w+)' and '(\w+)'"
)
NOT_ITERABLE = re.compile(r"'(\w+)' object is not (?:iterable|reversible)")
TEXT = re.compile(
    r"can't multiply sequence by non-int of type 'str'"
    r"|can only concatenate str "
    r"|unsupported operand type\(s\) for \S+: (?:'str' and '\w+'|'\w+' and 'str')"
    r"|'[<>]=?' not supported between instances of (?:'str' and '\w+'|'\w+' and 'str')"
)


def operands(scene: Scene, part: Part) -> Cause | None:
    """An operation or a comparison between what does not go together."""
    match = OPERANDS.fullmatch(scene.raised.message)
    if match is None:
        return None
    kinds, at = {match[1], match[2]}, {"kind": scene.kind, **told_at(scene, part)}
    if NONE in kinds:
        fact = said("Line {line}, in {function}, computes with None.", **at)
        return Cause(CauseShape.NONE_FOR_VALUE, line_of(scene, part), fact, WHICH_IS_NONE)
    if scene.kind not in kinds or not kinds & NUMBERS:
        return None
    fact = said("Line {line}, in {function}, puts a number and a whole {kind} together.", **at)
    move = said(
        "Which name in that line stands for the node, and which attribute holds its number?"
    )
    return Cause(CauseShape.NODE_FOR_NUMBER, line_of(scene, part), fact, move)


def iteration(scene: Scene, part: Part) -> Cause | None:
    """A loop, or `tuple(...)`, over what is no collection."""
    match = NOT_ITERABLE.fullmatch(scene.raised.message)
    if match is None:
        return None
    if match[1] == scene.kind and part is scene.method("__init__"):
        bare = _bare_inputs(scene)
        if bare is not None:
            return bare
    what = _single(scene, match[1])
    if not what:
        return None
    at = {"what": what, **told_at(scene, part)}
    fact = said("Line {line}, in {function}, goes through {what} as if it were a collection.", **at)
    move = said("What is meant to stand there, and where does it come from?")
    return Cause(CauseShape.NOT_ITERABLE, line_of(scene, part), fact, move)


def _bare_inputs(scene: Scene) -> Cause | None:
    name, code = asked(scene.step)
    method = scene.method(name)
    lines = calls_without_brackets(scene.kind, method) if method else []
    if method is None or len(lines) != 1:
        return None
    return Cause(
        CauseShape.INPUTS_NOT_IN_BRACKETS,
        method.qualname,
        said(
            "For `{code}`, `__init__` (line {line}) goes through the inputs and meets a single "
            "node instead of a collection.",
            code=code,
            line=scene.raised.line,
        ),
        said(
            "In line {line}: are the inputs in brackets of their own, with a comma, as in "
            "`(self,)`?",
            line=lines[0],
        ),
    )


def _single(scene: Scene, kind: str) -> str:
    if kind in NUMBERS:
        return said("a number")
    if kind == NONE:
        return said("None")
    return said("a node") if kind == scene.kind else ""


def calling(scene: Scene, part: Part) -> Cause | None:
    """A call of what is no function."""
    match = NOT_CALLABLE.fullmatch(scene.raised.message)
    what = _single(scene, match[1]) if match else ""
    if match is None or not what:
        return None
    at = {"what": what, **told_at(scene, part)}
    fact = said("Line {line}, in {function}, calls {what} as if it were a function.", **at)
    move = said("Which brackets in that line are too many, or is an operator missing before them?")
    if match[1] == NONE:
        move = said("Was a function stored there, or what it gave back when it was called?")
    return Cause(CauseShape.NOT_CALLABLE, line_of(scene, part), fact, move)


def texts(scene: Scene, part: Part) -> Cause | None:
    """A text where a number is meant."""
    if scene.raised.type_name != "TypeError" or not TEXT.match(scene.raised.message):
        return None
    at = told_at(scene, part)
    fact = said("Line {line}, in {function}, computes with a text where a number is meant.", **at)
    move = said("Which name in that line stands for a text, and where does it get its value?")
    return Cause(CauseShape.TEXT_FOR_NUMBER, line_of(scene, part), fact, move)


SHAPES = (operands, iteration, calling, texts)
