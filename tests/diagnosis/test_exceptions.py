"""What an exception tells by itself: by shape, and a near twin that must not be named so."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from grader.diagnosis.exceptions import with_exceptions
from grader.diagnosis.observations import Findings
from grader.diagnosis.outline import Outline
from grader.diagnosis.scene import TITLES, CauseShape
from grader.intake import take as intake
from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility
from grader.model.program import Comparison, Handle, Many, Plain, Program, Raised, Ref, Step
from grader.model.report import Diagnosis
from tests import submitted
from tests.submitted import EXERCISE, REFERENCE, graded

changed = partial(submitted.changed, most=1)

NOTHING = Findings()

LEAF = Step("new", "Value", (2.0,))
MUL = Step("op", "mul", (Ref(0), Ref(0)))
RELU = Step("method", "relu", (Ref(0),))
BACKWARD = Step("method", "backward", (Ref(1),))
NODE = Handle(0, "Value")

UNSUPPORTED = "unsupported operand type(s) for *: 'Value' and 'Value'"
MUL_LINE = 'out = Value(self.data * other.data, (self, other), "*")'


def line_of(source: str, code: str) -> int:
    return next(n for n, line in enumerate(source.splitlines(), 1) if code in line)


def record(last, *before, check="mul/one", steps=(LEAF, MUL, BACKWARD), visible=True):
    """A failing check that ends in `last`, after steps that gave what `before` says."""
    seen = Visibility.VISIBLE if visible else Visibility.HIDDEN
    spec = CheckSpec(check, check.partition("/")[0], check, 1, seen)
    results = (NODE, *before, last)
    program = Program.of(steps[: len(results)])
    return CheckRecord(spec, Outcome.ERROR, program=program, results=results)


def told(source: str, *records: CheckRecord, varying=(), found=NOTHING) -> Findings:
    taken = intake.take_source("value.py", source.encode(), EXERCISE.module_file)
    places = {check: frozenset({0}) for check in varying}
    return with_exceptions(EXERCISE, taken, records, places, found)


def one(source: str, *records: CheckRecord) -> Diagnosis | None:
    named = [d for each in told(source, *records).diagnoses.values() for d in each]
    assert len(named) < 2
    return named[0] if named else None


def shape(source: str, *records: CheckRecord) -> str:
    found = one(source, *records)
    return found.id.partition("/")[2] if found else ""


def inside(source: str, kind: str, message: str, code: str, function="__mul__", steps=None):
    """A record whose exception a line of the source raised."""
    raised = Raised(kind, message, line_of(source, code), f"Value.{function}", "value.py")
    if "_backward" in function:
        return record(raised, NODE)
    return record(raised, steps=steps or (LEAF, MUL))


def outside(kind: str, message: str, step: Step = MUL) -> CheckRecord:
    """A record whose exception no line of the learner's raised."""
    return record(Raised(kind, message), steps=(LEAF, step))


def test_every_shape_has_a_title():
    assert set(TITLES) == set(CauseShape)


def test_the_reference_lists_every_shape():
    text = Path("docs/reference.md").read_text("utf-8")
    section = text.partition("### What exceptions show")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    listed = [name.strip("` ") for row in rows for name in row.split(",")]
    assert sorted(listed) == sorted(CauseShape)


# --- values that are no numbers ---------------------------------------------------------------


def holding(value, check="mul/one") -> CheckRecord:
    """A failing check that reads this value as the product's `data`."""
    spec = CheckSpec(check, check.partition("/")[0], check, 1, Visibility.VISIBLE)
    read = Step("read", "data grad", (Ref(0), Ref(1)))
    got = value if isinstance(value, float) else "no number"
    wrong = Comparison(1, "data", "forward", 4.0, got, ok=False)
    return CheckRecord(
        spec,
        Outcome.FAILED,
        program=Program.of((LEAF, MUL, read)),
        results=(NODE, Handle(1, "Value"), Many((2.0, 0.0, value, 0.0))),
        comparisons=(wrong,),
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Plain(None), "is None"),
        (Plain("4.0"), "is a text"),
        (Handle(3, "tuple"), "is an object of type tuple"),
    ],
    ids=["None", "text", "tuple"],
)
def test_a_value_that_is_no_number_is_told(value, words):
    found = one(REFERENCE, holding(value))
    assert found.id == "mul/HoldsNoNumber"
    assert f"The `data` of `a * b` {words} where a number is meant" in found.explanation


