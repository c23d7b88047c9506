"""Exceptions that no line of the learner's raised: what was asked is not there, or not so. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from grader.diagnosis.outline import Part
from grader.diagnosis.scene import (
    NO_ATTRIBUTE,
    NOT_CALLABLE,
    QUOTED,
    Cause,
    CauseShape,
    Scene,
    asked,
    named,
    nearest,
)
from grader.text.words import said

UNSUPPORTED = re.compile(
    r"(?:unsupported operand type\(s\) for \S+(?: or pow\(\))?: '(\w+)'(?: and '(\w+)')?"
    r"|bad operand type for (?:unary .|abs\(\)): '(\w+)')"
)
PARAMETERS = re.compile(
    r"(\S+)\(\) (?:takes (?:from \d+ to )?(?P<takes>\d+) positional arguments?"
    r" but \d+ (?:was|were) given"
    r"|missing \d+ required (?:positional|keyword-only) arguments?: (?P<lacking>.+))"
)
PYTHONS_OWN = frozenset(dir(int)) | frozenset(dir(list)) | {"__call__", "__matmul__"}


def missing(scene: Scene) -> Cause | None:
    """The class has no such method."""
    name, code = asked(scene.step)
    message = scene.raised.message
    if scene.step.action == "op":
        match = UNSUPPORTED.fullmatch(message)
        kind = match and (match[1] or match[3])
    else:
        match = NO_ATTRIBUTE.match(message)
        kind = match and match[2] == name and match[1]
    held = scene.outline.part(scene.kind)
    if not name or kind != scene.kind or held is None or scene.raised.line is not None:
        return None
    mine = scene.method(name)
    if mine is not None:
        return _not_implemented(scene, mine, code)
    elsewhere = [part for part in scene.outline.parts if part.name == name and not part.is_class]
    if len(elsewhere) == 1:
        return _misplaced(scene, elsewhere[0], code)
    if name in scene.outline.words:  # set in some other way
        return None
    fact = said(
        "`{code}` asks for the method `{name}`, and the class {kind} has none.",
        code=code,
        name=name,
        kind=scene.kind,
    )
    near = nearest(name, {p.name for p in held.parts if p.name not in PYTHONS_OWN})
    if not near:
        move = said("Is it not written yet, or has it another name?")
    else:
        line = next(part.line for part in held.parts if part.name == near)
        move = said("Is `{near}` in line {line} meant to be it?", near=near, line=line)
    return Cause(CauseShape.MISSING_METHOD, name, fact, move)


def _not_implemented(scene: Scene, part: Part, code: str) -> Cause | None:
    given = [
        line
        for statement in part.statements
        for (token, line), (after, _) in pairwise(statement)
        if (token, after) == ("return", "NotImplemented")
    ]
    if len(given) != 1 or scene.step.action != "op":
        return None
    return Cause(
        CauseShape.NOT_IMPLEMENTED,
        part.qualname,
        said(
            "For `{code}` Python asked `{name}`, which returned NotImplemented (line {line}).",
            code=code,
            name=part.name,
            line=given[0],
        ),
        said("Is it not written yet, or does it refuse what it should take?"),
    )


def _misplaced(scene: Scene, part: Part, code: str) -> Cause | None:
    outer = part.parent
    if outer is None or outer.is_class:
        return None
    name, line = part.name, part.line
    fact = said(
        "`{code}` asks for the method `{name}`, and the class {kind} has none.",
        code=code,
        name=name,
        kind=scene.kind,
    )
    if outer.name:
        move = said(
            "The one in line {line} stands inside `{outer}`: how far is it to be indented?",
            line=line,
            outer=outer.name,
        )
    else:
        move = said(
            "The one in line {line} stands outside the class: how far is it to be indented?",
            line=line,
        )
    return Cause(CauseShape.MISPLACED_METHOD, name, fact, move)


def parameters(scene: Scene) -> Cause | None:
    """A function of the learner's was called with more or fewer values than it takes."""
    match = PARAMETERS.fullmatch(scene.raised.message)
    part = scene.outline.part(match[1]) if match else None
    if match is None or part is None or part.is_class or part.is_decorated:
        return None
    code = asked(scene.step)[1] or f"{part.name}(...)"
    if scene.raised.line is not None:
        if part.name == "__init__":
            return _arguments(scene, part)
    elif scene.called is not part:
        return None
    elif match["takes"] and "self" not in part.parameters and part.uses("self"):
        return _without_self(part, code)
    lacking = QUOTED.findall(match["lacking"] or "")
    if match["takes"]:
        return _takes_others(scene, part, code)
    if len(lacking) != 1 or lacking[0] not in part.parameters:
        return None
    call = f"`{code}`"
    if scene.raised.line is not None:
        call = said("line {line}", line=scene.raised.line)
    fact = said(
        "{function} (line {line}) has the parameter `{name}`, and {call} hands nothing over for "
        "it.",
        function=named(part),
        line=part.line,
        name=lacking[0],
        call=call,
    )
    move = said("Does it need that parameter?")
    return Cause(CauseShape.WRONG_PARAMETERS, part.qualname, fact, move)


