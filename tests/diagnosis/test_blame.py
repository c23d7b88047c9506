"""The step that is to be looked at is the one at fault; where that cannot be told there is none."""

from __future__ import annotations

from tests.submitted import changed, graded

PRODUCT = 'out = Value(self.data * other.data, (self, other), "*")'
SUM = 'out = Value(self.data + other.data, (self, other), "+")'
SLOPE = "other.grad += self.data * out.grad"
RELU = 'out = Value(self.data if self.data > 0 else 0, (self,), "relu")'
WALK = "        for node in reversed(order):\n"
RUN = "            node._backward()\n"


def blames(*changes: tuple[str, str]) -> dict[str, str]:
    """The step that is blamed in each task with evidence, after the program."""
    report = graded(changed(*changes))
    return {task.id: task.evidence.blame for task in report.tasks if task.evidence is not None}


def test_an_operation_that_sends_something_wrong():
    assert blames((SLOPE, SLOPE.replace("+=", "-=")))["mul"] == "c = a * b"


def test_an_operation_that_changes_its_input():
    """Not the input, which was right when it was made."""
    changed = SUM.replace("out", "self.data += 1; out").replace("self.data + ", "self.data - 1 + ")
    assert blames((SUM, changed))["add"] == "c = a + b"


def test_an_operation_that_changes_a_gradient_before_the_pass():
    assert blames((PRODUCT, f"self.grad = 0.5; {PRODUCT}"))["mul"] == "c = a * b"


def test_the_pass_that_changes_a_value():
    assert blames((RUN, f"{RUN}            node.data += 1\n"))["mul"] == "c.backward()"


def test_an_operation_that_does_not_tell_its_input():
    """The relu of a relu: the first of them is right, and was never asked."""
    assert blames((RELU, RELU.replace("(self,)", "()")))["relu"] == "c = b.relu()"


def test_an_operation_that_sends_nothing_of_some_gradients():
    """The relu was asked, with a negative gradient: what uses it is right."""
    gate = "            if self.data > 0:\n", "            if self.data > 0 and out.grad > 0:\n"
    assert blames(gate)["relu"] in ("b = a.relu()", "c = a.relu()")


def test_a_pass_that_takes_operations_in_a_wrong_order():
    """Each operation is right, alone and with another: what is left is the pass."""
    by_value = "        order.sort(key=lambda node: node.data)\n"
    assert blames((WALK, by_value + WALK))["add"] == "d.backward()"


def test_none_where_pass_and_operation_may_be_at_fault():
    """A pass that runs everything twice and an operation that sends twice as much."""
    assert blames((RUN, RUN + RUN))["mul"] == ""
    twice = SLOPE.replace("self.data", "2 * self.data")
    both = (SLOPE, twice), ("self.grad += other.data", "self.grad += 2 * other.data")
    own = "        self.grad = 1\n", "        self.grad = 1.0\n"
    assert blames(*both, own)["mul"] == ""
    assert blames(*both)["mul"] == "c = a * b"