def test_it_comes_before_the_lines_that_compute_with_it():
    none = "unsupported operand type(s) for *: 'NoneType' and 'NoneType'"
    raised = [inside(REFERENCE, "TypeError", none, MUL_LINE)] * 2
    (told_of,) = told(REFERENCE, *raised, holding(Plain(None))).diagnoses.values()
    assert [each.id for each in told_of] == ["mul/HoldsNoNumber", "mul/NoneForValue"]


def test_a_wrong_number_is_told_as_nothing_of_the_kind():
    assert shape(REFERENCE, holding(5.0)) == ""
    assert shape(REFERENCE, holding(5.0), holding(Plain(None), "mul/two")) == ""


# --- what an earlier operation gave -----------------------------------------------------------


NONE = Raised("AttributeError", "'NoneType' object has no attribute 'backward'")


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("pass", "returns nothing"),
        ("if self: return out", "every way"),
    ],
)
def test_what_gave_none_is_told_where_it_is_used(new, words):
    head, _, tail = REFERENCE.partition("    def relu")
    start, end, rest = head.rpartition("        return out\n")
    source = f"{start}        {new}\n{rest}    def relu{tail}"
    found = one(source, record(NONE, Plain(None)))
    assert end
    assert found.id == "mul/GaveNone"
    assert "`a * b` gave None" in found.explanation
    assert words in found.explanation


def test_a_body_that_does_nothing_is_asked_about():
    source = (
        "class Value:\n    def __mul__(self, other):\n        '''The product.'''\n        ...\n"
    )
    assert "not written yet" in one(source, record(NONE, Plain(None))).explanation


def test_a_return_inside_another_function_is_told():
    source = (
        "class Value:\n  def __mul__(self, o):\n    def _backward():\n      return 1\n    out = 1\n"
    )
    assert "inside `_backward` (line 3)" in one(source, record(NONE, Plain(None))).explanation


def test_a_number_instead_of_an_object_is_told():
    last = Raised("AttributeError", "'float' object has no attribute 'backward'")
    assert shape(REFERENCE, record(last, Plain(4.0))) == "GaveNumber"


def test_what_read_none_of_an_object_is_not_what_gave_none():
    """`data` that is None is no operation that gave None."""
    steps = (LEAF, Step("get", "data", (Ref(0),)), Step("op", "mul", (Ref(1), Ref(0))))
    last = Raised("TypeError", "unsupported operand type(s) for *: 'NoneType' and 'Value'")
    assert shape(REFERENCE, record(last, Plain(None), steps=steps)) == ""


def test_an_exception_that_is_not_about_none_is_not_blamed_on_it():
    last = Raised("KeyError", "'x'")
    assert shape(REFERENCE, record(last, Plain(None))) == ""


# --- what the class does not have -------------------------------------------------------------


@pytest.mark.parametrize("name", ["__ml__", "__Mul__", "_mul_", "__mult__", "mul"])
def test_a_misspelt_method_is_told_with_its_line(name):
    source = changed(("def __mul__", f"def {name}"))
    found = one(source, outside("TypeError", UNSUPPORTED))
    assert found.id == "mul/MissingMethod"
    assert f"`{name}` in line {line_of(source, f'def {name}')}" in found.explanation


def test_a_misspelt_method_that_is_called_by_name_is_told():
    source = changed(("def relu", "def ReLU"))
    found = one(source, outside("AttributeError", "'Value' object has no attribute 'relu'", RELU))
    assert "`ReLU`" in found.explanation


