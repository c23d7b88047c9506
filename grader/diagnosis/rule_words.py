"""What is said of an inferred rule: the fact with numbers, then one question. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.diagnosis.formula import Formula, Values
from grader.diagnosis.operations import Kind
from grader.diagnosis.rules import HOLDS, NEW, OLD, RulePart, Rules
from grader.model.report import Diagnosis
from grader.model.tolerance import close
from grader.text.message import Message
from grader.text.words import joined, listed, said

INFERRED = "inferred"
MOST_SENTENCES = 3


def diagnosis(
    rules: Rules, true: Rules, wrong: Sequence[RulePart], checks: Sequence[str]
) -> Diagnosis:
    """The diagnosis of an operation whose parts `wrong` follow other rules than the true ones."""
    operation = rules.operation
    told = [part for part in wrong if not _is_said_with(part, rules, wrong)]
    facts = [_fact(part, rules, true) for part in told[:MOST_SENTENCES]]
    sentences = [
        fact.short if at and fact.short and fact.where == facts[at - 1].where else fact.sentence
        for at, fact in enumerate(facts)
    ]
    if len(told) < len(wrong) and told[0].kind is Kind.AGAIN:
        sentences.insert(1, said("The same happens to `{input}`.", input=rules.names[1]))
    question = _question(told[0], rules)
    return Diagnosis(
        id=f"{operation.task}/{INFERRED}",
        title=said("`{text}` follows another rule than it should", text=operation.text),
        explanation=joined(" ", [*sentences, question]),
        checks=tuple(checks),
        rule="; ".join(_rule(part, rules) for part in wrong),
    )


def _is_said_with(part: RulePart, rules: Rules, wrong: Sequence[RulePart]) -> bool:
    """Whether the right input's gradients join as the left one's do."""
    left = RulePart(Kind.AGAIN, 0)
    if part != RulePart(Kind.AGAIN, 1) or left not in wrong:
        return False
    return str(rules.parts[part].formula) == str(rules.parts[left].formula)


def _rule(part: RulePart, rules: Rules) -> str:
    receiver = "out" if part.input == HOLDS else rules.names[part.input]
    kind = "" if part.kind is Kind.NODES else f"{part.kind} "
    return f"{kind}{receiver} <- {rules.parts[part].formula}"


class _Fact(NamedTuple):
    """What is said of a part, where it is so, and the same without the place."""

    where: tuple[str, str]
    sentence: Message
    short: Message | None = None


def _fact(part: RulePart, rules: Rules, true: Rules) -> _Fact:
    """What the part is and what it should be, at the first point where that differs."""
    rule, right = rules.parts[part], true.parts[part].formula
    pairs = zip(rule.rows, rule.wanted, strict=True)
    row = next(row for row, number in pairs if not close(right.at(row), number))
    used = rule.formula.names | right.names | {*rules.names, OLD, NEW}
    text = _text(part, rules)
    values = listed([_value(name, row, part) for name in row if name in used])
    got, true_one = _valued(rule.formula, row), _valued(right, row)
    name = rules.data if part.input == HOLDS else rules.names[part.input]
    told = {"text": text, "values": values, "name": name, "got": got, "right": true_one}
    if part.kind is Kind.AGAIN:
        joins = said(
            "In `{text}` with {values}: where `{name}` holds the gradient `old` already and is to "
            "receive `new`, it comes to {got}; {right} is right.",
            **told,
        )
        return _Fact((text, values), joins)
    if part.input == HOLDS:
        holds = said("In `{text}` with {values}, `{name}` is {got}; {right} is right.", **told)
        return _Fact((text, values), holds)
    return _Fact(
        (text, values),
        said(
            "In `{text}` with {values}, what reaches `{name}` is {got}; {right} is right.", **told
        ),
        said("What reaches `{name}` is {got}; {right} is right.", **told),
    )


def _value(name: str, row: Values, part: RulePart) -> str:
    value = _short(row[name])
    if part.kind is Kind.PLAIN and name == tuple(row)[1]:
        return said("the plain number {name} = {value}", name=name, value=value)
    return f"{name} = {value}"


def _question(part: RulePart, rules: Rules) -> Message:
    text = _text(part, rules)
    if part.kind is Kind.AGAIN:
        return said("What should become of a gradient that is already there?")
    if part.kind is Kind.PLAIN:
        return said("What does your code do otherwise when the right side is a plain number?")
    if part.kind is Kind.SAME:
        name = rules.names[0]
        return said("How often is `{name}` an input of `{text}`?", name=name, text=text)
    if part.input == HOLDS:
        return said("Which number should `{text}` hold?", text=text)
    return said(
        "By how much does `{text}` change when `{name}` changes a little, and what does that do to "
        "the gradient that arrived?",
        text=text,
        name=rules.names[part.input],
    )


def _text(part: RulePart, rules: Rules) -> str:
    """The operation as code; with one node as both inputs, `a * a`."""
    if part.kind is not Kind.SAME:
        return rules.operation.text
    left, right = rules.names
    return re.sub(rf"\b{right}\b", left, rules.operation.text)


def _valued(formula: Formula, row: Values) -> str:
    """The formula and what it gives, or the number alone where the formula is one."""
    number = _short(formula.at(row))
    return f"`{formula}` = {number}" if formula.names else number


def _short(number: float) -> str:
    return f"{number + 0.0:.6g}"
