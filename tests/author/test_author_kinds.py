"""Exercises of other kinds than one class in one file are proved, graded and diagnosed as well."""

import shutil
from pathlib import Path

import pytest

from grader.author.handout import listed_files
from grader.author.new import write_exercise
from grader.author.repeat import patched_sources
from grader.author.solutions import submission_of
from grader.author.verify import verify
from grader.cli import run
from grader.diagnosis.patches import load_patches
from grader.exercise.content import hole_line, right_styles
from grader.exercise.load import load
from grader.exercise.trusted import reference_module
from grader.grading.pipeline import Options, grade_each
from grader.intake.take import take
from grader.model.check import Outcome
from grader.model.errors import ExerciseProblem

EXERCISES = Path(__file__).parents[1] / "exercises"
TEMPLATES = ("functions", "two-classes")
KINDS = (*TEMPLATES, "two_files")


def written(folder, kind):
    """A folder with the exercise of a kind: of a template of `grader new`, or of the tests."""
    if kind in TEMPLATES:
        write_exercise(folder, kind)
    else:
        shutil.copytree(EXERCISES / kind, folder)
    return folder


@pytest.fixture(scope="module")
def exercises(tmp_path_factory):
    """An exercise of each kind."""
    folder = tmp_path_factory.mktemp("exercises")
    return {kind: load(written(folder / kind, kind)) for kind in KINDS}


def edited(tmp_path, kind, path, old, new):
    """A copy of the exercise in which one text is replaced."""
    folder = written(tmp_path / kind, kind)
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), "utf-8")
    return folder


def graded(exercise, submissions):
    """The reports of submissions, all in one session."""
    reports = []
    options = Options(isolation="none")
    grade_each(exercise, submissions, lambda _, report: reports.append(report), options)
    return reports


def handed_in(exercise, *changes):
    """The reference with these texts of its files replaced, as a submission."""
    sources = {path.name: path.read_text("utf-8") for path in exercise.reference_files}
    for file, old, new in changes:
        assert old in sources[file]
        sources[file] = sources[file].replace(old, new)
    encoded = {name: text.encode() for name, text in sources.items()}
    return submission_of(exercise, "work", encoded)


def named(report):
    """The ids that each task's diagnoses have."""
    return {task.id: [one.id for one in task.diagnoses] for task in report.tasks if task.diagnoses}


def check(report, wanted):
    """One check of a report."""
    return next(one for task in report.tasks for one in task.checks if one.id == wanted)


# --- proved -----------------------------------------------------------------------------------


def test_an_exercise_of_two_files_is_sound(exercises):
    """Every known mistake is named alone, whatever it patches."""
    found = verify(exercises["two_files"])
    assert found.defects == ()
    assert {use.named for use in found.mistakes} == {"first"}
    assert len(found.mistakes) >= 4


def test_arrays_are_sound_and_named():
    """numpy's arrays as arguments and results, in the box, too."""
    pytest.importorskip("numpy")
    exercise = load(EXERCISES / "arrays")
    found = verify(exercise)
    assert found.defects == ()
    assert {use.named for use in found.mistakes} == {"first"}
    in_place = (
        "rows.py",
        "return rows - rows.mean(axis=0)",
        "rows -= rows.mean(axis=0); return rows",
    )
    squared = (
        "rows.py",
        "np.sqrt(((rows - point) ** 2).sum(axis=1))",
        "((rows - point) ** 2).sum(1)",
    )
    (report,) = graded(exercise, [handed_in(exercise, in_place, squared)])
    assert named(report) == {"distances": ["distances/WithoutRoot"]}
    assert check(report, "centred/two_columns").outcome is Outcome.PASSED
    assert check(report, "centred/left_alone").message.startswith(
        "expected [[1, 10], [3, 31]], got"
    )


def test_the_reference_has_to_have_what_is_required(tmp_path):
    """A function that the class lacks, and a class that no check makes."""
    required = "{Point: [x, y, distance], Segment: [start, end]}"
    folder = edited(tmp_path, "two-classes", "tasks.yaml", required, "{Point: [x, z]}")
    found = {defect.what for defect in verify(load(folder)).defects if defect.proof == "reference"}
    assert len(found) == 1
    assert "your `Point` has no `z`" in found.pop()