def test_a_method_of_pythons_own_is_no_misspelling():
    source = changed(("def __mul__", "def __rmul__"))
    found = one(source, outside("TypeError", UNSUPPORTED))
    assert found.id == "mul/MissingMethod"
    assert "__rmul__" not in found.explanation


def test_a_method_inside_another_is_told():
    head, _, tail = REFERENCE.partition("    def __mul__")
    body, _, rest = tail.partition("    def relu")
    moved = "".join(f"    {line}\n" for line in f"    def __mul__{body}".splitlines())
    found = one(f"{head}{moved}    def relu{rest}", outside("TypeError", UNSUPPORTED))
    assert found.id == "mul/MisplacedMethod"
    assert "inside `__add__`" in found.explanation


def test_a_method_outside_the_class_is_told():
    source = (
        changed(("def __mul__", "def other_name")) + "\n\ndef __mul__(self, other):\n    pass\n"
    )
    assert "outside the class" in one(source, outside("TypeError", UNSUPPORTED)).explanation


def test_an_operator_that_is_there_is_not_said_to_be_missing():
    assert shape(REFERENCE, outside("TypeError", UNSUPPORTED)) == ""
    source = changed((MUL_LINE, "return NotImplemented"))
    assert shape(source, outside("TypeError", UNSUPPORTED)) == "ReturnsNotImplemented"


def test_an_operator_that_is_set_in_another_way_is_not_said_to_be_missing():
    source = changed(("def __mul__", "def times")) + "\n\nValue.__mul__ = Value.times\n"
    assert shape(source, outside("TypeError", UNSUPPORTED)) == ""


def test_operands_of_another_class_tell_nothing_of_this_one():
    message = "unsupported operand type(s) for *: 'Node' and 'Value'"
    source = changed(("def __mul__", "def __ml__"))
    assert shape(source, outside("TypeError", message)) == ""


# --- parameters -------------------------------------------------------------------------------


def test_a_missing_self_is_told():
    source = changed(("def relu(self)", "def relu()"))
    message = "Value.relu() takes 0 positional arguments but 1 was given"
    assert shape(source, outside("TypeError", message, RELU)) == "MissingSelf"


def test_another_name_for_self_is_none_missing():
    source = "class Value:\n    def __mul__(me):\n        return me\n"
    message = "Value.__mul__() takes 1 positional argument but 2 were given"
    found = one(source, outside("TypeError", message))
    assert found.id == "mul/WrongParameters"
    assert "`a * b` hands over 2" in found.explanation


def test_a_parameter_that_gets_nothing_is_told():
    source = changed(("def relu(self)", "def relu(self, x)"))
    message = "Value.relu() missing 1 required positional argument: 'x'"
    found = one(source, outside("TypeError", message, RELU))
    assert found.id == "mul/WrongParameters"
    assert "`x`" in found.explanation


def test_a_parameter_of_an_inner_function_is_told_of_the_method_that_makes_it():
    source = changed(
        (
            "def _backward():\n            self.grad += other",
            "def _backward(out):\n            self.grad += other",
        )
    )
    message = "Value.__mul__.<locals>._backward() missing 1 required positional argument: 'out'"
    line = line_of(source, "node._backward()")
    raised = Raised("TypeError", message, line, "Value.backward", "value.py")
    found = one(source, record(raised, NODE))
    assert found.id == "mul/WrongParameters"
    assert "`_backward` in `__mul__`" in found.explanation
    assert f"line {line}" in found.explanation


def test_a_function_that_the_file_does_not_have_is_not_spoken_of():
    message = "Value.other() missing 1 required positional argument: 'x'"
    assert shape(REFERENCE, outside("TypeError", message, RELU)) == ""


def test_a_parameter_that_the_function_does_not_have_is_not_spoken_of():
    source = changed(("def relu(self)", "def relu(self, x)"))
    message = "Value.relu() missing 1 required positional argument: 'secret'"
    assert shape(source, outside("TypeError", message, RELU)) == ""


