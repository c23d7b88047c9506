"""Exceptions that a line of the learner's raised by a name, an attribute or a call. Pure.

Python's messages are those of 3.11 to 3.14; of a stack overflow only the type is the same in all.
"""

from __future__ import annotations

import re
from itertools import pairwise

from grader.diagnosis.outline import Part
from grader.diagnosis.scene import (
    NO_ATTRIBUTE,
    NONE,
    NUMBERS,
    WHICH_IS_NONE,
    Cause,
    CauseShape,
    Scene,
    line_of,
    nearest,
    told_at,
)
from grader.text.words import listed, said

NAME = re.compile(r"name '(\w+)' is not defined.*")
UNSET = re.compile(
    r"(?:cannot access local variable|local variable) '(\w+)' "
    r"(?:where it is not associated with a value|referenced before assignment)"
)
SUPER = re.compile(r"'super' object has no attribute '\w+'|object\.__init__\(\) takes ")


def own_raise(scene: Scene, part: Part) -> Cause | None:
    """A `raise` or `assert` of the learner's own."""
    words, kind = scene.words, scene.raised.type_name
    word = words[0] if words else ""
    # what is raised may itself raise
    is_own = kind in words or len(words) < 3 if word == "raise" else kind == "AssertionError"
    if word not in ("raise", "assert") or not is_own or kind == "NotImplementedError":
        return None
    at = told_at(scene, part)
    if word == "raise":
        fact = said("The `raise` in line {line}, in {function}, was reached.", **at)
        move = said("Is it still needed there?")
    else:
        fact = said("What line {line} asserts, in {function}, is not so.", **at)
        move = said("Is the assertion right, or are the values not as you expect?")
    return Cause(CauseShape.OWN_RAISE, line_of(scene, part), fact, move)


def without_end(scene: Scene, part: Part) -> Cause | None:
    """Calls that never end."""
    if scene.raised.type_name != "RecursionError":
        return None
    at = told_at(scene, part)
    fact = said(
        "Line {line}, in {function}, is reached by calls that call each other without end, until "
        "Python stops them.",
        **at,
    )
    move = said("Which call in that line, or in its caller, leads back to {function}?", **at)
    return Cause(CauseShape.CALLS_WITHOUT_END, part.qualname, fact, move)


def names(scene: Scene, part: Part) -> Cause | None:
    """A name that nothing defines, or that has no value yet."""
    message, kind = scene.raised.message, scene.raised.type_name
    match = NAME.fullmatch(message) or UNSET.fullmatch(message)
    if match is None or match[1] not in scene.words:
        return None
    name = match[1]
    at = {"name": name, **told_at(scene, part)}
    if kind == "UnboundLocalError":
        fact = said(
            "Line {line} uses `{name}` before it has a value: as {function} assigns to it, Python "
            "takes it for a name of that function alone.",
            **at,
        )
        move = said("Which name is meant: an attribute, or one that the function has already?")
        return Cause(CauseShape.USED_BEFORE_SET, line_of(scene, part), fact, move)
    if kind != "NameError":
        return None
    fact = said("Line {line}, in {function}, uses the name `{name}`, which is not defined.", **at)
    return Cause(
        CauseShape.UNKNOWN_NAME, line_of(scene, part), fact, _name_meant(scene, part, name)
    )


def _name_meant(scene: Scene, part: Part, name: str) -> str:
    if name in _attributes(scene):
        return said("Is it an attribute, such as `self.{name}` or `out.{name}`?", name=name)
    near = nearest(name, _scope(part) - {name})
    if near:
        return said("Is `{near}` meant?", near=near)
    return said("Where does it get its value, and under which name?")


def attributes(scene: Scene, part: Part) -> Cause | None:
    """An attribute that the object does not have."""
    match = NO_ATTRIBUTE.match(scene.raised.message)
    if match is None or scene.raised.type_name != "AttributeError" or match[2] not in scene.words:
        return None
    kind, at = match[1], {"name": match[2], **told_at(scene, part)}
    if kind in NUMBERS:
        fact = said(
            "Line {line}, in {function}, asks a plain number for `.{name}`, which it does not "
            "have.",
            **at,
        )
        move = said("Which name in that line stands for a plain number?")
        return Cause(CauseShape.NUMBER_FOR_NODE, line_of(scene, part), fact, move)
    if kind == NONE:
        fact = said("Line {line}, in {function}, asks None for `.{name}`.", **at)
        return Cause(CauseShape.NONE_FOR_VALUE, line_of(scene, part), fact, WHICH_IS_NONE)
    if kind != scene.kind:
        return None
    return not_set(scene) or _unknown_attribute(scene, part, match[2])


