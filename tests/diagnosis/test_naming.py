"""What is named of whole submissions: the starter with its holes filled in, rightly or not."""

from __future__ import annotations

import pytest

from grader.author.new import write_exercise
from grader.diagnosis.patches import FORM, load_forms, shared
from grader.diagnosis.replay import Replayer
from grader.exercise import load as exercises
from grader.model.check import Outcome
from grader.model.errors import ExerciseProblem
from tests.author.kit import bundled, in_session, outcomes
from tests.submitted import REFERENCE, changed, graded

WRAP = "        other = other if isinstance(other, Value) else Value(other)\n"
RELU = '        out = Value(self.data if self.data > 0 else 0, (self,), "relu")\n'
TO_LEFT = "            self.grad += other.data * out.grad\n"
TO_RIGHT = "            other.grad += self.data * out.grad\n"
MUL_SENDS = TO_LEFT + TO_RIGHT
ADD = REFERENCE[REFERENCE.index("    def __add__") : REFERENCE.index("    def __mul__")]
MUL = REFERENCE[REFERENCE.index("    def __mul__") : REFERENCE.index("    def relu")]
BACKWARD = REFERENCE[REFERENCE.index("    def backward") :]


def named(text, seed=None):
    """The ids of all mistakes that are named."""
    return {one.id for task in graded(text, seed).tasks for one in task.diagnoses}


NO_KNOWN_MISTAKE = {
    "a parameter too many": ("def relu(self):", "def relu(self, slope):", "relu/WrongParameters"),
    "no self": ("def relu(self):", "def relu():", "relu/MissingSelf"),
    "inputs that are no tuple": ("(self,), ", "(self), ", "relu/InputsNotInBrackets"),
    "a method by another name": ("def __add__", "def _add_", "add/MissingMethod"),
    "inputs without brackets": ("(self, other), '+'", "self, other, '+'",
                              "add/WrongArguments"),
    "a whole node in a sum": ("self.data + other.data", "self.data + other",
                            "add/NodeForNumber"),
    "raised on purpose": ("            self.grad += other.data * out.grad\n",
                          "            raise ValueError('later')\n", "mul/OwnRaise"),
    "a name misspelt": ("other.grad += self.data", "other.grad += self.dat",
                        "mul/UnknownAttribute"),
    "the gradient called": ("other.data * out.grad\n", "other.data * out.grad()\n",
                            "mul/NotCallable"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "shape"), NO_KNOWN_MISTAKE.values(), ids=NO_KNOWN_MISTAKE)
def test_an_unknown_exception_is_no_known_mistake_and_tells_what_it_shows(old, new, shape):
    text = REFERENCE.replace('"+"', "'+'")
    assert old in text
    report = graded(text.replace(old, new))
    assert report.score < 10
    assert [one.id for task in report.tasks for one in task.diagnoses] == [shape]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (RELU, RELU.replace("self.data > 0", "0 < self"), "relu/ComparesNodeWithNumber"),
        (MUL, MUL.replace(WRAP, ""), "mul/AcceptsValuesOnly"),
        (MUL, MUL.replace("= _backward", "= _backward()"), "mul/CallsItsBackward"),
        (MUL, MUL.replace("_backward()", "send()").replace("= _backward", "= send()"),
         "mul/CallsItsBackward"),
    ],
)  # fmt: skip
def test_a_known_exception_has_its_name(old, new, name):
    assert named(changed((old, new))) == {name}


def test_a_function_is_told_by_its_last_name():
    """`in _backward`, not `in Value.__mul__.<locals>._backward`."""
    text = changed(("other.grad += self.data", "other.grad += self.dat"))
    messages = {check.message for task in graded(text).tasks for check in task.checks}
    assert any(message.endswith("in _backward)") for message in messages)
    assert not any("<locals>" in message for message in messages)


@pytest.mark.parametrize(
    ("method", "changes", "names"),
    [
        pytest.param(
            MUL,
            [(WRAP, ""), ("+=", "=")],  # half-way through a well-known lecture
            {"mul/ReplacesGradient", "mul/AcceptsValuesOnly"},
            id="a value and an exception",
        ),
        pytest.param(
            ADD,
            [("(self, other), ", "(), "), ("self.grad += out.grad", "self.grad += 1")],
            {"add/ForgetsInputs", "add/SendsOneToLeft"},
            id="one shown by a later task",
        ),
        pytest.param(
            ADD,
            [(WRAP, "        other = Value(other)\n"), ("self.data + other", "self.data - other")],
            {"add/NestsOneValueInAnother", "add/Subtracts"},
            id="one changes what the exception names",
        ),
    ],
)
def test_two_mistakes_in_one_method_are_both_named(method, changes, names):
    both = method
    for old, new in changes:
        assert old in both
        both = both.replace(old, new)
    assert named(changed((method, both))) == names


def test_a_mistake_may_give_a_method_something_else(tmp_path):
    write_exercise(tmp_path / "stack")
    exercise = exercises.load(tmp_path / "stack")
    folder = exercise.reference_file.parent / "misconceptions"
    text = 'class Odd:\n    """Words"""\n\n    pop = len\n\n    def push(self): ...\n'
    (folder / "stack.py").write_text(text)
    (odd, *_) = Replayer(exercise).mistakes
    assert (odd.id, odd.methods) == ("stack/Odd", ("pop", "push"))


