"""An exception of a submission, what was asked when it was raised, and whose code raised it. Pure.

All that is told of an exception is read from Python's own message, the program and the source; a
name is told only where the source holds it. So nothing that a hidden check sent is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple

from grader.diagnosis.outline import LOCALS, Outline, Part
from grader.model.check import CheckRecord
from grader.model.exercise import Contract
from grader.model.program import Plain, Raised, Ref, Step
from grader.program.listing import PREFIXES, SYMBOLS
from grader.text.words import joined, said

NO_ATTRIBUTE = re.compile(r"'(\w+)' object has no attribute '(\w+)'")
QUOTED = re.compile(r"'(\w+)'")
NOT_CALLABLE = re.compile(r"'(\w+)' object is not callable")
NUMBERS = frozenset({"int", "float"})
NONE = "NoneType"

WHICH_IS_NONE = said("Which name in that line is None, and where did it get its value?")


class CauseShape(StrEnum):
    """What happened, as the second half of a diagnosis's id."""

    GAVE_NONE = "GaveNone"
    GAVE_NUMBER = "GaveNumber"
    MISSING_METHOD = "MissingMethod"
    MISPLACED_METHOD = "MisplacedMethod"
    NOT_IMPLEMENTED = "ReturnsNotImplemented"
    MISSING_SELF = "MissingSelf"
    WRONG_PARAMETERS = "WrongParameters"
    WRONG_ARGUMENTS = "WrongArguments"
    CALLS_WITHOUT_END = "CallsWithoutEnd"
    UNKNOWN_NAME = "UnknownName"
    USED_BEFORE_SET = "UsedBeforeSet"
    NUMBER_FOR_NODE = "NumberForNode"
    NONE_FOR_VALUE = "NoneForValue"
    UNKNOWN_ATTRIBUTE = "UnknownAttribute"
    ATTRIBUTE_NOT_SET = "AttributeNotSet"
    NODE_FOR_NUMBER = "NodeForNumber"
    INPUTS_NOT_IN_BRACKETS = "InputsNotInBrackets"
    NOT_ITERABLE = "NotIterable"
    NOT_CALLABLE = "NotCallable"
    OVERWRITTEN_METHOD = "OverwrittenMethod"
    TEXT_FOR_NUMBER = "TextForNumber"
    HOLDS_NO_NUMBER = "HoldsNoNumber"
    SUPER_HAS_NOT = "SuperHasNot"
    OWN_RAISE = "OwnRaise"
    STOPS_AT_LINE = "StopsAtLine"


# a class is counted by a shape's id, so its title says nothing of one learner's file
TITLES = {
    CauseShape.GAVE_NONE: said("An operation gives None"),
    CauseShape.GAVE_NUMBER: said("An operation gives a plain number"),
    CauseShape.MISSING_METHOD: said("The class has no method of the name that is asked for"),
    CauseShape.MISPLACED_METHOD: said("A method does not stand in the class"),
    CauseShape.NOT_IMPLEMENTED: said("A method returns NotImplemented"),
    CauseShape.MISSING_SELF: said("A method has no `self`"),
    CauseShape.WRONG_PARAMETERS: said(
        "A function is called with more or fewer values than it takes"
    ),
    CauseShape.WRONG_ARGUMENTS: said(
        "A node is made with more or fewer values than `__init__` takes"
    ),
    CauseShape.CALLS_WITHOUT_END: said("Functions call each other without end"),
    CauseShape.UNKNOWN_NAME: said("A name is used that is not defined"),
    CauseShape.USED_BEFORE_SET: said("A name is used before it has a value"),
    CauseShape.NUMBER_FOR_NODE: said("A plain number is asked for what it does not have"),
    CauseShape.NONE_FOR_VALUE: said("None stands where a value is needed"),
    CauseShape.UNKNOWN_ATTRIBUTE: said("A node is asked for an attribute that it does not have"),
    CauseShape.ATTRIBUTE_NOT_SET: said("`__init__` leaves out an attribute"),
    CauseShape.NODE_FOR_NUMBER: said("A whole node stands where its number is meant"),
    CauseShape.INPUTS_NOT_IN_BRACKETS: said("A single node stands where the inputs belong"),
    CauseShape.NOT_ITERABLE: said("Something that is no collection is used as one"),
    CauseShape.NOT_CALLABLE: said("Something that is no function is called"),
    CauseShape.OVERWRITTEN_METHOD: said("A method is hidden by a value of the same name"),
    CauseShape.TEXT_FOR_NUMBER: said("A text stands where a number is meant"),
    CauseShape.HOLDS_NO_NUMBER: said("An attribute holds something that is no number"),
    CauseShape.SUPER_HAS_NOT: said("`super()` is asked for what it does not have"),
    CauseShape.OWN_RAISE: said("The code's own `raise` or `assert` is reached"),
    CauseShape.STOPS_AT_LINE: said("A line of the code cannot be carried out"),
}

