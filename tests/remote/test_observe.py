"""What is compared of a node that the box says is its own operand."""

from __future__ import annotations

import pytest

from grader.model.program import Handle, Many, Ref, Step
from grader.target.observe import Reads

PROGRAM = (Step("new", "Value", (3.0,)), Step("method", "relu", (Ref(0),)))
FIELDS = {"data": "forward", "grad": "backward"}
EXPECTED = {0: {"data": 3.0, "grad": 2.0}, 1: {"data": 3.0, "grad": 1.0}}
SAME = [Handle(0, "Value"), Handle(0, "Value")]
OTHER = [Handle(0, "Value"), Handle(1, "Value")]


def compared(results, *values: float) -> list[tuple[int, str, bool]]:
    reads = Reads(PROGRAM, EXPECTED, FIELDS)
    return [(one.step, one.field, one.ok) for one in reads.compare(results, Many(values))]


def test_one_object_has_its_gradient_compared_once():
    right = [(0, "data", True), (0, "grad", True), (1, "data", True)]
    assert compared(SAME, 3.0, 2.0, 3.0, 2.0) == right


@pytest.mark.parametrize("grad", [777.0, 1.0])
def test_a_claim_spares_nothing_where_the_readings_differ(grad: float):
    """As if it had not been made."""
    claimed = compared(SAME, 3.0, 2.0, 3.0, grad)
    assert claimed == compared(OTHER, 3.0, 2.0, 3.0, grad)
    assert claimed[-1] == (1, "grad", grad == 1.0)
