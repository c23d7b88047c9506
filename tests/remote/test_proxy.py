"""What a battery may do with remote objects, and what crosses the border."""

import pytest

from grader.exercise.trusted import load_in_process
from grader.model.program import Step
from grader.target.in_process import InProcessTarget
from grader.target.observe import Observer
from grader.target.proxy import realize
from grader.target.recorder import BatteryMisuse, Mismatch, Recorder, SubmissionError, WrongKind
from grader.target.remote_module import RemoteModule

SOURCE = """
class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0
        self.label = "leaf"
    def __add__(self, other):
        return Value(self.data + getattr(other, "data", other))
    def __iter__(self):
        return iter([1, self, 3.5])
    def __len__(self):
        return 3
    def __bool__(self):
        return False
    def same(self):
        return self
    def scaled(self, by=1, *, plus=0):
        return self.data * by + plus
    def fail(self):
        raise KeyError("gone")

class Sneaky(float):
    def __eq__(self, other):
        return True
    def __sub__(self, other):
        return 0.0
    __rsub__ = __sub__
    __hash__ = float.__hash__

def double(x):
    return 2 * x

def sneaky():
    return Sneaky(7.0)

LIMIT = 12
"""


class Counting(InProcessTarget):
    """Counts how often a program is sent."""

    def __init__(self):
        super().__init__(load_in_process(SOURCE, "value", "value.py"), ["value.py"])
        self.sent = 0

    def run(self, steps, first=0, salt=None):
        self.sent += 1
        return super().run(steps, first, salt)


@pytest.fixture
def target():
    return Counting()


@pytest.fixture
def recorder(target):
    return Recorder(target, ["Value"])


@pytest.fixture
def submission(recorder):
    return RemoteModule(recorder)


def test_operators_are_recorded_and_sent_only_when_an_answer_is_needed(submission, target):
    total = submission.Value(2.0) + submission.Value(3.0) + 1
    assert target.sent == 0
    assert total.data == 6.0
    assert target.sent == 1


def test_an_attribute_that_is_called_is_one_method_step(submission, recorder):
    assert submission.Value(2.0).scaled(3, plus=1) == 7.0
    assert [step.action for step in recorder.steps] == ["new", "method"]


def test_arithmetic_on_an_attribute_is_done_on_this_side(submission, recorder):
    a = submission.Value(2.0)
    assert a.data * 2 + 1 == 5.0
    assert abs(a.data - 5) == 3.0
    assert all(step.action in {"new", "get"} for step in recorder.steps)


def test_an_attribute_read_before_a_change_keeps_the_old_value(submission):
    a = submission.Value(2.0)
    before = a.data
    a.data = 9.0
    assert a.data == 9.0
    assert before == 2.0


def test_a_lying_number_crosses_by_its_base_value(submission):
    assert submission.sneaky() == 7.0
    assert submission.sneaky() != 8.0
    assert submission.sneaky() - 3 == 4.0


def test_functions_constants_and_iteration(submission):
    assert submission.double(4) == 8
    assert submission.LIMIT == 12
    items = list(submission.Value(5.0))
    assert items[0] == 1
    assert items[2] == 3.5
    assert items[1].data == 5.0
    assert len(submission.Value(1.0)) == 3
    assert not submission.Value(1.0)


def test_text_is_text_and_never_a_number(submission):
    label = submission.Value(1.0).label
    assert label == "leaf"
    with pytest.raises(WrongKind, match="text, not a number"):
        float(label)


def test_comparing_an_object_is_a_wrong_value_not_a_broken_check(submission):
    with pytest.raises(WrongKind, match="an object of type Value, not a plain value"):
        assert submission.Value(2.0) == 2.0


def test_a_learners_exception_names_type_step_and_line(submission, recorder):
    a = submission.Value(1.0)
    a.fail()
    with pytest.raises(SubmissionError, match=r"KeyError: 'gone' \(value.py line 20, in fail\)"):
        recorder.flush()
    assert recorder.failed.step == 1


def test_raises_sends_at_its_exit_and_work_goes_on_after_it(submission):
    a = submission.Value(1.0)
    with submission.raises("KeyError"):
        a.fail()
    assert (a + 2).data == 3.0
    with pytest.raises(AssertionError, match="expected KeyError"), submission.raises("KeyError"):
        a.same()
    with pytest.raises(SubmissionError), submission.raises("TypeError"):
        a.fail()


def test_private_names_and_repr_never_talk_to_the_box(submission, target):
    a = submission.Value(1.0)
    with pytest.raises(AttributeError, match="private"):
        a._backward  # noqa: B018
    assert repr(a) == "<result of step 0>"
    assert target.sent == 0


def test_only_plain_data_can_be_sent(submission):
    with pytest.raises(BatteryMisuse, match="object cannot be sent"):
        submission.Value(object())
    for text in ("\ud800", ["\udfff"], {"\ud800": 1}):
        with pytest.raises(BatteryMisuse, match="half a character"):
            submission.Value(text)
    submission.Value("𝄞")
    other = RemoteModule(Recorder(Counting(), ["Value"])).Value(1.0)
    with pytest.raises(BatteryMisuse, match="another check"):
        submission.Value(1.0) + other


def test_nested_and_special_operands_arrive_as_they_are(submission):
    assert submission.double([1, 2])[3] == 2
    assert submission.double((1.5,))[1] == 1.5
    assert realize(submission.double(float("inf"))) == float("inf")
    assert submission.double(10**60) == 2 * 10**60
    assert submission.double(True) == 2


FIELDS = {"data": "forward", "grad": "backward"}


def expectation(*rows):
    return {step: {"data": data, "grad": grad} for step, data, grad in rows}


def test_observe_compares_all_nodes_in_one_message(submission, recorder, target):
    submission.Value(2.0) + submission.Value(3.0)
    Observer(recorder).expect(expectation((0, 2, 0), (1, 3, 0), (2, 5, 0)), FIELDS)
    assert target.sent == 1
    assert recorder.steps[-1].action == "read"


def test_observe_names_what_differs(submission, recorder):
    submission.Value(2.0)
    with pytest.raises(Mismatch):
        Observer(recorder).expect(expectation((0, 2, 1)), FIELDS)
    wrong = [c for c in recorder.comparisons if not c.ok]
    assert [(c.field, c.expected, c.got) for c in wrong] == [("grad", 1, 0)]


def test_a_node_that_is_its_own_operand_is_compared_as_that_operand(submission, recorder):
    submission.Value(2.0).same()
    # the second node's true gradient is 1, the object's is the operand's 0
    Observer(recorder).expect(expectation((0, 2, 0), (1, 2, 1)), FIELDS)


def test_a_node_that_is_another_object_than_its_operands_is_always_compared(submission, recorder):
    a = submission.Value(2.0)
    a.same()
    recorder.steps.append(Step("new", "Value", (2.0,)))
    with pytest.raises(Mismatch):
        Observer(recorder).expect(expectation((0, 2, 0), (1, 2, 0), (2, 2, 1)), FIELDS)


def test_an_operand_with_another_value_excuses_nothing(submission, recorder):
    submission.Value(2.0).same()
    with pytest.raises(Mismatch):
        Observer(recorder).expect(expectation((0, 2, 0), (1, 3, 1)), FIELDS)
