"""draw, hint, show, init, check and its memory: what a learner uses."""

import json
import os
import pty
import select
import subprocess
import sys
import time

import pytest

from grader.cli import attempts
from grader.exercise import holes
from grader.exercise import load as exercises
from grader.exercise.content import hole_line
from grader.model.errors import UsageProblem
from grader.model.program import Ref
from grader.program import expression
from tests.cli.inside import inside

GRADER = [sys.executable, "-P", "-m", "grader"]
OVERWRITES = (
    ("self.grad += other.data * out.grad", "self.grad = other.data * out.grad"),
    ("other.grad += self.data * out.grad", "other.grad = self.data * out.grad"),
)


@pytest.fixture(scope="module")
def exercise():
    return exercises.load()


def wrong_mul(exercise):
    text = exercise.reference_file.read_text()
    for right, wrong in OVERWRITES:
        assert right in text
        text = text.replace(right, wrong)
    return text


def endless_mul(exercise):
    text = exercise.reference_file.read_text()
    assert text.count("Value(self.data * other.data") == 1
    start = "        out = Value(self.data * other.data"
    return text.replace(start, f"        while True:\n            pass\n{start}")


def run(*arguments, cwd, code=0):
    """What a command says in that folder."""
    done = inside(*arguments, cwd=cwd)
    assert done.code == code, done
    return done.out + done.err


# --- expressions ----------------------------------------------------------------------------


def test_an_expression_becomes_steps_with_each_input_once():
    steps = expression.program("relu(a*b + a)", {"a": 2.0, "b": -3.0}, "Value").steps
    assert [(step.action, step.name) for step in steps] == [
        ("new", "Value"),
        ("new", "Value"),
        ("op", "mul"),
        ("op", "add"),
        ("method", "relu"),
    ]
    assert steps[3].operands == (Ref(2), Ref(0))


@pytest.mark.parametrize(
    "text",
    [
        "a+", "", "a.b", "a[0]", "lambda: 1", "a if a else a", "relu(a, a)", "relu()", "'x'*a",
        "__import__('os')", "_f(a)", "a and a", "1+2", "5", "a*1e999", "[a]", "a := 2", "c",
        "(" * 300 + "a" + ")" * 300, "a" * 600, "a*True", "relu(x=a)", "*a", "a\x00b",
        "-" * 400 + "a",
    ],
)  # fmt: skip
def test_rubbish_gets_one_clear_line(text):
    with pytest.raises(UsageProblem) as refused:
        expression.program(text, {"a": 2.0}, "Value")
    assert str(refused.value)


@pytest.mark.parametrize("word", ["a", "a=", "=2", "a=x", "a=nan", "a=inf", "2=a", "a b=1"])
def test_values_are_names_with_finite_numbers(word):
    with pytest.raises(UsageProblem, match="name=number"):
        expression.values_of([word])


def test_a_method_may_be_written_as_one_or_as_a_function():
    values = {"a": 2.0, "b": -3.0}
    as_function = expression.program("relu(relu(a*b) + a)", values, "Value")
    assert as_function == expression.program("((a*b).relu() + a).relu()", values, "Value")
    assert (as_function.names, as_function.unused) == ({0: "a", 1: "b"}, ())


def test_draw_writes_dot_and_svg_without_graphviz(tmp_path):
    assert run("draw", "a*a", "a=3", "--dot", cwd=tmp_path).startswith("digraph")
    run("draw", "a*a", "a=3", "--svg", "g.svg", cwd=tmp_path)
    assert (tmp_path / "g.svg").read_text().lstrip().startswith("<svg")


# --- progress -------------------------------------------------------------------------------


def test_check_remembers_and_says_what_changed(exercise, tmp_path):
    run("init", cwd=tmp_path)
    first = run("check", cwd=tmp_path, code=1)
    assert "not pass yet" not in first
    (tmp_path / "value.py").write_text(wrong_mul(exercise))
    second = run("check", cwd=tmp_path, code=1)
    assert "better: " in second
    assert "not pass yet" in second
    (tmp_path / "value.py").write_text(exercise.reference_file.read_text())
    assert "not pass yet" not in run("check", cwd=tmp_path)
    (tmp_path / "value.py").write_text(wrong_mul(exercise))
    assert "worse: " in run("check", cwd=tmp_path, code=1)


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"attempts": "x"}', '{"exercise": "other"}'])
def test_rubbish_in_the_memory_counts_as_nothing_remembered(rubbish, tmp_path):
    (tmp_path / attempts.FILE).write_text(rubbish)
    assert attempts.load(tmp_path, "autograd-operations").attempts == 0