# --- given parts -----------------------------------------------------------------------------

WALKS = """
    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        SEED
        for node in reversed(order):
            node._backward()
"""


def test_a_given_part_is_named_only_where_it_is_rewritten():
    """Each operation hands on to nobody: as if nothing were started."""
    cut = [(ADD, ADD.replace("out._backward = _backward", "out.backward = _backward"))]
    cut += [(MUL, MUL.replace("out._backward = _backward", "out.backward = _backward"))]
    assert not any(name.startswith("value/") for name in named(changed(*cut)))
    own = WALKS.replace("SEED", "pass")
    assert named(changed((BACKWARD, own))) == {"value/NeverStarts"}


def test_changed_given_parts_are_pointed_at_by_their_short_names():
    wrong = (MUL_SENDS, MUL_SENDS.replace("other.data", "round(7 / other.data, 3)"))
    own = (BACKWARD, WALKS.replace("SEED", "self.grad = 1"))
    texts = [('return f"Value(data={self.data}, grad={self.grad})"', 'return "Value"')]
    texts += [('"""Find the gradient', '"""Finds the gradient')]
    assert graded(changed(wrong, *texts)).notes == ()
    (note,) = graded(changed(wrong, own, ("self.grad = 0 ", "self.grad = 0.0 "))).notes
    assert note == (
        "You also changed `__init__` and `backward`. That is allowed; look there too if the "
        "methods seem right"
    )


def test_changed_given_parts_do_not_matter_where_all_is_explained():
    wrong = (MUL_SENDS, MUL_SENDS.replace("other.data", "self.data"))
    report = graded(changed(wrong, (BACKWARD, WALKS.replace("SEED", "self.grad = 1"))))
    assert [one.id for task in report.tasks for one in task.diagnoses] == ["mul/UsesOwnValueOnLeft"]
    assert report.notes == ()


# --- other right forms -----------------------------------------------------------------------


def test_forms_are_right():
    """Each has full marks: nothing in it is a mistake."""

    def job(trials):
        return {
            form.mistake.id: outcomes(trials.of_mistakes((form.mistake,)))
            for form in load_forms(trials.exercise)
        }

    found = in_session(bundled(), job)
    assert found
    for form, given in found.items():
        assert set(given.values()) == {Outcome.PASSED}, form


def test_a_mistakes_method_takes_the_place_of_a_forms():
    replayer = Replayer(bundled())
    form = next(one for one in replayer.patches.forms if set(one.methods) > {"backward"})
    known = {mistake.id: mistake for mistake in replayer.mistakes}
    walk = known["value/GoesLevelByLevel"]
    assert shared((form, walk)) == []
    held = replayer.module((form, walk)).Value
    assert held.__init__ is not replayer.module((walk,)).Value.__init__
    assert "queue" in held.backward.__code__.co_varnames
    assert isinstance(held(1, (held(2),))._prev, set)


def test_a_mistake_that_depends_on_the_order_of_a_walk_is_named_in_another_form():
    """The right input gets the left one's total: its value depends on whose turn comes first."""
    wrong = (MUL_SENDS, MUL_SENDS.replace("self.data * out.grad", "self.data * self.grad"))
    own = (BACKWARD, WALKS.replace("SEED", "self.grad = 1"))
    assert named(changed(wrong)) == {"mul/ReusesLeftGradient"}
    assert named(changed(wrong, own)) == {"mul/ReusesLeftGradient"}


NO_GUARD = WALKS.replace(
    "                for child in node._prev:\n                    visit(child)\n"
    "                order.append(node)\n",
    "            for child in node._prev:\n                visit(child)\n"
    "            order.append(node)\n",
)
AT_FIRST_MEETING = """
    def backward(self):
        seen = set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                node._backward()
                for child in node._prev:
                    visit(child)

        self.grad = 1
        visit(self)
"""


@pytest.mark.parametrize("kept", ["tuple", "list", "set"])
@pytest.mark.parametrize(
    ("walk", "name"),
    [
        (NO_GUARD.replace("SEED", "self.grad = 1"), "value/FollowsEveryPath"),
        (AT_FIRST_MEETING, "value/RunsNodesAsItMeetsThem"),
    ],
    ids=["no guard", "first meeting"],
)
def test_a_walk_is_named_alike_whatever_the_inputs_are_kept_in(walk, name, kept):
    assert walk != WALKS
    text = changed((BACKWARD, walk), ("tuple(_children)", f"{kept}(_children)"))
    # with this seed, all that does not depend on the set's order fits another walk as well
    assert named(text, seed=23) == {name}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class Odd:\n    pass\n", "no docstring"),
        ('class Odd:\n    """Words"""\n', "no method"),
        ("class Odd\n", "cannot be read"),
    ],
)
def test_a_broken_form_is_the_exercises_problem(tmp_path, text, words):
    write_exercise(tmp_path / "stack")
    exercise = exercises.load(tmp_path / "stack")
    assert load_forms(exercise) == []
    (exercise.reference_file.parent / "forms.py").write_text(text)
    with pytest.raises(ExerciseProblem, match=words):
        load_forms(exercise)


def test_a_form_is_never_named():
    assert all(mistake.task != FORM for mistake in Replayer(bundled()).mistakes)
