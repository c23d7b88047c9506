"""The handout: allow-listed, the same bytes every time, and nothing hidden inside."""

import json
import zipfile

import pytest

from grader.author.handout import SHORTEST_SECRET, handout_files, prove_nothing_hidden
from grader.author.new import write_exercise
from grader.author.packing import packed
from grader.author.publish import publish
from grader.cli import run
from grader.exercise.load import load
from grader.model.errors import ExerciseProblem
from tests.author.kit import bundled


@pytest.fixture
def folder(tmp_path):
    write_exercise(tmp_path / "stack")
    return tmp_path / "stack"


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """What learners get of its checks."""
    folder = tmp_path_factory.mktemp("public") / "stack"
    write_exercise(folder)
    return publish(load(folder)).public


@pytest.fixture(scope="module")
def given():
    """The bundled exercise's handout."""
    return handout_files(bundled())


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def put_first(path, text):
    path.write_text(text + "\n" + path.read_text("utf-8"), "utf-8")


@pytest.fixture
def refused(folder, public):
    """Why the exercise in the folder, as it is by then, is not handed out."""

    def why():
        with pytest.raises(ExerciseProblem) as caught:
            handout_files(load(folder), public)
        assert caught.value.exit_code == 3
        assert caught.value.next_move
        return caught.value.message

    return why


def test_it_holds_the_listed_files_and_no_others(given):
    """Under their own names, byte for byte."""
    exercise = bundled()
    expected = {name.rpartition("/")[2]: exercise.root / name for name in exercise.handout}
    assert sorted(expected) == ["test_value.py", "value.py"]
    assert sorted(given) == sorted([*expected, "exercise.json", "statement.html"])
    assert all(given[name] == path.read_bytes() for name, path in expected.items())


def test_equal_files_give_equal_bytes(folder):
    """Permissions and strangers on this machine leave the zip alone."""
    before = packed(handout_files(load(folder)))
    path = folder / "starter" / "stack.py"
    path.write_bytes(path.read_bytes())
    path.chmod(0o600)
    (folder / "stray.py").write_text("never handed out")
    assert packed(handout_files(load(folder))) == before


def test_no_telling_line_of_battery_or_reference_is_inside(given):
    """Held here against what is packed once more, by the plain rule."""
    exercise = bundled()
    by_lines = json.dumps(json.loads(given["exercise.json"]), indent=1).encode()
    inside = b"\n".join((given | {"exercise.json": by_lines}).values()).decode()
    words = [t for task in exercise.tasks for t in (task.statement, task.example, *task.hints)]
    told = "\n".join([exercise.starter_files[0].read_text("utf-8"), *words])
    for part in (exercise.battery, exercise.reference_file.parent):
        for path in part.rglob("*.py"):
            for line in path.read_text("utf-8").splitlines():
                text = line.strip()
                if len(text) >= SHORTEST_SECRET and text not in told:
                    assert text not in inside, f"{path.name}: {text!r}"


def test_a_line_of_the_battery_is_refused(folder, refused):
    """The message names the file and the line of the handout, and where the line comes from."""
    put_first(folder / "starter/test_stack.py", '# assert pile(3, 1, 2).peek() == 2, "found"')
    message = refused()
    assert message.startswith("test_stack.py:1: ")
    assert "tests/battery/test_peek.py" in message
    assert "assert pile(3, 1, 2).peek() == 2" in message


@pytest.mark.parametrize(
    ("secret", "source"),
    [
        ("#         return self._items.pop()", "reference/stack.py"),
        ("self._items = [*self._items, item, item]", "reference/correct/twice.py"),
        ("        self._items.insert(0, item)", "reference/misconceptions/push.py"),
    ],
)
def test_a_line_of_the_reference_is_refused(folder, refused, secret, source):
    """Solution, other styles and known mistakes are all hidden."""
    if source.endswith("twice.py"):
        (folder / source).write_text(secret)
    put_first(folder / "starter/test_stack.py", secret)
    message = refused()
    assert message.startswith("test_stack.py:1: ")
    assert f"is also in {source}" in message