def test_a_decorated_function_is_not_spoken_of():
    source = changed(("    def relu(self)", "    @staticmethod\n    def relu()"))
    message = "Value.relu() takes 0 positional arguments but 1 was given"
    assert shape(source, outside("TypeError", message, RELU)) == ""


def test_values_for_the_constructor_are_told_at_the_line_that_gives_them():
    source = changed((MUL_LINE, "out = Value(1, self, other, 2)"))
    message = "Value.__init__() takes from 2 to 4 positional arguments but 5 were given"
    seen = inside(source, "TypeError", message, "out = Value(1")
    found = one(source, seen)
    assert found.id == "mul/WrongArguments"
    assert f"Line {line_of(source, 'out = Value(1')}" in found.explanation


# --- a line of the learner's ------------------------------------------------------------------

NODE_FOR = "unsupported operand type(s) for *: 'float' and 'Value'"
UNSET = "cannot access local variable 'grad' where it is not associated with a value"


@pytest.mark.parametrize(
    ("code", "kind", "message", "expected", "words"),
    [
        ("out = othr", "NameError", "name 'othr' is not defined", "UnknownName", "`other` meant"),
        ("out = data", "NameError", "name 'data' is not defined", "UnknownName", "`self.data`"),
        ("grad += 1", "UnboundLocalError", UNSET, "UsedBeforeSet", "`grad`"),
        (
            "grad += 1",
            "UnboundLocalError",
            "local variable 'grad' referenced before assignment",
            "UsedBeforeSet",
            "`grad`",
        ),
        (
            "out = other.dta",
            "AttributeError",
            "'Value' object has no attribute 'dta'",
            "UnknownAttribute",
            "`.data` meant",
        ),
        (
            "out = other.data",
            "AttributeError",
            "'float' object has no attribute 'data'",
            "NumberForNode",
            "plain number",
        ),
        (
            "out = other.data",
            "AttributeError",
            "'NoneType' object has no attribute 'data'",
            "NoneForValue",
            "None",
        ),
        ("out = self.data * other", "TypeError", NODE_FOR, "NodeForNumber", "whole Value"),
        (
            "out = self > 0",
            "TypeError",
            "'>' not supported between instances of 'Value' and 'int'",
            "NodeForNumber",
            "whole Value",
        ),
        ("out = out()", "TypeError", "'NoneType' object is not callable", "NotCallable", "stored"),
        ("out = out(1)", "TypeError", "'float' object is not callable", "NotCallable", "operator"),
        ("out = max(1)", "TypeError", "'int' object is not iterable", "NotIterable", "a number"),
        ("raise TypeError('x')", "TypeError", "x", "OwnRaise", "`raise`"),
        ("assert False", "AssertionError", "", "OwnRaise", "asserts"),
        ("out = self * 1", "RecursionError", "maximum recursion", "CallsWithoutEnd", "without end"),
        ("out = self * 1", "RecursionError", "Stack overflow", "CallsWithoutEnd", "without end"),
        ("out = 1 / 0", "ZeroDivisionError", "division by zero", "StopsAtLine", "by zero"),
        (
            "a, b = out",
            "ValueError",
            "too many values to unpack (expected 2, got 3)",
            "StopsAtLine",
            "unpacks",
        ),
        (
            "out = 'x' + 1",
            "TypeError",
            'can only concatenate str (not "int") to str',
            "TextForNumber",
            "text",
        ),
        (
            "out = super().__mul__(1)",
            "AttributeError",
            "'super' object has no attribute '__mul__'",
            "SuperHasNot",
            "`super()`",
        ),
    ],
)
def test_what_a_line_does_is_told(code, kind, message, expected, words):
    source = changed((MUL_LINE, code))
    found = one(source, inside(source, kind, message, code))
    assert found.id == f"mul/{expected}"
    assert words in found.explanation
    assert f"ine {line_of(source, code)}" in found.explanation


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("out = other", "NameError", "name 'secret' is not defined"),  # not in that line
        ("out = other.data", "AttributeError", "'Value' object has no attribute 'secret'"),
        ("out = secret", "TypeError", "name 'secret' is not defined"),
        ("out = self * secret", "TypeError", "unsupported operand type(s) for *: 'A' and 'B'"),
        ("out = max(1)", "TypeError", "'Secret' object is not iterable"),
        ("raise NotImplementedError", "NotImplementedError", ""),
        ("assert int('x')", "ValueError", "invalid literal"),
        ("raise TypeError(int('x'))", "ValueError", "invalid literal"),
        ("out = 1", "ValueError", "3.25 is a secret"),
        ("out = 1", "TypeError", "text"),
    ],
)
def test_what_is_not_certain_is_not_told(code, kind, message):
    source = changed((MUL_LINE, code))
    assert shape(source, inside(source, kind, message, code)) == ""


