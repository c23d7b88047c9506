"""The line of a submission that wrote a wrong value, or raised: found, checked, shown."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from grader.diagnosis.lines import Origin, judged, source_of
from grader.diagnosis.observations import Findings, KnownMistake
from grader.intake import take as intake
from grader.model.check import Audience
from grader.model.program import SourceLine, Write
from grader.model.report import Diagnosis, Evidence, Report
from grader.render.html.page import page
from grader.render.terminal.scorecard import scorecard
from grader.target.base import TargetViolation
from grader.target.results import decode_traced
from tests.submitted import REFERENCE, asked, graded

RIGHT_LINE = "self.grad += other.data * out.grad"
WRONG_LINE = "self.grad += self.data * out.grad"
WRONG = REFERENCE.replace(RIGHT_LINE, WRONG_LINE)
CLASS = "class Value:\n"
OWN_SETATTR = f"""{CLASS}
    def __setattr__(self, name, value):
        self.__dict__[name] = value

"""
SLOTS = f"{CLASS}    __slots__ = ('data', 'grad', '_backward', '_prev', '_op')\n\n"
SUBCLASS = "class Node:\n    pass\n\n\nclass Value(Node):\n"
PROPERTY = f"""{CLASS}
    @property
    def grad(self):
        return self._grad

    @grad.setter
    def grad(self, value):
        self._grad = value

"""
ODD_METACLASS = """class Odd(type):
    def __setattr__(cls, name, value):
        raise TypeError(name)


