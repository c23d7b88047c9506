"""What learners get of an exercise, and how the verbs for learners work with that alone."""

import json
import shutil
import sys

import pytest

from grader.author.handout import handout_files
from grader.author.new import write_exercise
from grader.author.package import package
from grader.author.publish import SEED, publish
from grader.cli import attempts
from grader.exercise.handed_out import handed_out, read, read_named
from grader.exercise.load import load
from grader.grading.pipeline import Options, grade, grade_each
from grader.intake.take import take_source
from tests.author.kit import bundled, mistake_sources, put
from tests.cli.inside import inside
from tests.cli.running import grader

WRONG_MEAN = "def mean(numbers):\n    return sum(numbers) // len(numbers)\n"


@pytest.fixture(scope="module")
def ours():
    """The bundled exercise as learners have it."""
    exercise = bundled()
    return exercise, handed_out(exercise, publish(exercise).public)


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    """The folder of an exercise of functions."""
    folder = tmp_path_factory.mktemp("functions") / "exercise"
    write_exercise(folder, "functions")
    return folder


@pytest.fixture(scope="module")
def figures(functions):
    """The files that learners get of it."""
    return handout_files(load(functions))


@pytest.fixture
def folder(figures, tmp_path):
    return put(tmp_path / "figures", figures)


@pytest.fixture
def solved(functions):
    """Puts the right solution into a folder."""

    def put_right(folder):
        shutil.copy(functions / "reference" / "figures.py", folder)
        return folder

    return put_right


# --- what is judged -------------------------------------------------------------------------


def test_it_judges_as_the_battery_does(ours, tmp_path):
    """Outcomes, messages and the program that is shown, for wrong files of many kinds."""
    exercise, data = ours
    (tmp_path / "exercise.json").write_bytes(data)
    mistakes = dict(mistake_sources(exercise))
    sources = list(mistakes.values())[::17]
    mine = graded(read(tmp_path / "exercise.json"), sources)
    theirs = graded(exercise, sources, Options(seed=SEED))
    for public, whole in zip(mine, theirs, strict=True):
        assert (public.exercise, public.seed) == (whole.exercise, whole.seed)
        assert (public.score, public.max_score) == (whole.score, whole.max_score)
        assert judged(public) == judged(whole)
        named = {one.id for task in public.tasks for one in task.diagnoses}
        assert named.isdisjoint(mistakes)


def judged(report):
    """What is said of every check."""
    return [(one.id, one.outcome, one.message) for task in report.tasks for one in task.checks]


def graded(exercise, sources, options=None):
    """The reports of an exercise, whole or handed out, on sources."""
    taken = [take_source("value.py", source.encode(), "value.py") for source in sources]
    found = []
    grade_each(exercise, taken, lambda _, report: found.append(report), options)
    return found


def test_the_file_is_the_same_when_it_is_read_and_written_again(ours, tmp_path):
    """Nothing is lost on the way."""
    _, data = ours
    (tmp_path / "exercise.json").write_bytes(data)
    given = read_named(tmp_path)
    assert handed_out(given, given.public) == data


def test_what_is_hidden_is_not_waited_for(tmp_path, functions, solved):
    """A task whose checks are all hidden, and one that needs it."""
    shutil.copytree(functions, tmp_path / "exercise")
    checks = tmp_path / "exercise/tests/battery/test_mean.py"
    marked = 'pytestmark = [pytest.mark.task("mean"), pytest.mark.check(visibility="hidden")]'
    text = checks.read_text().replace('pytestmark = pytest.mark.task("mean")', marked)
    checks.write_text(text)
    work = put(tmp_path / "work", handout_files(load(tmp_path / "exercise")))
    right = inside("check", cwd=solved(work))
    assert (right.code, "2 / 2" in right.out) == (0, True), right
    assert "2 of 5 points" in " ".join(right.out.split())
    alone = inside("check", "mean", cwd=work)
    assert (alone.code, alone.err.count("\n")) == (2, 2)
    assert "mean has no visible check" in alone.err


# --- the verbs ------------------------------------------------------------------------------


def test_check_needs_the_folder_alone(folder, solved):
    """Wrong, then right; the rest of the points is told of."""
    wrong = inside("check", cwd=folder)
    assert wrong.code == 1
    (folder / "figures.py").write_text(WRONG_MEAN + "\ndef spread(numbers):\n    return 0\n")
    wrong = inside("check", cwd=folder)
    assert "expected 1.5, got 1" in wrong.out
    assert "4 of 5 points" in " ".join(wrong.out.split())
    right = inside("check", cwd=solved(folder))
    assert right.code == 0
    assert "4 / 4" in right.out