def test_inputs_without_brackets_are_told_at_the_line_that_gives_them():
    for given in ("self, other", "(self)", "self"):
        source = changed((MUL_LINE, f'out = Value(self.data * other.data, {given}, "*")'))
        message = "'Value' object is not iterable"
        seen = inside(source, "TypeError", message, "tuple(_children)", "__init__")
        found = one(source, seen)
        assert found.id == "mul/InputsNotInBrackets"
        assert f"In line {line_of(source, 'out = Value(self.data * other')}" in found.explanation


def test_inputs_in_brackets_are_not_said_to_lack_them():
    message = "'Value' object is not iterable"
    seen = inside(REFERENCE, "TypeError", message, "tuple(_children)", "__init__")
    assert shape(REFERENCE, seen) == "NotIterable"


def test_a_number_that_the_constructor_goes_through_is_not_taken_for_an_input():
    source = changed((MUL_LINE, "out = Value(1, 2)"))
    message = "'int' object is not iterable"
    seen = inside(source, "TypeError", message, "tuple(_children)", "__init__")
    assert shape(source, seen) == "NotIterable"


def test_a_lambda_is_told_of_the_function_that_holds_it():
    source = changed((MUL_LINE, "out = (lambda: othr)()"))
    message = "name 'othr' is not defined"
    seen = inside(source, "NameError", message, "othr", "__mul__.<locals>.<lambda>")
    assert "in `__mul__`" in one(source, seen).explanation


def test_an_attribute_that_the_constructor_leaves_out_is_told():
    source = changed(("        self.grad = 0", "        self.slope = 0"))
    read = Step("read", "data grad", (Ref(0),))
    found = one(source, outside("AttributeError", "'Value' object has no attribute 'grad'", read))
    assert found.id == "mul/AttributeNotSet"
    message = "'Value' object has no attribute 'grad'"
    assert shape(REFERENCE, outside("AttributeError", message, read)) == ""


def test_a_method_that_a_value_hides_is_told():
    source = changed(("out._backward = _backward", "out.backward = _backward()"))
    last = Raised("TypeError", "'NoneType' object is not callable")
    found = one(source, record(last, NODE))
    assert found.id == "mul/OverwrittenMethod"
    assert shape(REFERENCE, record(last, NODE)) == ""


# --- a task as a whole ------------------------------------------------------------------------


def raised_name(check, name="othr", visible=True):
    line = line_of(BROKEN, "out = othr")
    return record(
        Raised("NameError", f"name '{name}' is not defined", line, "Value.__mul__", "value.py"),
        check=check,
        steps=(LEAF, MUL),
        visible=visible,
    )


BROKEN = changed((MUL_LINE, "out = othr"))


def test_one_fault_is_told_once():
    later = raised_name("neuron/late")
    found = told(BROKEN, raised_name("mul/one"), raised_name("mul/two"), later)
    assert list(found.diagnoses) == ["mul"]
    assert found.diagnoses["mul"][0].checks == ("mul/one", "mul/two", "neuron/late")
    assert found.same_as == {"neuron/late": "mul"}


def test_nothing_is_told_where_something_else_fails_too():
    failing = record(Plain(5.0), check="mul/two", steps=(LEAF, MUL))
    assert told(BROKEN, raised_name("mul/one"), failing).diagnoses == {}


