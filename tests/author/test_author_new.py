"""`grader new`: a complete exercise of another kind, graded without a change to the engine."""

import re

import pytest

from grader.author.new import TEMPLATES, template_files, write_exercise
from grader.cli import registry, run
from grader.diagnosis.patches import load_patches
from grader.exercise.content import right_styles
from grader.exercise.load import load
from grader.grading.pipeline import Options, grade
from grader.intake.take import take_source
from grader.model.check import Outcome
from grader.model.errors import UsageProblem

PLAIN = Options(isolation="none")


@pytest.fixture
def exercise(tmp_path):
    write_exercise(tmp_path / "stack")
    return load(tmp_path / "stack")


def graded(exercise, old="", new=""):
    text = exercise.reference_file.read_text("utf-8")
    assert old in text
    taken = take_source("stack.py", text.replace(old, new).encode(), exercise.module_file)
    return grade(exercise, taken, PLAIN)


@pytest.mark.parametrize("template", ["stack", "functions", "two-classes"])
def test_it_assumes_nothing_of_autograd(template):
    """Not one word of the other exercise."""
    for name, content in template_files(template):
        words = set(re.findall(r"[a-z]+", content.decode().lower()))
        assert not words & {"autograd", "gradient", "backward", "node"}, name


def test_it_has_every_part_of_an_exercise(exercise):
    """Tasks with holes, styles, mistakes general and per task, a hidden check."""
    assert [task.id for task in exercise.tasks] == ["push", "peek", "pop", "size"]
    assert len(right_styles(exercise)) == 3
    tasks = {patch.mistake.task for patch in load_patches(exercise)}
    assert tasks == {"general", "push", "peek", "pop", "size"}


def test_right_code_gets_full_marks(exercise):
    """In the box, as a learner's would be."""
    report = graded(exercise)
    assert (report.score, report.max_score) == (7.0, 7.0)


def test_a_mistake_is_named(exercise):
    """With the program that shows it and the tutor's words."""
    report = graded(exercise, "return self._items.pop()", "return self._items.pop(0)")
    (pop,) = [task for task in report.tasks if task.outcome is not Outcome.PASSED]
    (diagnosis,) = pop.diagnoses
    assert diagnosis.id == "pop/TakesFromTheBottom"
    assert "queue" in diagnosis.explanation
    shown = next(check for check in pop.checks if check.id == "pop/returns_top")
    assert [line.code for line in shown.program][-1].endswith(".pop()")


def test_two_mistakes_are_named(exercise):
    """In two tasks, each in its own."""
    text = exercise.reference_file.read_text("utf-8")
    text = text.replace("self._items[-1]", "self._items[0]").replace(
        "return len(self._items)", "return len(set(self._items))"
    )
    report = grade(exercise, take_source("s.py", text.encode(), "stack.py"), PLAIN)
    named = [one.id for task in report.tasks for one in task.diagnoses]
    assert named == ["peek/LooksAtTheBottom", "size/CountsKinds"]


def test_the_starter_gets_nothing(exercise):
    """Not written yet, and what needs it is not judged."""
    text = exercise.starter_files[0].read_bytes()
    report = grade(exercise, take_source("stack.py", text, "stack.py"), PLAIN)
    assert report.score == 0
    outcomes = {check.outcome for task in report.tasks for check in task.checks}
    assert outcomes == {Outcome.UNWRITTEN, Outcome.BLOCKED}


# --- writing it -----------------------------------------------------------------------------


def test_nothing_is_overwritten(tmp_path):
    """A folder with anything in it is left as it is."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "tasks.yaml").write_text("mine")
    with pytest.raises(UsageProblem, match="already there; nothing was written"):
        write_exercise(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["tasks.yaml"]
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageProblem):
        write_exercise(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_an_empty_folder_will_do(tmp_path, capfd):
    """The command lists what it wrote and says what to do next."""
    assert run(["new", str(tmp_path)]) == 0
    said = capfd.readouterr().out
    assert f"wrote {tmp_path / 'tasks.yaml'}" in said
    assert f"Next: grader verify --exercise {tmp_path}" in said
    assert len(list(tmp_path.rglob("*.py"))) == len(list(template_files())) - 1


def test_every_template_can_be_named(tmp_path, capfd):
    """And no other; the help says what each is for."""
    (option,) = [one for one in registry()["new"].params if one.name == "template"]
    assert set(option.type.choices) == {path.name for path in TEMPLATES.iterdir()}
    assert all(f"{name}:" in option.help for name in option.type.choices)
    assert run(["new", str(tmp_path / "mine"), "--template", "functions"]) == 0
    assert load(tmp_path / "mine").id == "figures"
    assert run(["new", str(tmp_path / "other"), "--template", "nothing"]) == 2
    assert not (tmp_path / "other").exists()
    assert "'stack', 'functions'" in capfd.readouterr().err


def test_the_command_ends_with_2_where_something_lies(tmp_path, capfd):
    """Usage, not a fault."""
    (tmp_path / "x").write_text("")
    assert run(["new", str(tmp_path)]) == 2
    assert "Name a folder that does not exist yet" in capfd.readouterr().err