def test_hints_go_from_general_to_close_and_success_explains(exercise, tmp_path):
    task = exercise.task("mul")
    shown = [run("hint", "mul", cwd=tmp_path) for _ in range(4)]
    assert ["hint 1 of 3" in shown[0], "hint 2 of 3" in shown[1]] == [True, True]
    assert "hint 3 of 3" in shown[2]
    assert "(the last one)" in shown[3]
    (tmp_path / "value.py").write_text(exercise.reference_file.read_text())
    run("check", cwd=tmp_path)
    assert "mul is done" in run("hint", "mul", cwd=tmp_path)
    assert f"hint {len(task.hints)} of" in run("hint", "mul", "--all", cwd=tmp_path)


def test_init_never_overwrites_and_says_the_next_command(tmp_path):
    shown = run("init", "my work", cwd=tmp_path)
    assert "Next: cd" in shown
    assert "keeps your progress in .grader-progress.json" in shown
    assert (tmp_path / "my work" / ".gitignore").read_text() == f"{attempts.FILE}\n"
    assert "already there" in run("init", "my work", cwd=tmp_path, code=2)


def test_init_leaves_a_gitignore_alone_and_offers_the_line(tmp_path):
    (tmp_path / ".gitignore").write_text("*.pyc\n")
    offer = f"Add the line {attempts.FILE} to .gitignore"
    assert offer in run("init", cwd=tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "*.pyc\n"
    for name in ("value.py", "test_value.py"):
        (tmp_path / name).unlink()
    (tmp_path / ".gitignore").write_text(f"*.pyc\n{attempts.FILE}\n")
    assert offer not in run("init", cwd=tmp_path)


def test_a_hole_is_put_back_and_what_was_there_is_kept(exercise, tmp_path):
    file, starter = tmp_path / "value.py", exercise.starter_files[0].read_text()
    filled = holes.restored(starter, exercise.reference_file.read_text(), "Value.__mul__")
    for number, folder in ((1, "."), (2, "value.py")):
        file.write_text(filled)
        shown = run("init", folder, "--reset", "mul", cwd=tmp_path)
        assert file.read_text() == starter
        assert f"value.py.before-reset-{number}" in shown
        assert (tmp_path / f"value.py.before-reset-{number}").read_text() == filled
        assert shown.endswith("Next: grader show mul\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reset", "neuron"), "neuron has no hole"),
        (("--reset", "mull"), "there is no task mull"),
        (("--reset", "mul"), "there is no Value.__mul__ in value.py; nothing was written"),
        (("--reset", "mul", "nowhere"), "there is no such file or folder"),
    ],
)
def test_a_hole_that_cannot_be_put_back_changes_nothing(words, said, tmp_path):
    (tmp_path / "value.py").write_text("class Value:\n    def relu(self):\n        pass\n")
    assert said in run("init", *words, cwd=tmp_path, code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["value.py"]


BROKEN = """\
class Value:
\t@staticmethod
\tdef relu(self:
\t\tx = (

\t\ty = 3

\tdef backward(self):
\t\tpass
"""


def test_a_hole_is_put_back_where_the_file_is_not_python():
    given = "class Value:\n    def relu(self):\n        # yours\n        raise Error\n"
    assert holes.restored(BROKEN, given, "Value.relu") == (
        "class Value:\n\t@staticmethod\n\tdef relu(self):\n\t    # yours\n\t    raise Error\n\n"
        "\tdef backward(self):\n\t\tpass\n"
    )
    crlf = "class Value:\r\n  def relu(self): return 1\r\nx = 1\r\n"
    wanted = "class Value:\r\n  def relu(self):\r\n      # yours\r\n      raise Error\r\nx = 1\r\n"
    assert holes.restored(crlf, given, "Value.relu") == wanted


def test_tasks_tells_how_far_the_last_check_was(exercise, tmp_path):
    assert "so far" not in inside("tasks", cwd=tmp_path).out
    passed = {f"{name}/one": "passed" for name in ("add", "mul", "relu")}
    outcomes = {**passed, "mul/two": "failed", "mul/three": "blocked"}
    attempts.save(tmp_path, attempts.Progress(exercise.id, 2, outcomes))
    lines = inside("tasks", cwd=tmp_path).out.splitlines()
    (add,) = [line for line in lines if line.startswith("add ")]
    (mul,) = [line for line in lines if line.startswith("mul ")]
    (neuron,) = [line for line in lines if line.startswith("neuron ")]
    assert add.split()[-1] == "done"
    assert mul.rstrip().endswith("1 of 3 checks")
    assert neuron.rstrip().endswith("relu")
    assert lines[-1] == "Next: grader show mul"
    outcomes = {f"{task.id}/one": "passed" for task in exercise.tasks}
    attempts.save(tmp_path, attempts.Progress(exercise.id, 2, outcomes))
    assert inside("tasks", cwd=tmp_path).out.splitlines()[-1] == "Next: grader check"


def test_show_has_readable_mathematics_and_says_where_the_hole_is(exercise, tmp_path):
    for task in exercise.tasks:
        screen = run("show", task.id, cwd=tmp_path)
        assert "\\frac" not in screen
        assert "$" not in screen.replace("$ ", "")
        if task.hole:
            line = hole_line(exercise, task)
            assert f"{exercise.module_file}:{line}" in screen
        assert "Python's standard library. Nothing else is there." in " ".join(screen.split())
        assert f"Graded here with Python {sys.version_info[0]}.{sys.version_info[1]}." in screen
    assert "there is no task nope" in run("show", "nope", cwd=tmp_path, code=2)


def test_what_a_learner_gets_is_no_wider_than_79_columns(exercise, tmp_path):
    for name in exercise.handout:
        assert max(map(len, (exercise.root / name).read_text().splitlines())) <= 79
    for task in exercise.tasks:
        for command in (("show", task.id), ("hint", task.id, "--all")):
            for columns in (80, 200):
                shown = inside(*command, cwd=tmp_path, columns=columns).out
                assert max(map(len, shown.splitlines())) <= 79


@pytest.mark.parametrize("command", ["tasks", "show mul", "hint mul"])
def test_the_courses_own_words_are_announced_to_who_reads_another_language(
    command, exercise, tmp_path, monkeypatch
):
    assert "own words" not in inside(*command.split(), cwd=tmp_path).out
    monkeypatch.setattr("grader.render.statement.language", lambda: "de")
    shown = inside(*command.split(), cwd=tmp_path).out
    assert "In the course's own words:" in shown
    assert shown.index("own words:") < shown.index("Rectifier" if command == "tasks" else "factor")


# --- watch ----------------------------------------------------------------------------------


class Terminal:
    """A pseudo-terminal with a program in it."""

    def __init__(self, arguments, cwd):
        self.leader, follower = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "40"}
        self.process = subprocess.Popen(
            [*GRADER, *arguments],
            cwd=cwd, stdin=follower, stdout=follower, stderr=follower, env=environment,
            start_new_session=True,
        )  # fmt: skip
        os.close(follower)
        self.seen = ""

    def wait_for(self, words, seconds=60.0):
        """Reads until the words were on the screen since the last call."""
        ends = time.monotonic() + seconds
        while words not in self.seen:
            left = ends - time.monotonic()
            assert left > 0, f"{words!r} never came; the screen had {self.seen[-2000:]!r}"
            if select.select([self.leader], [], [], left)[0]:
                self.seen += self._read()
        shown, self.seen = self.seen, ""
        return shown

    def _read(self):
        try:
            return os.read(self.leader, 65536).decode("utf-8", "replace")
        except OSError:  # Linux says so when the program has ended
            raise AssertionError(f"it ended; the screen had {self.seen[-2000:]!r}") from None

    def press(self, key):
        os.write(self.leader, key.encode())