def test_of_one_shape_at_two_lines_the_one_that_explains_most_is_told():
    source = changed((MUL_LINE, "out = othr\n        out = slf"))
    other = inside(source, "NameError", "name 'slf' is not defined", "out = slf")
    found = told(source, other, raised_name("mul/two"), raised_name("mul/three"))
    (named,) = found.diagnoses["mul"]
    assert named.checks == ("mul/two", "mul/three")
    assert "`othr`" in named.explanation


def test_nothing_is_told_on_the_strength_of_what_varies():
    assert told(BROKEN, raised_name("mul/one"), varying=["mul/one"]).diagnoses == {}


def test_a_known_mistake_is_left_alone():
    known = Findings({"mul": (Diagnosis("mul/Known", "", ""),)})
    assert told(BROKEN, raised_name("mul/one"), found=known) == known


def test_what_a_forged_message_names_is_not_told():
    """A learner's code may raise what it likes; only names of the source's own line are told."""
    assert told(BROKEN, raised_name("mul/one", name="x3_25", visible=False)).diagnoses == {}


# --- the source -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "",
        "(" * 90_000,
        "class Value:\n  def f(self\n",
        "'''",
        "a" * 200_000,
        "def\nclass\n",
        "x\n  y\n z",
    ],
)
def test_any_source_has_an_outline(source):
    assert Outline(source).part("Value") is None


def test_a_source_may_nest_deep():
    source = "".join(f"{' ' * depth}def f():\n" for depth in range(400)) + " " * 400 + "self"
    outline = Outline(source)
    assert len(outline.parts) == 400
    assert outline.part("f").uses("self")


def test_names_are_those_that_python_gives():
    source = (
        "async def f(a, *, b: int = g(c)): return 1\nclass A:\n  def m(self):\n    def i(): pass\n"
    )
    outline = Outline(source)
    assert [part.qualname for part in outline.parts] == ["f", "A", "A.m", "A.m.<locals>.i"]
    assert outline.part("f").parameters == ("a", "b")
    assert outline.part("f").returns
    assert outline.part("A.m.<locals>.i").is_empty
    assert not outline.part("A.m").is_empty


# --- graded -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("def __mul__", "def __ml__", "mul/MissingMethod"),
        (
            "self.data * other.data, (self, other)",
            "self.data * other, (self, other)",
            "mul/NodeForNumber",
        ),
        ("def relu(self)", "def relu()", "relu/MissingSelf"),
        ("(self,)", "(self)", "relu/InputsNotInBrackets"),
        ("other.grad += self.data *", "other.grad += slf.data *", "mul/UnknownName"),
    ],
)
def test_a_submission_is_told_what_its_exceptions_say(old, new, expected):
    report = graded(changed((old, new)))
    named = {d.id: d for task in report.tasks for d in task.diagnoses}
    assert list(named) == [expected]
    outcomes = {check.id: check.outcome for task in report.tasks for check in task.checks}
    told_of = {check for check, outcome in outcomes.items() if outcome == "error"}
    assert told_of
    assert told_of <= set(named[expected].checks)
    assert {outcomes[check] for check in named[expected].checks} <= {"error", "blocked"}


def asked_for(name: str) -> CheckRecord:
    message = f"'Value' object has no attribute '{name}'"
    read = Step("get", name, (Ref(0),))
    return record(Raised("AttributeError", message), steps=(LEAF, read))


def test_another_name_for_what_is_graded_is_told():
    for old, new in ((".data", ".v"), (".grad", ".grade")):
        found = one(REFERENCE.replace(old, new), asked_for(old[1:]))
        assert found.id.endswith("AttributeNotSet")
        assert f"yours has no `{old[1:]}`" in found.explanation
        assert f"Is it called `{new[1:]}` in `__init__`" in found.explanation


def test_an_attribute_that_is_only_forgotten_has_no_other_name():
    found = one(changed(("        self.grad = 0", "        self._grad = 0")), asked_for("grad"))
    assert found is None or "Is it called" not in found.explanation