CauseKey = tuple[CauseShape, str]
"""A cause's shape and place."""


class Cause(NamedTuple):
    """A shape, the place that it is about, and the words: the fact, the next move."""

    shape: CauseShape
    where: str
    fact: str
    move: str

    @property
    def key(self) -> CauseKey:
        """By which two causes are the same."""
        return self.shape, self.where

    @property
    def title(self) -> str:
        """What happened, in a few words."""
        return TITLES[self.shape]

    @property
    def explanation(self) -> str:
        """The fact and the next move."""
        return joined(" ", (self.fact, self.move))


def quoted_class(contract: Contract, message: str) -> str:
    """The graded class that a message has between quotes; empty where it names none."""
    quoted = set(QUOTED.findall(message))
    return next((one for one in contract.classes if one.rpartition(".")[2] in quoted), "")


class Scene(NamedTuple):
    """The exception that ends a record, and the source that it is about."""

    record: CheckRecord
    at: int
    raised: Raised
    outline: Outline
    contract: Contract

    @property
    def address(self) -> str:
        """The graded class that is meant: the one that the exception names, else the first."""
        return quoted_class(self.contract, self.raised.message) or self.contract.class_name

    @property
    def kind(self) -> str:
        """The name of that class."""
        return self.address.rpartition(".")[2]

    @property
    def required(self) -> Sequence[str]:
        """The attributes that its objects have to have."""
        return self.contract.requires.get(self.address, ())

    @property
    def step(self) -> Step:
        """What was asked."""
        return self.record.steps[self.at]

    @property
    def part(self) -> Part | None:
        """The learner's function that it was raised in, without comprehensions and lambdas."""
        name = self.raised.function
        while name.endswith(">") and LOCALS in name:
            name = name.rpartition(LOCALS)[0]
        return self.outline.part(name)

    @property
    def words(self) -> list[str]:
        """The tokens of the learner's line that it was raised in."""
        return self.outline.at(self.raised.line)

    @property
    def called(self) -> Part | None:
        """The learner's function or method that the step asks for by itself."""
        if self.step.action == "new" and self.step.name in self.contract.functions:
            return self.outline.part(self.contract.place(self.step.name)[1])
        return self.method(asked(self.step)[0])

    def method(self, name: str) -> Part | None:
        """The class's own method of that name."""
        return self.outline.part(f"{self.kind}.{name}")

    def result_of(self, operand: object) -> tuple[Step, object] | None:
        """The step behind an operand, and the plain data that it gave; None for all else."""
        if not isinstance(operand, Ref) or operand.step >= len(self.record.results):
            return None
        result = self.record.results[operand.step]
        if not isinstance(result, Plain):
            return None
        return self.record.steps[operand.step], result.value


def asked(step: Step) -> tuple[str, str]:
    """The method that a step asks for, and the step as code; no method where that is not sure."""
    if step.action == "method":
        return step.name, f"a.{step.name}()"
    if step.action == "op" and step.operands and isinstance(step.operands[0], Ref):
        if step.name in PREFIXES and len(step.operands) == 1:
            return f"__{step.name}__", f"{PREFIXES[step.name]}a"
        if step.name in SYMBOLS and len(step.operands) == 2:
            return f"__{step.name}__", f"a {SYMBOLS[step.name]} b"
    return "", ""


def named(part: Part) -> str:
    """`__mul__`, or `_backward` in `__mul__`, with its backticks."""
    outer = part.parent
    if outer is None or outer.is_class or not outer.name:
        return f"`{part.name}`"
    return said("`{inner}` in `{outer}`", inner=part.name, outer=outer.name)


def line_of(scene: Scene, part: Part) -> str:
    """The place of a cause that is one line of a function."""
    return f"{part.qualname}:{scene.raised.line}"


def told_at(scene: Scene, part: Part) -> dict[str, object]:
    """The learner's line and function, as values of a sentence."""
    return {"line": scene.raised.line, "function": named(part)}


def nearest(name: str, names: set[str]) -> str:
    """The name that is most like this one; empty where none is."""
    plain = {one.strip("_").lower(): one for one in sorted(names) if one.strip("_") != ""}
    found = get_close_matches(name.strip("_").lower(), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found and plain[found[0]] != name else ""
