"""`grader new --template autograd-more`: the exercise after the bundled one, and its oracle."""

import random

import pytest

from grader.author import new
from grader.author.new import SHARED, template_files, write_exercise
from grader.author.solutions import submission_of
from grader.author.verify import verify
from grader.cli import run
from grader.diagnosis.patches import load_patches
from grader.exercise.content import right_styles
from grader.exercise.load import load
from grader.exercise.trusted import load_in_process, load_oracle
from grader.grading.pipeline import Options, grade_each
from grader.model.errors import ExerciseProblem
from grader.model.program import Ref, Step

SLOPE = "self.grad += exponent * self.data ** (exponent - 1) * out.grad"
CHANGES = {
    "right": (),
    "power": ((SLOPE, "self.grad += exponent * self.data**exponent * out.grad"),),
    "built on each other": (
        ("self.grad -= out.grad", "self.grad -= 1"),
        ('out = Value(self.data - other.data, (self, other), "-")', "return self + (-other)"),
    ),
    "gradients are kept": (("            node.grad = 0\n", "            pass\n"),),
    "no known mistake": (("self.grad += out.grad / other.data", "self.grad += out.grad * 0.5"),),
}


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    folder = tmp_path_factory.mktemp("more") / "exercise"
    write_exercise(folder, "autograd-more")
    return load(folder)


@pytest.fixture(scope="module")
def reports(exercise):
    """What is said of the reference with some texts replaced, by what was done to it."""
    source = exercise.reference_file.read_text("utf-8")
    taken = []
    for changes in CHANGES.values():
        text = source
        for old, new_text in changes:
            assert old in text
            text = text.replace(old, new_text)
        taken.append(submission_of(exercise, "value.py", {"value.py": text.encode()}))
    found = []
    grade_each(exercise, taken, lambda _, report: found.append(report), Options(isolation="none"))
    return dict(zip(CHANGES, found, strict=True))


def named(report):
    """The ids that each task's diagnoses have."""
    return {task.id: [one.id for one in task.diagnoses] for task in report.tasks if task.diagnoses}


# --- graded -----------------------------------------------------------------------------------


def test_right_code_gets_full_marks(reports):
    report = reports["right"]
    assert (report.score, report.max_score) == (20.0, 20.0)


def test_a_mistake_is_named_where_it_is_and_where_it_shows(reports):
    """The training that squares its errors by the wrong power says whose fault it is."""
    report = reports["power"]
    assert named(report) == {"pow": ["pow/KeepsTheExponent"]}
    train = report.tasks[-1]
    assert train.score < train.max_score
    assert {one.same_as for one in train.checks if one.outcome == "failed"} == {"pow"}


def test_a_mistake_is_found_in_what_is_built_on_it(reports):
    """A difference that is made of the negative has the negative's mistake, and no other: the
    reference's own difference would have none, and `forms.py` says that it may be made so."""
    report = reports["built on each other"]
    assert named(report) == {"neg": ["neg/IgnoresIncomingGradient"]}
    assert report.tasks[1].score < report.tasks[1].max_score


def test_what_training_forgets_is_named(reports):
    report = reports["gradients are kept"]
    assert named(report) == {"train": ["train/KeepsOldGradients"]}
    passed = [one.id for one in report.tasks[-1].checks if one.outcome == "passed"]
    assert "train/one_example" in passed
    assert "train/two_steps" not in passed


def test_a_wrong_rule_is_inferred(reports):
    """Also of a quotient, whose true values are not exact."""
    report = reports["no known mistake"]
    (diagnosis,) = report.tasks[5].diagnoses
    assert diagnosis.id == "div/inferred"
    assert "0.5" in diagnosis.explanation


# --- written ----------------------------------------------------------------------------------


def test_it_has_all_that_is_promised(exercise):
    """Three hints a task, a hole a task, mistakes by the dozen, and other right styles."""
    assert [task.id for task in exercise.tasks] == [
        *("neg", "sub", "radd", "rmul", "pow", "div", "exp", "tanh", "train")
    ]
    assert all(task.hole and task.example and len(task.hints) == 3 for task in exercise.tasks)
    assert len(load_patches(exercise)) >= 20
    assert len(right_styles(exercise)) == 3