def test_a_class_that_no_check_makes_is_a_defect_where_something_is_required_of_it(tmp_path):
    folder = edited(
        tmp_path, "two-classes", "tasks.yaml", "[Point, Segment]", "[Point, Segment, Line]"
    )
    path = folder / "tasks.yaml"
    path.write_text(path.read_text("utf-8").replace("{Point:", "{Line: [start], Point:"), "utf-8")
    for part in ("reference", "starter"):
        with (folder / part / "geometry.py").open("a", encoding="utf-8") as file:
            file.write("\n\nclass Line:\n    start = 1\n")
    found = [defect.what for defect in verify(load(folder)).defects if defect.proof == "reference"]
    assert found == ["no check makes a `Line`: what it requires is never looked at"]


# --- graded -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(exercises):
    """A wrong submission of each kind, and what was said of it."""
    cut_off = "figures.py", "sum(numbers) / len", "sum(numbers) // len"
    misspelt = "figures.py", "middle = mean(", "middle = maen("
    renamed = "figures.py", "def spread(", "def spraed("
    none = "figures.py", "def mean(numbers)", "def mean()"
    streets = "geometry.py", "((self.x - other.x) ** 2", "((self.x - other.x) ** 2 - 0"
    origin = "geometry.py", "self.start.distance(self.end)", "self.end.distance(Point(0, 0))"
    without = "geometry.py", "        self.end = end\n", ""
    short = "helpers.py", "zip(one, other)", "zip(one[:-1], other)"
    other = "helpers.py", "zip(one, other)", "zip(one, othr)"
    ends = "helpers.py", "zip(one, other))\n", "zip(one, other))\n\n\n1 / 0\n"
    no_root = "vector.py", "dot(own, own) ** 0.5", "dot(own, own)"
    made = {
        "functions": [[cut_off], [misspelt], [renamed], [none]],
        "two-classes": [[origin], [without], [streets]],
        "two_files": [[short, no_root], [other], [no_root], [ends]],
    }
    return {
        kind: graded(exercises[kind], [handed_in(exercises[kind], *one) for one in changes])
        for kind, changes in made.items()
    }


def test_mistakes_in_functions_are_named(reports):
    wrong, misspelt, _, none = reports["functions"]
    assert named(wrong) == {"mean": ["mean/CutsOff"]}
    assert named(misspelt) == {"spread": ["spread/UnknownName"]}
    assert (check(misspelt, "spread/below").line, misspelt.tasks[0].score) == (13, 2)
    assert none.tasks[0].diagnoses[0].id == "mean/WrongParameters"
    assert (
        none.tasks[0]
        .diagnoses[0]
        .explanation.startswith(
            "`mean` (line 4) has the parameters `()`, and `mean(...)` hands over 1."
        )
    )


def test_a_function_of_another_name_costs_its_own_checks_alone(reports):
    """What is there is graded, and a note says what is not."""
    report = reports["functions"][2]
    assert [task.score for task in report.tasks] == [2, 0]
    assert report.message == ""
    assert report.notes[0] == (
        "figures.py loads, but has no function named `spread` (it has `spraed`): the name must "
        "match exactly."
    )


def test_mistakes_in_either_of_two_classes_are_named(reports):
    assert named(reports["two-classes"][0]) == {"length": ["length/FromTheOrigin"]}
    assert reports["two-classes"][2].score == 3


def test_an_object_without_what_is_required_says_so(reports):
    """Where it is made, in its own words; what does not need it is graded."""
    report = reports["two-classes"][1]
    lacking = check(report, "length/length[4]")
    assert (lacking.outcome, lacking.message) == (Outcome.ERROR, "your `Segment` has no `end`")
    assert named(report) == {"length": ["length/AttributeNotSet"]}
    assert report.tasks[0].score == 1


def test_mistakes_in_either_of_two_files_are_named(reports):
    both, misspelt, root, _ = reports["two_files"]
    assert named(both) == {"dot": ["dot/LeavesOutTheLast"]}
    assert named(root) == {"norm": ["norm/WithoutRoot"]}
    assert named(misspelt) == {"dot": ["dot/UnknownName"]}
    failing = check(misspelt, "dot/two")
    assert (failing.path, failing.line) == ("helpers.py", 6)
    told = misspelt.tasks[0].diagnoses[0].explanation
    assert told.startswith("Line 6 of helpers.py, in `dot`, uses the name `othr`")


def test_what_ends_the_import_of_a_file_ends_no_other(reports):
    """What stands above it is graded, there and in the file that imports it."""
    report = reports["two_files"][3]
    assert report.score == 3
    assert report.notes[0].startswith("The import ended at line 9 of helpers.py: ZeroDivisionError")