def test_watch_through_a_whole_session(exercise, tmp_path):
    file = tmp_path / "value.py"
    file.write_text(exercise.starter_files[0].read_text())
    terminal = Terminal(["check", "--watch"], tmp_path)
    try:
        terminal.wait_for("not written yet")
        file.write_text(wrong_mul(exercise))
        terminal.wait_for("replaces the gradient")
        terminal.press("h")
        terminal.wait_for("mul · hint 1 of 3")
        file.write_bytes(b"\xff\xfe broken save")
        terminal.wait_for("UTF-8")
        file.write_text(exercise.reference_file.read_text())
        terminal.wait_for("Full marks")
        away = file.rename(tmp_path / "away.py")
        terminal.wait_for("value.py is gone")
        away.rename(file)  # with the very same stamp
        terminal.wait_for("Full marks")
        terminal.press("?")
        terminal.wait_for("these keys")
        file.write_text(endless_mul(exercise))
        terminal.wait_for("checking value.py … 1 s")
        terminal.press("q")
        terminal.wait_for("Full marks")
        assert terminal.process.wait(timeout=30) == 0
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.leader)


def test_watch_without_a_terminal_says_a_line_an_attempt(exercise, tmp_path):
    (tmp_path / "value.py").write_text(wrong_mul(exercise))
    process = subprocess.Popen(
        [*GRADER, "check", "--watch"],
        cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert "watching value.py" in process.stdout.readline()
        assert "mul: `__mul__` replaces" in process.stdout.readline()
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()
    remembered = json.loads((tmp_path / attempts.FILE).read_text())
    assert remembered["attempts"] == 1