def test_check_finds_it_beside_the_file(folder, tmp_path, solved):
    """From another folder, and by --exercise for a file elsewhere."""
    solved(folder)
    assert inside("check", "figures/figures.py", cwd=tmp_path).code == 0
    shutil.copy(folder / "figures.py", tmp_path / "mine.py")
    assert inside("check", "mine.py", "--exercise", "figures", cwd=tmp_path).code == 0
    assert inside("check", "mine.py", "--exercise", "figures/exercise.json", cwd=tmp_path).code == 0


def test_the_other_verbs_need_the_folder_alone(folder):
    """Statements, hints, and what there is to do."""
    assert "spread" in inside("tasks", cwd=folder).out
    assert "figures.py:" in inside("show", "mean", cwd=folder).out
    assert "hint 1" in inside("hint", cwd=folder).out


def test_init_hands_the_exercise_on(folder, tmp_path, functions, solved):
    """What it writes can be worked with, and a hole comes back as the starter has it."""
    (folder / "figures.py").write_text("nothing of it is left")
    done = inside("init", "../again", cwd=folder)
    assert done.code == 0, done
    again = tmp_path / "again"
    starter = (functions / "starter" / "figures.py").read_bytes()
    assert (again / "figures.py").read_bytes() == starter
    assert inside("check", cwd=solved(again)).code == 0
    assert inside("init", "--reset", "mean", cwd=again).code == 0
    assert "NotImplementedError" in (again / "figures.py").read_text().partition("def spread")[0]
    assert inside("check", cwd=again).code == 1


def test_init_says_which_exercise_the_files_are_of(functions, tmp_path, solved):
    """`check` works there without being told once more, wherever the exercise is by then."""
    shutil.copytree(functions, tmp_path / "exercise")
    assert inside("init", "work", "--exercise", "exercise", cwd=tmp_path).code == 0
    (tmp_path / "exercise").rename(tmp_path / "moved")
    work = solved(tmp_path / "work")
    right = inside("check", cwd=work)
    assert (right.code, "4 / 4" in right.out) == (0, True), right
    assert "5 / 5" in inside("check", "--exercise", "../moved", cwd=work).out


def test_a_learners_folder_names_no_code_to_run(functions, folder, tmp_path):
    """Whoever checks it runs nothing of it: only data is taken for an exercise there."""
    shutil.copytree(functions, folder / "evil")
    (folder / "evil/tests/battery/conftest.py").write_text("raise SystemExit('run')")
    record = {"exercise": "figures", "folder": str(folder / "evil")}
    (folder / attempts.FILE).write_text(json.dumps(record))
    done = inside("check", "figures/figures.py", cwd=tmp_path)
    assert (done.code, "not written yet" in done.out) == (1, True), done


def test_the_usual_exercise_may_be_a_handout(folder, tmp_path, monkeypatch):
    """By the environment, as by --exercise; a folder of one's own is asked first."""
    monkeypatch.setenv("AUTOGRAD_GRADER_EXERCISE", str(folder))
    assert "spread" in inside("tasks", cwd=tmp_path).out


def test_init_copies_plain_files_only(folder):
    """What stands in the place of a file that was handed out is none of it."""
    (folder / "test_figures.py").unlink()
    (folder / "test_figures.py").symlink_to("/dev/zero")
    refused = inside("init", "../again", cwd=folder)
    assert (refused.code, refused.err.count("\n")) == (3, 2)


def test_the_default_exercise_needs_no_record(tmp_path):
    """`init` of the one that came with the grader."""
    assert inside("init", cwd=tmp_path).code == 0
    assert not (tmp_path / "exercise.json").exists()


def test_where_the_whole_exercise_is_there_it_judges(ours, tmp_path):
    """The very same one, by its digest: known mistakes are named."""
    exercise, data = ours
    put(tmp_path, {"exercise.json": data})
    name, source = next(mistake_sources(exercise))
    (tmp_path / "value.py").write_text(source)
    report = grade(exercise, take_source("value.py", source.encode(), "value.py"))
    title = next(task.diagnoses[0].title for task in report.tasks if task.diagnoses)
    assert title.rpartition("`")[2][:20] in inside("check", cwd=tmp_path).out, name


def test_grade_wants_the_exercise_itself(folder):
    """Visible checks alone give no mark, and a working folder decides nothing."""
    refused = inside("grade", "figures.py", "--exercise", ".", cwd=folder)
    assert refused.code == 3
    assert "visible checks alone" in refused.err
    assert "The spread" not in inside("grade", "figures.py", cwd=folder).out