def _takes_others(scene: Scene, part: Part, code: str) -> Cause:
    values = {
        "function": named(part),
        "line": part.line,
        "parameters": ", ".join(part.parameters),
    }
    if scene.raised.line is None and scene.step.action == "new":
        fact = said(
            "{function} (line {line}) has the parameters `({parameters})`, and `{code}` hands over "
            "{given}.",
            code=code,
            given=len(scene.step.operands),
            **values,
        )
    elif scene.raised.line is None:
        fact = said(
            "{function} (line {line}) has the parameters `({parameters})`, and `{code}` hands over "
            "{given}, the node itself among them.",
            code=code,
            given=len(scene.step.operands),
            **values,
        )
    else:
        fact = said(
            "{function} (line {line}) has the parameters `({parameters})`, and line {caller} hands "
            "over more.",
            caller=scene.raised.line,
            **values,
        )
    move = said("Which parameter is missing, or which value is too many?")
    return Cause(CauseShape.WRONG_PARAMETERS, part.qualname, fact, move)


def _without_self(part: Part, code: str) -> Cause:
    return Cause(
        CauseShape.MISSING_SELF,
        part.qualname,
        said(
            "`{code}` hands the node itself to `{name}` first, and line {line} has no `self` "
            "to take it.",
            code=code,
            name=part.name,
            line=part.line,
        ),
        said("What is the first parameter of every method?"),
    )


def _arguments(scene: Scene, part: Part) -> Cause | None:
    caller = scene.part
    if caller is None:
        return None
    return Cause(
        CauseShape.WRONG_ARGUMENTS,
        caller.qualname,
        said(
            "Line {line}, in {function}, hands {kind} more or fewer values than "
            "`({parameters})` takes.",
            line=scene.raised.line,
            function=named(caller),
            kind=scene.kind,
            parameters=", ".join(part.parameters[1:]),
        ),
        said("Which value stands for which parameter, and are the brackets complete?"),
    )


def overwritten(scene: Scene) -> Cause | None:
    """A method was called that an attribute of its name hides."""
    name, code = asked(scene.step)
    match = NOT_CALLABLE.fullmatch(scene.raised.message)
    if match is None or scene.step.action != "method" or scene.raised.line is not None:
        return None
    lines = set(_assigning(scene, name))
    if scene.method(name) is None or len(lines) != 1:
        return None
    return Cause(
        CauseShape.OVERWRITTEN_METHOD,
        name,
        said(
            "`{code}` found something other than the method: line {line} stores a value under "
            "the same name.",
            code=code,
            line=lines.pop(),
        ),
        said("Which other name is that value meant for?"),
    )


def _assigning(scene: Scene, name: str) -> Iterator[int]:
    for statement in scene.outline.statements:
        for (dot, _), (token, line), (sign, _) in zip(
            statement, statement[1:], statement[2:], strict=False
        ):
            if (dot, token, sign) == (".", name, "="):
                yield line


SHAPES = (missing, parameters, overwritten)