def test_a_file_that_was_not_handed_in_is_one_sentence(tmp_path):
    """Of a folder without one of the files, and of one file alone."""
    exercise = load(EXERCISES / "two_files")
    shutil.copy(exercise.reference_file, tmp_path)
    (tmp_path / "test_mine.py").write_text("", "utf-8")
    alone = exercise.reference_files[1]
    reports = graded(exercise, [take(path, exercise.module_file) for path in (tmp_path, alone)])
    assert [(report.score, report.message) for report in reports] == [
        (
            0,
            "helpers.py was not handed in: this exercise asks for vector.py and helpers.py, "
            "beside each other.",
        ),
        (
            0,
            "This exercise asks for 2 files, and one was handed in. Put vector.py and helpers.py "
            "into a folder or a .zip.",
        ),
    ]


# --- addressed --------------------------------------------------------------------------------


def test_a_hole_is_found_in_its_own_file():
    exercise = load(EXERCISES / "two_files")
    places = [(exercise.hole_place(task), hole_line(exercise, task)) for task in exercise.tasks]
    assert places == [(("helpers.py", "dot"), 4), (("vector.py", "Vector.norm"), 11)]


def test_all_files_are_handed_out_and_restored(tmp_path, capsys):
    """`init` writes both; `--reset` mends the one that the hole is in."""
    folder = EXERCISES / "two_files"
    assert sorted(listed_files(load(folder))) == ["helpers.py", "vector.py"]
    assert run(["init", str(tmp_path), "--exercise", str(folder)]) == 0
    (tmp_path / "helpers.py").write_text("def dot(one, other):\n    return 1\n", "utf-8")
    assert run(["init", str(tmp_path), "--reset", "dot", "--exercise", str(folder)]) == 0
    assert "task dot" in (tmp_path / "helpers.py").read_text("utf-8")
    assert "dot in " in capsys.readouterr().out


def test_the_folder_is_checked_where_there_are_several_files(tmp_path, monkeypatch, capsys):
    """`grader check` without a name looks at all of them, and remembers beside them."""
    exercise = load(EXERCISES / "two_files")
    for path in exercise.reference_files:
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(["check", "--exercise", str(exercise.root)]) == 0
    assert "2 files" in capsys.readouterr().out
    assert (tmp_path / ".grader-progress.json").is_file()


def test_a_folder_is_another_solution_where_there_are_several_files():
    styles = right_styles(load(EXERCISES / "two_files"))
    assert [path.name for path in styles] == ["alone.py", "whole_module"]


def test_a_known_mistake_changes_what_its_brackets_name():
    """Else what its task's hole is in."""
    owners = {
        one.mistake.id: one.mistake.replaces for one in load_patches(load(EXERCISES / "two_files"))
    }
    assert owners["dot/OnlyTheLast"] == ("helpers.dot",)
    assert owners["norm/WithoutRoot"] == ("Vector.norm",)
    assert owners["norm/SquareOfTheSum"] == ("helpers.dot",)


def test_a_known_mistake_as_files_differs_in_one_of_them():
    exercise = load(EXERCISES / "two_files")
    sources = dict(patched_sources(exercise))["norm/SquareOfTheSum"]
    assert sources["vector.py"] == exercise.reference_file.read_bytes()
    assert b"return sum(one) ** 2" in sources["helpers.py"]


def test_a_known_mistake_of_nothing_that_is_graded_is_refused(tmp_path):
    path = "reference/misconceptions/length.py"
    folder = edited(tmp_path, "two-classes", path, "OnlyToTheRight(Point)", "OnlyToTheRight(Line)")
    with pytest.raises(ExerciseProblem) as refused:
        load_patches(load(folder))
    assert refused.value.message == (
        "length.py:14: OnlyToTheRight is to change Line, which is not graded"
    )
    assert refused.value.next_move == "Name one of these: Point, Segment, geometry."


def test_a_patched_function_is_what_the_other_module_imported():
    """`from helpers import dot` has the mistake as well."""
    from grader.diagnosis.replay import Replayer

    exercise = load(EXERCISES / "two_files")
    replayer = Replayer(exercise)
    mistake = next(one for one in replayer.mistakes if one.id == "norm/SquareOfTheSum")
    assert replayer.module((mistake,)).Vector(3, 4).norm() == 7
    assert reference_module(exercise).Vector(3, 4).norm() == 5