def test_it_stands_alone_once_it_is_written(exercise, monkeypatch, tmp_path, capfd):
    """The oracle came from the bundled exercise; without that there is one line, and no folder."""

    def missing():
        raise ExerciseProblem("there is none")

    monkeypatch.setattr(new, "bundled", missing)
    assert load_oracle(exercise).FINISH == "backward"
    assert run(["new", str(tmp_path / "other"), "--template", "autograd-more"]) == 2
    first, *_ = capfd.readouterr().err.splitlines()
    assert first.startswith("grader: the template autograd-more needs tests/battery/conftest.py")
    assert not (tmp_path / "other").exists()
    assert run(["new", str(tmp_path / "stack")]) == 0


def test_no_shared_file_is_kept_twice():
    """What comes from the bundled exercise is not among the template's own files."""
    names = [name for name, _ in template_files("autograd-more")]
    assert len(names) == len(set(names))
    assert set(SHARED["autograd-more"]) < set(names)


# --- true -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "name", "operands", "value", "slope"),
    [
        ("op", "neg", (Ref(0),), -2.5, -1),
        ("op", "sub", (Ref(0), 4.0), -1.5, 1),
        ("op", "sub", (Ref(0), Ref(0)), 0, 0),
        ("op", "add", (2, Ref(0)), 4.5, 1),
        ("op", "mul", (-3, Ref(0)), -7.5, -3),
        ("op", "pow", (Ref(0), 2), 6.25, 5),
        ("op", "pow", (Ref(0), 0), 1, 0),
        ("op", "pow", (Ref(0), -1), 0.4, -0.16),
        ("op", "truediv", (Ref(0), 4), 0.625, 0.25),
        ("op", "truediv", (Ref(0), Ref(0)), 1, 0),
        ("method", "exp", (Ref(0),), 12.182493960703473, 12.182493960703473),
        ("method", "tanh", (Ref(0),), 0.98661429815143, 0.026592226683160622),
    ],
)
def test_an_operation_has_its_true_value_and_slope(exercise, action, name, operands, value, slope):
    """Beside numbers that stand in books, or can be worked out in one's head."""
    program = (
        Step("new", "Value", (2.5,)),
        Step(action, name, operands),
        Step("method", "backward", (Ref(1),)),
    )
    true = load_oracle(exercise).expected(program)
    assert true[1]["data"] == pytest.approx(value, rel=1e-12)
    assert true[0]["grad"] == pytest.approx(slope, rel=1e-12)


def test_training_goes_where_the_loss_falls(exercise):
    """The slopes that the battery works out by hand are those of small differences."""
    battery = exercise.battery / "training.py"
    training = load_in_process(battery.read_text("utf-8"), "training", str(battery))
    reference = load_in_process(exercise.reference_file.read_text("utf-8"), "value", "value.py")
    rng = random.Random(1)
    weights = [rng.uniform(-1, 1) for _ in range(7)]
    examples = [(rng.uniform(-2, 2), rng.uniform(-1, 1)) for _ in range(3)]

    def loss(at, change):
        moved = [weight + change * (place == at) for place, weight in enumerate(weights)]
        nodes = list(map(reference.Value, moved))
        return sum((reference.predict(nodes, x).data - y) ** 2 for x, y in examples) / 3

    slopes = [(loss(at, 1e-5) - loss(at, -1e-5)) / 2e-5 for at in range(7)]
    assert training.gradient(weights, examples) == pytest.approx(slopes, rel=1e-6)


@pytest.mark.slow
def test_it_is_sound(exercise):
    """All is proved, and every mistake has a name of its own; no generated fault slips through."""
    found = verify(exercise, mutants=100)
    assert found.defects == ()
    assert {use.named for use in found.mistakes} == {"first"}
    assert found.mutants.survivors == ()
    assert len(found.mutants.alike) < 10  # names of operations, the order of inputs, repr