class Value(metaclass=Odd):
"""


def evidence_of(report: Report, task: str) -> Evidence:
    found = next(one.evidence for one in report.tasks if one.id == task)
    assert found is not None
    return found


def line_of(source: str, text: str) -> int:
    return next(at for at, line in enumerate(source.splitlines(), 1) if line.strip() == text)


@pytest.mark.parametrize("start", [CLASS, OWN_SETATTR, SLOTS, SUBCLASS, PROPERTY, ODD_METACLASS])
def test_the_line_that_wrote_a_wrong_gradient_is_told(start: str) -> None:
    source = WRONG.replace(CLASS, start)
    report = graded(source)
    found = evidence_of(report, "mul")
    assert (found.line, found.source_line) == (line_of(source, WRONG_LINE), WRONG_LINE)
    assert found.written.endswith(".grad")
    assert found.path == ""
    mul = next(task for task in report.tasks if task.id == "mul")
    assert {found.line} == {one.line for one in mul.diagnoses}
    assert found.line in {check.line for check in mul.checks}


def test_a_value_that_no_line_wrote_is_told_so() -> None:
    source = REFERENCE.replace("other.grad += self.data * out.grad", "pass")
    found = evidence_of(graded(source.replace(RIGHT_LINE, "pass")), "mul")
    assert found.written.endswith(".grad")
    assert found.line is None
    assert found.source_line == ""


def test_a_right_line_is_not_told() -> None:
    """The walk is wrong: what wrote too little is the line of a right operation."""
    found = evidence_of(graded(REFERENCE.replace("reversed(order)", "order")), "add")
    assert found.written == ""
    assert found.source_line == ""


def test_a_writer_that_is_not_seen_is_not_told() -> None:
    source = WRONG.replace(WRONG_LINE, 'self.__dict__["grad"] += self.data * out.grad')
    assert evidence_of(graded(source), "mul").written == ""


def test_what_gives_something_else_when_it_is_traced_has_no_line() -> None:
    looking = "self.grad += 7.5 if type(self).__setattr__ is object.__setattr__ else 8.5"
    found = evidence_of(graded(REFERENCE.replace(RIGHT_LINE, looking)), "mul")
    assert found.written == ""


def test_graded_code_sees_the_class_as_it_is() -> None:
    looking = "(self.data * other.data) * (Value.__setattr__ is object.__setattr__)"
    source = REFERENCE.replace("self.data * other.data", looking)
    report = graded(source.replace("if self.data > 0:", "if True:"))
    outcomes = {task.id: task.outcome.value for task in report.tasks}
    assert outcomes["relu"] == "failed"
    assert outcomes["mul"] == "passed"


def test_several_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "node.py").write_text(WRONG, "utf-8")
    (tmp_path / "value.py").write_text("from node import Value\n", "utf-8")
    report = asked(path=str(tmp_path))
    found = evidence_of(report, "mul")
    assert (found.path, found.source_line) == ("node.py", WRONG_LINE)


def test_an_exception_has_its_line() -> None:
    raising = "raise ValueError('no')"
    source = REFERENCE.replace(RIGHT_LINE, raising)
    found = evidence_of(graded(source), "mul")
    assert (found.line, found.source_line) == (line_of(source, raising), raising)
    assert found.written == ""


def test_scorecard_and_page_show_it() -> None:
    report = graded(WRONG)
    number = evidence_of(report, "mul").line
    screen = io.StringIO()
    Console(file=screen, width=100).print(scorecard(report, audience=Audience.LEARNER))
    shown = screen.getvalue()
    assert f"value.py, line {number}" in shown
    assert f"    {WRONG_LINE}\n" in shown
    assert "The last line that wrote" in shown
    html = page(report)
    assert f"value.py, line {number}:" in html
    assert f"    {WRONG_LINE}\n    ^" in html


# --- claims of the box ---------------------------------------------------------------------------

WRITE = b'[3,"value.py",7,"Value.__mul__",false,1.5]'


def test_a_claim_is_read() -> None:
    found = decode_traced(b"[[1, 2], [null, [%b]]]" % WRITE)
    assert found.answer == b"[1, 2]"
    assert found.writes == (None, (Write(3, "value.py", 7, "Value.__mul__", False, 1.5),))


@pytest.mark.parametrize(
    "claim",
    [
        b"",
        b"{}",
        b"[[]]",
        b"[[], 1]",
        b"[[], [1]]",
        b"[[], [[1]]]",
        b"[[], [], []]",
        b"[[], [[%b]]]" % WRITE.replace(b"7", b"0"),
        b"[[], [[%b]]]" % WRITE.replace(b"7", b"-7"),
        b"[[], [[%b]]]" % WRITE.replace(b"7", b"7" * 30),
        b"[[], [[%b]]]" % WRITE.replace(b"7", b'"7"'),
        b"[[], [[%b]]]" % WRITE.replace(b"7", b"7.5"),
        b"[[], [[%b]]]" % WRITE.replace(b"3", b"9" * 30),
        b"[[], [[%b]]]" % WRITE.replace(b"1.5", b"NaN"),
        b"[[], [[%b]]]" % WRITE.replace(b"1.5", b"true"),
        b"[[], [[%b]]]" % WRITE.replace(b"false", b"0"),
        b"[[], [[%b]]]" % WRITE.replace(b"value.py", b"v" * 300),
        b"[[], [[%b]]]" % b",".join([WRITE] * 21),
        b"[[], [%b]]" % b",".join([b"null"] * 50_001),
    ],
)
def test_no_other_claim_is_read(claim: bytes) -> None:
    with pytest.raises(TargetViolation):
        decode_traced(claim)


def test_a_line_is_one_of_the_submission() -> None:
    taken = intake.take_source("mine.py", b"first\n\n  third \x1b[31m\n", "value.py")
    path = taken.main
    assert source_of(taken, path, 1) == SourceLine(1, "first", "")
    found = source_of(taken, path, 3)
    assert found is not None
    assert "\x1b" not in found.source_line
    for line in (None, 0, -1, 2, 4, 10**18):
        assert source_of(taken, path, line) is None
    assert source_of(taken, "/etc/passwd", 1) is None
    assert source_of(taken, "", 1) is None


# --- what a line refutes -------------------------------------------------------------------------

MUL = KnownMistake("mul/One", "mul", "One", "why", ("__mul__",))
GENERAL = KnownMistake("value/Two", "general", "Two", "why", ("backward",))
ADDS = frozenset({"__add__", "__radd__"})
MULTIPLIES = frozenset({"__mul__", "__rmul__"})


def named(*mistakes: KnownMistake) -> Findings:
    told = tuple(Diagnosis(one.id, one.title, one.explanation) for one in mistakes)
    return Findings({"mul": told}, {"neuron/check": "mul"}, mistakes)


@pytest.mark.parametrize(
    ("mistakes", "operation", "stays"),
    [
        ((MUL,), MULTIPLIES, True),
        ((MUL,), ADDS, False),
        ((MUL,), frozenset(), True),
        ((GENERAL,), ADDS, True),
        ((MUL, GENERAL), ADDS, True),
    ],
)
def test_a_name_is_taken_back_where_another_operation_wrote(
    mistakes: tuple[KnownMistake, ...], operation: frozenset[str], stays: bool
) -> None:
    origin = Origin("a", "grad", SourceLine(7, "a.grad = 1", ""), "", operation)
    found = judged(named(*mistakes), {"mul": origin}, lambda task, mistake: True)
    assert bool(found.diagnoses) is stays
    assert bool(found.same_as) is stays


def test_of_two_mistakes_the_one_that_the_program_shows_has_the_line() -> None:
    other = KnownMistake("mul/Other", "mul", "Other", "why", ("__mul__",))
    origin = Origin("a", "grad", SourceLine(7, "a.grad = 1", ""), "__mul__", MULTIPLIES)
    found = judged(
        named(MUL, other), {"mul": origin}, lambda task, one: (task, one) == ("mul", MUL)
    )
    assert [one.line for one in found.diagnoses["mul"]] == [7, None]


def test_two_mistakes_of_one_method_have_no_line_in_common() -> None:
    wrap = "        other = other if isinstance(other, Value) else Value(other)\n"
    head, mul = REFERENCE.split("    def __mul__")
    mul, tail = mul.split("    def relu")
    half = mul.replace(wrap, "").replace("+=", "=")
    source = f"{head}    def __mul__{half}    def relu{tail}"
    report = graded(source)
    told = {one.id: one.line for task in report.tasks for one in task.diagnoses}
    wrote = line_of(source, "other.grad = self.data * out.grad")
    assert told == {"mul/ReplacesGradient": wrote, "mul/AcceptsValuesOnly": None}