def test_an_answer_in_the_starter_is_refused(folder, refused):
    """What fills a hole is an answer, even where the starter holds it."""
    path = folder / "starter/stack.py"
    text = path.read_text("utf-8").replace('"""Put an item', '"""self._items.append(item)')
    path.write_text(text, "utf-8")
    assert refused().startswith("stack.py:15: ")


def test_a_hidden_file_is_refused_by_its_place(folder, refused):
    """Also one with no line long enough to tell."""
    (folder / "reference" / "notes.txt").write_text("short")
    manifest = folder / "tasks.yaml"
    text = manifest.read_text("utf-8").replace("handout: [", "handout: [reference/notes.txt, ")
    manifest.write_text(text, "utf-8")
    assert "reference/notes.txt, which is hidden" in refused()


def test_a_handout_without_the_file_to_write_in_is_refused(folder, refused):
    """Learners could not begin."""
    manifest = folder / "tasks.yaml"
    text = manifest.read_text("utf-8").replace("[starter/stack.py, ", "[")
    manifest.write_text(text, "utf-8")
    assert "lacks stack.py" in refused()


def test_two_files_of_one_name_are_refused(folder, refused):
    """Learners get all files in one folder."""
    (folder / "extra").mkdir()
    (folder / "extra" / "stack.py").write_text("")
    manifest = folder / "tasks.yaml"
    text = manifest.read_text("utf-8").replace("handout: [", "handout: [extra/stack.py, ")
    manifest.write_text(text, "utf-8")
    assert "two files named stack.py" in refused()


def test_any_file_is_proved(folder):
    """The proof reads whatever is to be packed, and of JSON the texts."""
    found = b"fine\n    return self._items.pop()  # so\n"
    told = json.dumps({"format": 1, "a": [{"b": 'say "so"\nreturn self._items.pop()'}]}).encode()
    for name, data in {"notes.md": found, "exercise.json": told}.items():
        with pytest.raises(ExerciseProblem, match=rf"{name}:2: "):
            prove_nothing_hidden(load(folder), {name: data})


def test_a_file_with_a_name_that_is_taken_is_refused(folder, refused):
    """Learners' verbs read exercise.json."""
    (folder / "starter" / "exercise.json").write_text("{}")
    manifest = folder / "tasks.yaml"
    text = manifest.read_text("utf-8").replace("handout: [", "handout: [starter/exercise.json, ")
    manifest.write_text(text, "utf-8")
    assert "lists a exercise.json, and" in refused()


# --- the command ----------------------------------------------------------------------------


def test_the_command_writes_the_zip(folder, tmp_path, capfd):
    """And says what is inside."""
    out = tmp_path / "out.zip"
    assert run(["handout", str(out), "--exercise", str(folder)]) == 0
    given = ["exercise.json", "stack.py", "statement.html", "test_stack.py"]
    assert sorted(members(out)) == given
    assert "statement.html, test_stack.py; nothing hidden is inside" in capfd.readouterr().out


def test_the_command_refuses_a_leak_and_writes_nothing(folder, tmp_path, capfd):
    """Exit code 3, the file and the line."""
    put_first(folder / "starter/test_stack.py", "# return self._items.pop()")
    out = tmp_path / "out.zip"
    assert run(["handout", str(out), "--exercise", str(folder)]) == 3
    assert "test_stack.py:1: " in capfd.readouterr().err
    assert not out.exists()


def test_the_command_writes_a_folder(folder, tmp_path, capfd):
    """A new one, or one that is empty."""
    out = tmp_path / "given"
    assert run(["handout", str(out), "--exercise", str(folder)]) == 0
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert files == handout_files(load(folder))
    assert run(["handout", str(out), "--exercise", str(folder)]) == 2
    assert "is not empty" in capfd.readouterr().err


def test_the_command_wants_a_zip_or_a_folder(tmp_path, capfd):
    """Another ending is a slip."""
    assert run(["handout", str(tmp_path / "out.tar")]) == 2
    assert "Let it end in .zip" in capfd.readouterr().err