def test_nothing_beside_it_is_run(folder, solved):
    """A battery, an oracle or a reference in a learner's folder is not the exercise's."""
    for name in ("tests/battery/oracle.py", "tests/battery/conftest.py", "reference/forms.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("raise SystemExit('run')")
    (folder / "reference" / "figures.py").write_text("raise SystemExit('run')")
    assert inside("check", cwd=solved(folder)).code == 0


def test_the_learners_grader_has_no_exercise_and_needs_none(folder, tmp_path, functions, solved):
    """The package for learners, its wheel run as installed: in the folder all verbs work, anywhere
    else one line says where to go."""
    files = package("learner", load(functions), "kernel", None)
    (wheel,) = (name for name in files if name.endswith(".whl"))
    (tmp_path / "wheel.zip").write_bytes(files[wheel])
    shutil.unpack_archive(tmp_path / "wheel.zip", tmp_path / "installed")

    def learner(*arguments, cwd=folder):
        command = (sys.executable, "-P", "-m", "grader")
        return grader(*arguments, command=command, cwd=cwd, PYTHONPATH=str(tmp_path / "installed"))

    lost = learner("tasks", cwd=tmp_path)
    assert (lost.code, lost.err.count("\n")) == (3, 2), lost
    assert "Work in the folder that you were given" in lost.err
    assert learner("check").code == 1
    assert learner("hint").code == 0
    assert learner("doctor").code == 0
    assert learner("init", "../again").code == 0
    solved(folder)
    right = learner("check")
    assert right.code == 0, right
    refused = learner("grade", "figures.py")
    assert (refused.code, refused.err.count("\n")) == (3, 2)


# --- rubbish --------------------------------------------------------------------------------


def changed(data, **values):
    return json.dumps({**json.loads(data), **values}).encode()


def within(data, part, **values):
    return changed(data, **{part: {**json.loads(data)[part], **values}})


def nested(depth):
    return {"l": [nested(depth - 1)]} if depth else 1


def with_check(data, **values):
    found = json.loads(data)
    found["public"]["checks"][0].update(values)
    return json.dumps(found).encode()


RUBBISH = {
    "empty": lambda data: b"",
    "cut": lambda data: data[:400],
    "no object": lambda data: b"[1, 2]",
    "deep": lambda data: b"[" * 5000,
    "not utf-8": lambda data: b'{"format": "\xff"}',
    "another format": lambda data: changed(data, format=2),
    "no tasks": lambda data: changed(data, tasks=[]),
    "a path": lambda data: changed(data, handout=["../../etc/passwd"]),
    "a drive": lambda data: changed(data, handout=["C:x"]),
    "no checks": lambda data: changed(data, public={**json.loads(data)["public"], "checks": []}),
    "no messages": lambda data: with_check(data, exchanges=[]),
    "no steps": lambda data: with_check(data, exchanges=[{"steps": [7]}]),
    "no operand": lambda data: with_check(
        data, exchanges=[{"steps": [["new", "mean", [{"q": 1}], {}]]}]
    ),
    "no modules": lambda data: within(data, "submission", modules=[]),
    "no objects": lambda data: within(data, "submission", objects=[]),
    "a limit past all bounds": lambda data: within(data, "limits", memory_mb=1 << 62),
    "points past all bounds": lambda data: within(data, "public", points={"mean": 1e308}),
    "a weight of nothing": lambda data: with_check(
        data, spec={**json.loads(data)["public"]["checks"][0]["spec"], "weight": 0}
    ),
    "the folder above": lambda data: changed(data, handout=[".."]),
    "an escape": lambda data: changed(data, title="\x1b[2J"),
    "a later step": lambda data: with_check(
        data, exchanges=[{"steps": [["new", "mean", [[5]], {}]]}]
    ),
    "an unknown action": lambda data: with_check(
        data, exchanges=[{"steps": [["fly", "mean", [], {}]]}]
    ),
    "too deep an operand": lambda data: with_check(
        data, exchanges=[{"steps": [["new", "mean", [nested(400)], {}]]}]
    ),
    "no such step": lambda data: with_check(data, exchanges=[{"steps": [], "gives": {"4": 1}}]),
}


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_is_told_in_two_lines(folder, figures, kind):
    """The file, why, and the next move."""
    (folder / "exercise.json").write_bytes(RUBBISH[kind](figures["exercise.json"]))
    for verb in ("check", "tasks"):
        done = inside(verb, cwd=folder)
        assert done.code == 3, done
        assert done.err.startswith("grader: ")
        assert "Unpack exercise.json" in done.err
        assert done.err.count("\n") == 2