def _unknown_attribute(scene: Scene, part: Part, name: str) -> Cause:
    at = {"name": name, **told_at(scene, part)}
    near = nearest(name, _attributes(scene) - {name})
    move = said("Which attributes does `__init__` set?")
    if near:
        move = said("Is `.{near}` meant?", near=near)
    return Cause(
        CauseShape.UNKNOWN_ATTRIBUTE,
        line_of(scene, part),
        said(
            "Line {line}, in {function}, asks a node for `.{name}`, and a node has no such "
            "attribute.",
            **at,
        ),
        move,
    )


def not_set(scene: Scene) -> Cause | None:
    """A graded attribute that `__init__` does not set."""
    match = NO_ATTRIBUTE.match(scene.raised.message)
    init = scene.method("__init__")
    if match is None or scene.raised.type_name != "AttributeError" or init is None:
        return None
    name = match[2]
    if match[1] != scene.kind or name not in scene.required:
        return None
    if name not in scene.outline.attributes and scene.raised.line is None:
        renamed = _renamed(scene, init, name)
        if renamed is not None:
            return renamed
    if init.uses(name):
        return None
    return Cause(
        CauseShape.ATTRIBUTE_NOT_SET,
        name,
        said(
            "A node was asked for `.{name}` and has none: `__init__` (line {line}) does not set "
            "it.",
            name=name,
            line=init.line,
        ),
        said("Which value does it have before anything is computed?"),
    )


def _renamed(scene: Scene, init: Part, name: str) -> Cause | None:
    """The class has another name for what is graded."""
    others = [one for one in _set_in(init) if one[0] != "_" and one not in scene.required]
    if not others:
        return None
    return Cause(
        CauseShape.ATTRIBUTE_NOT_SET,
        name,
        said(
            "The exercise asks every node for {required}, by these names, and yours has no "
            "`{name}`.",
            required=listed([f"`{one}`" for one in scene.required]),
            name=name,
        ),
        said(
            "Is it called {names} in `__init__` (line {line})?",
            names=listed([f"`{one}`" for one in others[:3]]),
            line=init.line,
        ),
    )


def _set_in(init: Part) -> list[str]:
    """The attributes that a constructor sets, in their order."""
    found = [
        statement[2][0]
        for statement in init.statements
        if [token for token, _ in statement[:2]] == ["self", "."]
        and len(statement) > 3
        and statement[3][0] in ("=", ":")
    ]
    return list(dict.fromkeys(found))


def supers(scene: Scene, part: Part) -> Cause | None:
    """What the class below has not, or not so."""
    message = scene.raised.message
    if "super" not in scene.words or not SUPER.match(message):
        return None
    at = told_at(scene, part)
    fact = said(
        "Line {line}, in {function}, asks `super()`, the class that {kind} is built on, for "
        "something that it does not have or take.",
        kind=scene.kind,
        **at,
    )
    return Cause(
        CauseShape.SUPER_HAS_NOT,
        line_of(scene, part),
        fact,
        said("What is that line meant to do?"),
    )


MODULE_ERRORS = ("ImportError", "ModuleNotFoundError")


def stops(scene: Scene, part: Part) -> Cause | None:
    """Another exception of Python's own, at a line of the learner's."""
    raised = scene.raised
    what = {
        "ZeroDivisionError": said("divides by zero"),
        "IndexError": said("asks for a place that the collection does not have"),
        "KeyError": said("asks a dict for a key that it does not have"),
        **dict.fromkeys(MODULE_ERRORS, said("needs a module that is not installed here")),
    }.get(raised.type_name)
    if raised.type_name == "ValueError" and "values to unpack (expected" in raised.message:
        what = said("unpacks a collection that has another number of items than there are names")
    if what is None:
        return None
    at = told_at(scene, part)
    fact = said("Line {line}, in {function}, {what}.", what=what, **at)
    move = said("Which values do the names in that line have then?")
    if raised.type_name in MODULE_ERRORS:
        move = said("How can it be written with Python's own operations?")
    return Cause(CauseShape.STOPS_AT_LINE, line_of(scene, part), fact, move)


def _attributes(scene: Scene) -> set[str]:
    """Names that `self` is asked for anywhere, and the class's methods."""
    held = scene.outline.part(scene.kind)
    methods = {part.name for part in held.parts} if held else set[str]()
    return methods | scene.outline.attributes


def _scope(part: Part) -> set[str]:
    """Names that the function can see."""
    seen = set[str]()
    within: Part | None = part
    while within is not None:
        if not within.is_class:
            seen.update(within.parameters, (inner.name for inner in within.parts))
            for statement in within.statements:
                words = [token for token, _ in statement]
                seen.update(name for name, sign in pairwise(words) if sign == "=")
        within = within.parent
    return {name for name in seen if name.isidentifier()}


SHAPES = (names, attributes, own_raise, without_end, supers, stops)
